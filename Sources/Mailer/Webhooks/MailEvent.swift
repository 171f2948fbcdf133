public import FoundationEssentials

/// What a provider reports of a mail, in one form for all.
public struct MailEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// The receiver's server took it.
        case delivered
        /// Not yet; the provider tries again.
        case deferred
        /// Refused: for good, or for the moment.
        case bounced(Bounce)
        /// The receiver marked it as spam.
        case complained
        /// The receiver, or a machine of theirs, loaded the picture in it.
        case opened
        /// Somebody followed a link in it.
        case clicked
        /// The receiver wants no more of it.
        case unsubscribed
        /// The receiver wants mails again after all, and takes an unsubscription back.
        case resubscribed
        /// The provider did not even try.
        case failed
        /// Something else, under the provider's own name.
        case other(String)
    }

    /// How lasting a refusal is.
    public enum Bounce: Sendable, Hashable {
        /// The mailbox does not exist, or refuses for good.
        case hard
        /// Full, too large, blocked for now: the next mail may arrive.
        case soft
    }

    /// What happened.
    public var kind: Kind
    /// The provider that says so.
    public var provider: String
    /// The provider's own name for it.
    public var name: String
    /// The same whenever the provider reports the same event again; by it doubles are known.
    public var deduplicationKey: String
    /// When it happened; nil if the provider did not say.
    public var date: Date?
    /// The receivers, as far as they are addresses. With several it is not known whom the event is about.
    public var recipients: [EnvelopeAddress]
    /// The mail's id, as ``MailOutcome/accepted(id:)`` gave it.
    public var mailID: String?
    /// The words of the provider or of the receiver's server; bounded, without control characters.
    public var reason = ""
    /// The link that was followed.
    public var link: String?
    /// The mail's tags; the value is empty where there is none.
    public var tags: [String: String] = [:]
    /// The mail's metadata, where the provider carries them.
    public var metadata: [String: String] = [:]

    /// Makes an event.
    public init(
        _ kind: Kind,
        provider: String,
        name: String,
        deduplicationKey: String,
        date: Date?,
        recipients: [EnvelopeAddress],
        mailID: String? = nil
    ) {
        self.kind = kind
        self.provider = provider
        self.name = name
        self.deduplicationKey = deduplicationKey
        self.date = date
        self.recipients = recipients
        self.mailID = mailID
    }

    /// Whom the event is about; nil when there are several receivers, or none that is an address.
    public var recipient: EnvelopeAddress? { recipients.count == 1 ? recipients[0] : nil }
}

/// Limits on what is taken over from an event.
enum EventText {
    /// The most receivers, tags and metadata of one event.
    static let maximumCount = 100

    /// A text without control characters, bounded.
    static func clean(_ text: String?, _ limit: Int = 1024) -> String {
        MailText.replacingControls(in: (text ?? "").prefix(bytes: limit))
    }

    /// Whether it can be the name of a tag or of metadata. Longer ones are left out: cut, two could become one.
    static func isName(_ text: String) -> Bool { text.utf8.count <= 256 && MailText.isClean(text) }

    /// The addresses among texts such as `Ada <ada@example.org>`.
    static func addresses(_ texts: [String]) -> [EnvelopeAddress] {
        texts.prefix(maximumCount).compactMap { try? Mailbox($0).address }
    }
}
