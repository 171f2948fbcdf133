import HTTPTypes

/// A request that the server has answered, without its secrets.
public struct LoopbackS3Request: Sendable, Hashable, CustomStringConvertible {
    /// What it asked for.
    public let operation: LoopbackS3Operation
    /// The HTTP method.
    public let method: String
    /// The path exactly as it was sent.
    public let path: String
    /// The bucket, if it named one.
    public let bucket: String?
    /// The key, if it named one.
    public let key: String?
    /// The parameters of the query; signature, credential and token are cut out.
    public let query: [String: String]
    /// The headers with lower-case names; signature and token are cut out.
    public let headers: [String: String]
    /// Whether the signature stood in the query.
    public let isPresigned: Bool
    /// The connection it came on, counted from the server's start.
    public let connectionID: Int
    /// The status that was answered; nil when a fault left it without an answer.
    public let status: Int?
    /// The S3 code that was answered, if any.
    public let errorCode: String?

    /// One line for a test's log.
    public var description: String {
        let target = [bucket, key].compactMap { $0 }.joined(separator: "/")
        return "\(operation) \(target) → \(status.map(String.init) ?? "no answer")\(errorCode.map { " \($0)" } ?? "")"
    }
}

extension LoopbackS3Request {
    private static let secretHeaders: Set<String> = [
        "authorization", "x-amz-security-token", "x-amz-server-side-encryption-customer-key", "cookie",
    ]
    private static let secretParameters: Set<String> = [
        "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token",
    ]

    init(_ call: S3Call, connectionID: Int, status: Int?, errorCode: String?) {
        operation = call.operation
        method = call.method.rawValue
        path = call.path
        bucket = call.bucket
        key = call.key?.text
        var query: [String: String] = [:]
        for item in call.query.items {
            query[item.name] = Self.secretParameters.contains(item.name) ? "<redacted>" : item.value
        }
        self.query = query
        var headers: [String: String] = [:]
        for field in call.headers {
            let name = field.name.canonicalName
            headers[name] = Self.secretHeaders.contains(name) ? "<redacted>" : field.value
        }
        self.headers = headers
        isPresigned = call.query.contains("X-Amz-Signature")
        self.connectionID = connectionID
        self.status = status
        self.errorCode = errorCode
    }
}
