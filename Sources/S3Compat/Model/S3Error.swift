/// Why a store did not do what it was asked.
///
/// An error inside an answer of status 200 is an error too. What could be retried has been retried.
public struct S3Error: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public var code: Code
    /// A full sentence that names the thing and, where there is one, the remedy. It holds no secret.
    public var message: String
    /// The status of the answer; nil when there was none.
    public var httpStatus: Int?
    /// The code as the store wrote it; nil when it wrote none.
    public var serverCode: String?
    /// The store's own words.
    public var serverMessage: String?
    /// The store's name for the request, to quote to its support.
    public var requestID: String?
    /// The second such name that AWS gives.
    public var hostID: String?
    /// The S3 operation, such as `PutObject`.
    public var operation: String?
    /// What it was about, such as `s3://bucket/key`, without any query.
    public var resource: String?
    /// The region that the store says the bucket is in.
    public var region: String?
    /// Whether the same call may succeed later.
    public var isRetryable: Bool
    /// How often it was tried.
    public var attempts: Int = 1
    /// The error below, if any.
    public var underlyingError: (any Error)?

    /// How long the store asks to wait.
    var retryAfter: Duration?
    /// The store's clock when it answered, in seconds since 1970.
    var serverTime: Int?
    /// Whether at least one byte of some attempt was sent and its answer did not come.
    var mayHaveHappened = false

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        operation: String? = nil,
        resource: String? = nil,
        isRetryable: Bool = false,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.operation = operation
        self.resource = resource
        self.isRetryable = isRetryable
        self.underlyingError = underlyingError
    }

    /// The code, the operation, the resource, the message and the request's name.
    public var description: String {
        var text = code.rawValue
        if let httpStatus { text += " (HTTP \(httpStatus))" }
        if let operation { text += " \(operation)" }
        if let resource { text += " \(resource)" }
        text += ": \(message)"
        if attempts > 1 { text += " (tried \(attempts) times)" }
        if let requestID { text += " (request \(requestID))" }
        return text
    }

    static func configuration(_ message: String) -> S3Error { S3Error(.invalidConfiguration, message) }

    static func argument(_ message: String) -> S3Error { S3Error(.invalidArgument, message) }
}
