/// The sentences that users read.
extension S3Error {
    /// What happened, and what to do about it where that is known.
    /// - Parameter operation: the S3 operation that was refused, if any.
    static func sentence(
        for code: Code,
        operation: String? = nil,
        status: Int,
        document: S3ErrorDocument?,
        body: [UInt8]
    ) -> String {
        let words = document?.message.map { ": \($0.trimmingASCIIWhitespace())" } ?? ""
        switch code {
        case .noSuchKey: return "The object does not exist."
        case .noSuchBucket:
            return "The bucket does not exist at this endpoint. Check its name, or create it first."
        case .noSuchUpload: return "The upload does not exist: it was completed, aborted or never begun."
        case .accessDenied where document == nil:
            return "The store denies access and does not say why. Check that the key is allowed to do this on this "
                + "bucket\(rights(for: operation)), that the credentials are right, and that the clock of this machine is."
        case .accessDenied:
            return "The store denies access\(words). Check that the key is allowed to do this on this bucket"
                + "\(rights(for: operation))."
        case .invalidAccessKeyID:
            return
                "The store does not know the access key ID. Check it, and that the endpoint is the one it belongs to."
        case .signatureDoesNotMatch:
            return "The signature is not accepted. Check the secret access key and the region."
        case .requestTimeTooSkewed:
            return "The clock of this machine differs too much from the store's. Set it, for example with NTP."
        case .expiredToken: return "The session token has expired. Get new temporary credentials."
        case .preconditionFailed: return "The condition does not hold: the object is there already, or was changed."
        case .invalidRange: return "The range begins behind the end of the object."
        case .wrongRegion, .authorizationHeaderMalformed:
            return "The store answers that the bucket lives at another endpoint or in another region\(words). "
                + "Set the region and the endpoint of the bucket."
        case .slowDown: return "The store asks for fewer requests\(words)."
        case .notImplemented: return "The store does not offer this operation\(words)."
        case .notModified: return "The content is unchanged."
        default: break
        }
        if document?.code != nil { return words.isEmpty ? "The store answered \(code)." : "The store answered\(words)" }
        let kind = looksLikeHTML(body) ? "an HTML page" : body.isEmpty ? "no body" : "a body that is not S3's XML"
        return "The store answered with status \(status) and \(kind). Check that the endpoint is an S3 endpoint"
            + (status >= 500 ? ", or that it is up." : ".")
    }

    /// The rights that an operation needs, as policies name them.
    ///
    /// Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
    private static func rights(for operation: String?) -> String {
        switch operation {
        case "HeadObject":
            ": it needs the right s3:GetObject, and s3:ListBucket, without which an object that is not there is answered so "
                + "as well"
        case "GetObject": ": it needs the right s3:GetObject"
        case "PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload":
            ": it needs the right s3:PutObject"
        case "CopyObject": ": it needs the rights s3:GetObject and s3:PutObject"
        case "DeleteObject", "DeleteObjects": ": it needs the right s3:DeleteObject"
        case "AbortMultipartUpload": ": it needs the right s3:AbortMultipartUpload"
        case "ListObjectsV2", "HeadBucket": ": it needs the right s3:ListBucket"
        case "ListMultipartUploads": ": it needs the right s3:ListBucketMultipartUploads"
        case "ListParts": ": it needs the right s3:ListMultipartUploadParts"
        case "ListBuckets": ": it needs the right s3:ListAllMyBuckets"
        case "CreateBucket": ": it needs the right s3:CreateBucket"
        case "DeleteBucket": ": it needs the right s3:DeleteBucket"
        case "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle":
            ": it needs the right s3:PutLifecycleConfiguration"
        default: ""
        }
    }

    private static func looksLikeHTML(_ body: [UInt8]) -> Bool {
        let start = String(decoding: body.prefix(256), as: UTF8.self).trimmingASCIIWhitespace().lowercasedASCII()
        return start.hasPrefix("<!doctype") || start.hasPrefix("<html")
    }
}
