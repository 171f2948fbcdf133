import HTTPTypes

/// An answer that says no, in the words of the S3 API reference ("Error responses").
struct S3Failure: Error, Sendable {
    var status: Int
    var code: String
    var message: String
    /// Further elements of the error document.
    var details: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    /// Answered without a document: 304, and 412 to HEAD.
    var hasBody = true

    init(_ status: Int, _ code: String, _ message: String, _ details: [(name: String, value: String)] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }
}

extension S3Failure {
    static func invalidURI(_ path: String) -> S3Failure {
        S3Failure(400, "InvalidURI", "Couldn't parse the specified URI.", [("URI", path)])
    }
    static func keyTooLong(_ size: Int) -> S3Failure {
        S3Failure(
            400,
            "KeyTooLongError",
            "Your key is too long",
            [("Size", "\(size)"), ("MaxSizeAllowed", "\(ObjectKey.maximumLength)")]
        )
    }
    static func noSuchBucket(_ name: String) -> S3Failure {
        S3Failure(404, "NoSuchBucket", "The specified bucket does not exist", [("BucketName", name)])
    }
    static func noSuchKey(_ key: ObjectKey) -> S3Failure {
        S3Failure(404, "NoSuchKey", "The specified key does not exist.", [("Key", key.text)])
    }
    static func noSuchUpload(_ id: String) -> S3Failure {
        S3Failure(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
                + "or completed.",
            [("UploadId", id)]
        )
    }
    static func invalidArgument(_ message: String, _ name: String, _ value: String) -> S3Failure {
        S3Failure(400, "InvalidArgument", message, [("ArgumentName", name), ("ArgumentValue", value)])
    }
    static func invalidRequest(_ message: String) -> S3Failure { S3Failure(400, "InvalidRequest", message) }
    static func malformedXML() -> S3Failure {
        S3Failure(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema"
        )
    }
    static func notImplemented(_ header: String) -> S3Failure {
        S3Failure(
            501,
            "NotImplemented",
            "A header or query you provided implies functionality that is not implemented",
            [("Header", header)]
        )
    }
    static func preconditionFailed(_ condition: String) -> S3Failure {
        S3Failure(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            [("Condition", condition)]
        )
    }
    static func badDigest(_ what: String) -> S3Failure {
        S3Failure(400, "BadDigest", "The \(what) you specified did not match the calculated checksum.")
    }
    static func incompleteBody() -> S3Failure {
        S3Failure(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        )
    }
    static func accessDenied(_ message: String, _ details: [(name: String, value: String)] = []) -> S3Failure {
        S3Failure(403, "AccessDenied", message, details)
    }
    static func internalError(_ message: String) -> S3Failure { S3Failure(500, "InternalError", message) }
}
