/// Why a mail could not be made or sent, where that concerns no single recipient.
///
/// What a server says about one recipient is a ``MailOutcome``, not an error. The text is a full sentence with the
/// remedy; it never holds a key, a password, a token or a mail's contents.
public struct MailError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `invalidAddress`.
        public let rawValue: String

        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The code's name.
        public var description: String { rawValue }

        // The message.

        /// Text that is no mail address.
        public static let invalidAddress = Code("invalidAddress")
        /// A domain with letters that would have to be mapped first.
        public static let domainNeedsMapping = Code("domainNeedsMapping")
        /// A header's name or value that must not be written.
        public static let invalidHeader = Code("invalidHeader")
        /// A header that the library writes itself, or that may stand once only.
        public static let reservedHeader = Code("reservedHeader")
        /// An attachment that cannot be used: its name, its type, or its contents.
        public static let invalidAttachment = Code("invalidAttachment")
        /// A message that lacks something, or contradicts itself.
        public static let invalidMessage = Code("invalidMessage")
        /// More, longer or deeper than the stated limit.
        public static let limitExceeded = Code("limitExceeded")
        /// A mail without recipients.
        public static let noRecipients = Code("noRecipients")

        // Configuration.

        /// A setting is missing or has the wrong shape.
        public static let invalidConfiguration = Code("invalidConfiguration")
        /// A private key cannot be used.
        public static let invalidPrivateKey = Code("invalidPrivateKey")
        /// The transport cannot do what the message asks for.
        public static let unsupported = Code("unsupported")
        /// A template was given something that it cannot show.
        public static let invalidTemplate = Code("invalidTemplate")

        // Sending.

        /// User name, password, token or key were refused.
        public static let authenticationFailed = Code("authenticationFailed")
        /// No connection could be made.
        public static let connectionFailed = Code("connectionFailed")
        /// TLS was demanded and is not to be had, or the certificate is not the host's.
        public static let tlsFailed = Code("tlsFailed")
        /// The server said something that no such server says.
        public static let unexpectedAnswer = Code("unexpectedAnswer")
        /// The provider is overloaded or down.
        public static let unavailable = Code("unavailable")
        /// The provider asks for fewer requests.
        public static let throttled = Code("throttled")
        /// The deadline passed before anything was sent.
        public static let deadlineExceeded = Code("deadlineExceeded")
        /// Reading an attachment failed.
        public static let contentUnreadable = Code("contentUnreadable")
        /// A cryptographic operation failed.
        public static let cryptographyFailed = Code("cryptographyFailed")
    }

    /// The kind of failure.
    public var code: Code
    /// A full sentence that names the thing and the remedy. Words of a server in it are on one line.
    public var message: String
    /// The transport that failed, such as `smtp` or `resend`, if one did.
    public var transport: String?
    /// What the server answered, if it did.
    public var reply: MailReply?
    /// Whether the same call may succeed later without any change.
    public var isRetryable: Bool
    /// The error below, if any.
    public var underlyingError: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        transport: String? = nil,
        reply: MailReply? = nil,
        isRetryable: Bool = false,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.transport = transport
        self.reply = reply
        self.isRetryable = isRetryable
        self.underlyingError = underlyingError
    }

    /// The transport, the code and the message.
    public var description: String { "\(transport.map { "\($0): " } ?? "")\(code): \(message)" }
}
