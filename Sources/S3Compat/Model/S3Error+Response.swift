import HTTPTypes

/// Reading errors from what stores answer: XML, HTML, JSON, nothing.
extension S3Error {
    /// Makes an error from an answer that is not a success.
    /// - Parameter body: the answer's body, or as much of it as was read.
    init(response: HTTPResponse, body: [UInt8], operation: String, resource: String) {
        let status = response.status.code
        let document = S3ErrorDocument(body)
        let code = document?.code.map { Code($0) } ?? Self.code(status: status, headers: response.headerFields)
        self.init(code, "", operation: operation, resource: resource)
        apply(document: document, response: response)
        isRetryable = Self.isRetryable(code: code, status: status)
        message = Self.sentence(for: code, operation: operation, status: status, document: document, body: body)
    }

    /// Makes an error from an `<Error>` inside an answer of status 200.
    init(document: S3ErrorDocument, response: HTTPResponse, operation: String, resource: String) {
        let code = document.code.map { Code($0) } ?? .unexpectedResponse
        self.init(code, "", operation: operation, resource: resource)
        apply(document: document, response: response)
        // S3's documentation of CompleteMultipartUpload and CopyObject: retry InternalError and SlowDown in a 200.
        isRetryable = Self.isRetryable(code: code, status: 200)
        message = Self.sentence(for: code, operation: operation, status: 200, document: document, body: [])
    }

    private mutating func apply(document: S3ErrorDocument?, response: HTTPResponse) {
        let fields = response.headerFields
        httpStatus = response.status.code
        serverCode = document?.code
        serverMessage = document?.message
        requestID = Self.bounded(fields[.amzRequestID] ?? document?.requestID)
        hostID = Self.bounded(fields[.amzID2] ?? document?.hostID)
        region = Self.bounded(fields[.amzBucketRegion] ?? document?.region, limit: 64)
        serverTime = fields[.date].flatMap { UTCDateTime(httpDate: $0) }?.secondsSince1970
        retryAfter = Self.retryAfter(fields[.retryAfter], serverTime: serverTime)
    }

    private static func bounded(_ text: String?, limit: Int = 256) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return String(text.prefix(limit))
    }

    /// Source: RFC 9110, section 10.2.3: seconds or a date.
    static func retryAfter(_ text: String?, serverTime: Int?) -> Duration? {
        guard let text = text?.trimmingASCIIWhitespace() else { return nil }
        if let seconds = Int(text), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
        guard let date = UTCDateTime(httpDate: text), let serverTime else { return nil }
        return .seconds(min(max(0, date.secondsSince1970 - serverTime), 86_400))
    }

    /// The code of an answer without one: HEAD has no body, and proxies answer in HTML.
    private static func code(status: Int, headers: HTTPFields) -> Code {
        switch status {
        case 301, 302, 303, 307, 308: .wrongRegion
        case 304: .notModified
        case 401, 403: .accessDenied
        case 404: .noSuchKey
        case 405: .methodNotAllowed
        case 408: .requestTimeout
        case 412: .preconditionFailed
        case 413: .entityTooLarge
        case 416: .invalidRange
        case 429: .slowDown
        case 500: .internalError
        case 501: .notImplemented
        case 502, 503, 504: .serviceUnavailable
        default: .unexpectedResponse
        }
    }

    /// Sources: the S3 API's list of error responses, and R2's (`ClientDisconnect`, 520 of its edge).
    static func isRetryable(code: Code, status: Int) -> Bool {
        switch code.rawValue {
        case "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "IncompleteBody", "OperationAborted",
            "ConditionalRequestConflict", "ClientDisconnect", "Throttling", "ThrottlingException",
            "RequestLimitExceeded",
            "TooManyRequests", "ServerBusy", "Busy", "BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest",
            "TooMuchConcurrency":
            // A digest that does not match is a body that was changed under way: it is sent again.
            return true
        case "NotImplemented": return false
        default: return status == 429 || (status >= 500 && status != 501 && status != 505)
        }
    }

    /// Whether the store said that it is overloaded; such a retry costs no more than any other, but waits longer.
    var isThrottling: Bool {
        httpStatus == 429
            || ["SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests", "Busy"]
                .contains(code.rawValue)
    }
}

extension HTTPField.Name {
    static let amzRequestID = HTTPField.Name.known("x-amz-request-id")
    static let amzID2 = HTTPField.Name.known("x-amz-id-2")
    static let amzBucketRegion = HTTPField.Name.known("x-amz-bucket-region")
    static let amzServerSideEncryption = HTTPField.Name.known("x-amz-server-side-encryption")
    static let amzCustomerAlgorithm = HTTPField.Name.known("x-amz-server-side-encryption-customer-algorithm")
    static let amzVersionID = HTTPField.Name.known("x-amz-version-id")
    static let amzDeleteMarker = HTTPField.Name.known("x-amz-delete-marker")
    static let amzStorageClass = HTTPField.Name.known("x-amz-storage-class")
    static let amzChecksumCRC32C = HTTPField.Name.known("x-amz-checksum-crc32c")

    /// A name that is written here, and therefore valid.
    static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .server }
}
