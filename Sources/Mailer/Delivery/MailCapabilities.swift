/// Something that some transports can do and some cannot. The set is open.
public struct MailFeature: Sendable, Hashable, CustomStringConvertible {
    /// The feature's name, such as `scheduling`.
    public let rawValue: String

    /// Any feature, also one that is not listed here.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The feature's name.
    public var description: String { rawValue }

    /// Sends at a later time.
    public static let scheduling = MailFeature("scheduling")
    /// Calls off what is scheduled.
    public static let cancellation = MailFeature("cancellation")
    /// Takes several mails in one request.
    public static let batch = MailFeature("batch")
    /// Labels mails for statistics.
    public static let tags = MailFeature("tags")
    /// Carries data of the sender's own through to webhooks.
    public static let metadata = MailFeature("metadata")
    /// Turns the tracking of opens and clicks on and off, mail by mail.
    public static let tracking = MailFeature("tracking")
    /// Sends a mail once when it is offered twice under the same key.
    public static let idempotency = MailFeature("idempotency")
    /// Accepts and checks mails without delivering them.
    public static let sandbox = MailFeature("sandbox")
    /// Takes addresses with characters beyond ASCII (RFC 6531).
    public static let internationalAddresses = MailFeature("internationalAddresses")
    /// Takes the sender's own headers.
    public static let customHeaders = MailFeature("customHeaders")
    /// Takes attachments.
    public static let attachments = MailFeature("attachments")
    /// Takes a calendar invitation as an alternative of the body.
    public static let calendar = MailFeature("calendar")
    /// Takes an envelope sender other than the `From` of the message.
    public static let envelopeSender = MailFeature("envelopeSender")
    /// Answers for each recipient, not for the mail as a whole.
    public static let outcomePerRecipient = MailFeature("outcomePerRecipient")
}

/// What a transport can do, and its limits. Whatever is not stated is not limited.
public struct MailCapabilities: Sendable, Hashable {
    /// What the transport can do.
    public var features: Set<MailFeature>
    /// The largest number of recipients of one mail.
    public var maximumRecipients: Int?
    /// The largest mail, in bytes as encoded.
    public var maximumSize: Int?
    /// The largest number of mails in one request.
    public var maximumBatch: Int?
    /// The largest number of tags of one mail.
    public var maximumTags: Int?
    /// How far ahead a mail can be scheduled.
    public var schedulingWindow: Duration?
    /// How long the transport remembers an idempotency key.
    public var idempotencyWindow: Duration?

    /// Makes a set of capabilities without limits.
    public init(_ features: Set<MailFeature> = []) { self.features = features }

    /// Whether the transport can do this.
    public func supports(_ feature: MailFeature) -> Bool { features.contains(feature) }
}
