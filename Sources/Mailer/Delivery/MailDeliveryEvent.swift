/// Something that happened on a mail's way, for metrics. It holds no address, no subject and no link.
public struct MailDeliveryEvent: Sendable, Hashable {
    /// What happened. The set is open.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name, such as `answered`.
        public let rawValue: String

        /// Any kind.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The kind's name.
        public var description: String { rawValue }

        /// Recipients were left out because they are suppressed.
        public static let suppressed = Kind("suppressed")
        /// A transport was not asked, since its circuit is open after failures.
        public static let skipped = Kind("skipped")
        /// A transport answered with outcomes.
        public static let answered = Kind("answered")
        /// A transport could not be asked.
        public static let failed = Kind("failed")
        /// All transports have been asked; the next round begins after a wait.
        public static let waiting = Kind("waiting")
        /// The mail is done with: these are its final outcomes.
        public static let finished = Kind("finished")
    }

    /// What happened.
    public var kind: Kind
    /// The mail's Message-ID.
    public var messageID: MessageID?
    /// The transport that it happened at.
    public var transport: String?
    /// How often the mail was offered to a transport so far.
    public var attempts = 0
    /// How many recipients it is about.
    public var recipients = 0
    /// For how many of them the mail was accepted.
    public var accepted = 0
    /// For how many it was refused for good.
    public var rejected = 0
    /// For how many it may be sent later.
    public var retryable = 0
    /// For how many nobody knows.
    public var unknown = 0
    /// How long it took, or will take.
    public var duration: Duration?
    /// The code of the error that came in place of outcomes.
    public var error: MailError.Code?
    /// What the server answered first that was no acceptance: code and enhanced code.
    public var replyCode: Int?
    /// The enhanced code beside ``replyCode``.
    public var enhancedCode: EnhancedStatusCode?

    /// Makes an event.
    public init(_ kind: Kind, messageID: MessageID? = nil, transport: String? = nil) {
        self.kind = kind
        self.messageID = messageID
        self.transport = transport
    }

    /// Counts outcomes.
    mutating func count(_ outcomes: [MailOutcome]) {
        recipients = outcomes.count
        for outcome in outcomes {
            switch outcome {
            case .accepted: accepted += 1
            case .rejected: rejected += 1
            case .retryable: retryable += 1
            case .unknown: unknown += 1
            }
        }
        let reply = outcomes.lazy.compactMap(\.reply).first
        replyCode = reply?.code
        enhancedCode = reply?.enhancedCode
    }
}
