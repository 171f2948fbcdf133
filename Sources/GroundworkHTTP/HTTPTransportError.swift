public import HTTPTypes

/// Why an exchange failed below HTTP. A status code is never an error here.
public struct HTTPTransportError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `timedOut`.
        public let rawValue: String

        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The request cannot be sent as it is: a bad URL, header or option.
        public static let invalidRequest = Code("invalidRequest")
        /// The host's name does not resolve.
        public static let nameResolutionFailed = Code("nameResolutionFailed")
        /// No connection came about: refused, unreachable, or a proxy's failure.
        public static let connectionFailed = Code("connectionFailed")
        /// TLS failed: the certificate, its name, or the handshake.
        public static let tlsFailed = Code("tlsFailed")
        /// A time limit passed; ``HTTPTransportError/timeout`` says which.
        public static let timedOut = Code("timedOut")
        /// The connection ended in the middle, and the server cannot have acted on the request as a whole, or the
        /// method makes it safe to send again.
        public static let connectionLost = Code("connectionLost")
        /// The request was sent, at least in part, and no answer came: the server may or may not have acted on it.
        public static let outcomeUnknown = Code("outcomeUnknown")
        /// The body had more or fewer bytes than declared.
        public static let bodyLengthMismatch = Code("bodyLengthMismatch")
        /// The source of the body failed; ``HTTPTransportError/underlyingError`` is its error.
        public static let bodySourceFailed = Code("bodySourceFailed")
        /// A body that can be read once was read a second time.
        public static let bodyAlreadyConsumed = Code("bodyAlreadyConsumed")
        /// The head or body of the response passed a limit.
        public static let responseTooLarge = Code("responseTooLarge")
        /// The server does not speak HTTP as it should, or its body ended early.
        public static let invalidResponse = Code("invalidResponse")
        /// The transport was shut down.
        public static let shutDown = Code("shutDown")
        /// A failure of the transport itself.
        public static let internalFailure = Code("internalFailure")

        /// The code's name.
        public var description: String { rawValue }
    }

    /// Which time limit passed.
    public struct Timeout: Sendable, Hashable, CustomStringConvertible {
        /// The limit's name, such as `stall`.
        public let rawValue: String

        /// Any limit, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// ``HTTPRequestOptions/connectionWaitTimeout``.
        public static let connectionWait = Timeout("connectionWait")
        /// ``HTTPRequestOptions/connectTimeout``.
        public static let connect = Timeout("connect")
        /// ``HTTPRequestOptions/responseHeadTimeout``.
        public static let responseHead = Timeout("responseHead")
        /// ``HTTPRequestOptions/stallTimeout``.
        public static let stall = Timeout("stall")
        /// ``HTTPRequestOptions/totalTimeout``.
        public static let total = Timeout("total")

        /// The limit's name.
        public var description: String { rawValue }
    }

    /// How much of the request can have reached the server.
    public enum Sent: Sendable, Hashable {
        /// Not one byte.
        case nothing
        /// Possibly some or all of it: bytes were handed to the operating system.
        case possibly
    }

    /// The kind of failure.
    public var code: Code
    /// A full sentence that names the thing and, where there is one, the remedy. It holds no query string.
    public var message: String
    /// The method, if the failure belongs to a request.
    public var method: HTTPRequest.Method?
    /// Scheme, authority and path of the request, **without** the query, which may hold a signature.
    public var target: String?
    /// How much of the request can have reached the server.
    public var sent: Sent
    /// Which time limit passed, for ``Code/timedOut``.
    public var timeout: Timeout?
    /// The error below, if any.
    public var underlyingError: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        request: HTTPRequest? = nil,
        sent: Sent = .nothing,
        timeout: Timeout? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        method = request?.method
        target = request.map(HTTPTransportError.target(of:))
        self.sent = sent
        self.timeout = timeout
        self.underlyingError = underlyingError
    }

    /// Whether the same request may succeed when it is sent again and doing so does no harm.
    ///
    /// ``Code/outcomeUnknown`` is not retryable: whoever knows that the request may be repeated decides that.
    public var isRetryable: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .nameResolutionFailed: true
        case .timedOut: timeout == .connect || sent == .nothing || method.map(Self.isSafeToRepeat) ?? false
        case .invalidResponse: method.map(Self.isSafeToRepeat) ?? false
        default: false
        }
    }

    /// Whether sending a request of this method twice has the effect of sending it once (RFC 9110, section 9.2.2).
    package static func isSafeToRepeat(_ method: HTTPRequest.Method) -> Bool {
        [.get, .head, .put, .delete, .options].contains(method)
    }

    /// The code, the request and the message.
    public var description: String {
        var text = "\(code)"
        if let method, let target { text += " (\(method.rawValue) \(target))" }
        text += ": \(message)"
        return text
    }

    /// Scheme, authority and path of a request, without user information and query.
    package static func target(of request: HTTPRequest) -> String {
        let path = (request.path ?? "/").prefix { $0 != "?" && $0 != "#" }
        var authority = Substring(request.authority ?? "")
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        return "\(request.scheme ?? "http")://\(authority)\(path)"
    }
}
