public import Mailer

/// A mail that arrived at an ``InMemoryMailTransport``.
public struct SentMail: Sendable {
    /// The id under which it was accepted.
    public let id: String
    /// The mail as it was offered.
    public let mail: OutgoingMail
    /// Who got it.
    public let recipients: [EnvelopeAddress]
    /// The message as it goes over the wire.
    public let source: [UInt8]

    init(id: String, mail: OutgoingMail, recipients: [EnvelopeAddress], source: [UInt8]) {
        self.id = id
        self.mail = mail
        self.recipients = recipients
        self.source = source
    }

    /// The subject.
    public var subject: String { mail.message.subject.text }
    /// The HTML; nil without one.
    public var html: String? { mail.message.html }
    /// The plain text as a reader sees it: the message's own, or the one that was made from its HTML.
    public var text: String? { try? received().text }
    /// Name and address of the sender.
    public var from: Mailbox { mail.message.from }

    /// The message as a reader decodes it from ``source``.
    /// - Throws: ``ReceivedMailError``.
    public func received() throws(ReceivedMailError) -> ReceivedMail { try ReceivedMail(parsing: source) }

    /// The text of a header as a reader decodes it from ``source``; nil without one.
    public func header(_ name: String) -> String? { try? received().header(name) }

    /// The `http` and `https` links of the HTML, each once, in order; those of the text where there is no HTML.
    public var links: [String] {
        var seen: Set<String> = []
        let all = html.map { MailLinks.inHTML($0) } ?? MailLinks.inText(text ?? "")
        return all.filter { seen.insert($0).inserted }
    }

    /// The first link with this text in it.
    public func link(containing text: String) -> String? {
        links.first { $0.firstRange(of: text) != nil }
    }

    /// The value of `token` in the first link that has one, decoded.
    public var token: String? { parameter("token") }

    /// The value of a query parameter in the first link that has it, decoded.
    public func parameter(_ name: String) -> String? {
        links.lazy.compactMap { MailLinks.parameter(name, of: $0) }.first
    }
}
