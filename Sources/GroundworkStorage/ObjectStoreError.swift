/// Why a store did not do what it was asked.
public struct ObjectStoreError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `notFound`.
        public let rawValue: String

        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// There is no object with this key.
        public static let notFound = Code("notFound")
        /// There is no such bucket or directory.
        public static let storeNotFound = Code("storeNotFound")
        /// The condition of a put or get does not hold.
        public static let preconditionFailed = Code("preconditionFailed")
        /// The range begins behind the end of the object.
        public static let invalidRange = Code("invalidRange")
        /// The store cannot keep an object under this key.
        public static let invalidKey = Code("invalidKey")
        /// The store cannot do this.
        public static let unsupported = Code("unsupported")
        /// The credentials are wrong, or do not allow it.
        public static let accessDenied = Code("accessDenied")
        /// The configuration is wrong: endpoint, region, clock.
        public static let misconfigured = Code("misconfigured")
        /// The store asks for fewer requests.
        public static let throttled = Code("throttled")
        /// The store cannot be reached or fails.
        public static let unavailable = Code("unavailable")
        /// A time limit passed.
        public static let timedOut = Code("timedOut")
        /// There is no room left.
        public static let noSpace = Code("noSpace")
        /// The object is larger than the store or the call accepts.
        public static let tooLarge = Code("tooLarge")
        /// The body had more or fewer bytes than declared.
        public static let lengthMismatch = Code("lengthMismatch")
        /// What was stored or read is not what was meant: a hash or length differs.
        public static let corrupted = Code("corrupted")
        /// The store may or may not have done it; look before doing it again.
        public static let outcomeUnknown = Code("outcomeUnknown")
        /// Content that can be read once was read a second time.
        public static let alreadyConsumed = Code("alreadyConsumed")
        /// Any other failure; see the underlying error.
        public static let failed = Code("failed")

        /// The code's name.
        public var description: String { rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// A full sentence that names the thing and, where there is one, the remedy. It holds no secret.
    public var message: String
    /// The key that it was about.
    public var key: String?
    /// The store, as its ``ObjectStore/location``.
    public var store: String?
    /// The server's name for the request, to quote to its support.
    public var requestID: String?
    /// Whether the same call may succeed later. The store has already retried what it safely could.
    public var isRetryable: Bool
    /// The error below, if any.
    public var underlyingError: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        key: String? = nil,
        store: String? = nil,
        requestID: String? = nil,
        isRetryable: Bool? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.key = key
        self.store = store
        self.requestID = requestID
        self.isRetryable = isRetryable ?? [.throttled, .unavailable, .timedOut].contains(code)
        self.underlyingError = underlyingError
    }

    /// The code, the store and the message.
    public var description: String {
        var text = "\(code)"
        if let store { text += " (\(store))" }
        text += ": \(message)"
        if let requestID { text += " (request \(requestID))" }
        return text
    }
}
