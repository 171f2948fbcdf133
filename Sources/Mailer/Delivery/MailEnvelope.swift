/// Whom a mail is from and for as far as delivery is concerned (RFC 5321, section 2.3.1).
///
/// It may differ from the headers: blind copies are here and not there.
public struct MailEnvelope: Sendable, Hashable {
    /// Where bounces go; nil is the null path `<>`, to which nobody answers.
    public var sender: EnvelopeAddress?
    /// Who gets the mail, each once.
    public var recipients: [EnvelopeAddress]

    /// Makes an envelope. A recipient that is named twice is kept once.
    public init(sender: EnvelopeAddress?, recipients: [EnvelopeAddress]) {
        self.sender = sender
        var seen: Set<EnvelopeAddress> = []
        self.recipients = recipients.filter { seen.insert($0).inserted }
    }

    /// The envelope that a message's headers ask for: bounces to its return path, its `Sender`, or its `From`; to
    /// everybody in `To`, `Cc` and `Bcc`.
    /// - Throws: ``MailError`` with ``MailError/Code/noRecipients``.
    public init(of message: MailMessage) throws(MailError) {
        let lists = [message.to, message.cc, message.bcc]
        self.init(
            sender: message.returnPath ?? message.sender?.address ?? message.from.address,
            recipients: lists.flatMap { $0.mailboxes.map(\.address) }
        )
        if recipients.isEmpty {
            throw MailError(.noRecipients, "The message has no recipient; add one to `to`, `cc` or `bcc`.")
        }
    }

    /// Whether an address has characters beyond ASCII, so that every server on the way must offer SMTPUTF8 (RFC 6531).
    public var needsSMTPUTF8: Bool {
        sender?.needsSMTPUTF8 == true || recipients.contains(where: \.needsSMTPUTF8)
    }
}
