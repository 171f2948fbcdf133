/// The sentences that users read.
extension S3Error {
    /// What happened, and what to do about it where that is known.
    static func sentence(for code: Code, status: Int, document: S3ErrorDocument?, body: [UInt8]) -> String {
        let words = document?.message.map { ": \($0.trimmingASCIIWhitespace())" } ?? ""
        switch code {
        case .noSuchKey: return "The object does not exist."
        case .noSuchBucket:
            return "The bucket does not exist at this endpoint. Check its name, or create it first."
        case .noSuchUpload: return "The upload does not exist: it was completed, aborted or never begun."
        case .accessDenied where document == nil:
            return "The store denies access and does not say why. Check that the key is allowed to do this on this "
                + "bucket, that the credentials are right, and that the clock of this machine is."
        case .accessDenied:
            return "The store denies access\(words). Check that the key is allowed to do this on this bucket."
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

    private static func looksLikeHTML(_ body: [UInt8]) -> Bool {
        let start = String(decoding: body.prefix(256), as: UTF8.self).trimmingASCIIWhitespace().lowercasedASCII()
        return start.hasPrefix("<!doctype") || start.hasPrefix("<html")
    }
}
