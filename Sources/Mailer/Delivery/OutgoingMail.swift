/// A mail on its way: the message, for whom, and the key under which it is sent once.
///
/// Made once per mail and kept over all tries, so that date, Message-ID and key stay the same.
public struct OutgoingMail: Sendable {
    /// The message. Its Message-ID and date are set.
    public var message: MailMessage
    /// Whom it is from and for.
    public var envelope: MailEnvelope
    /// The same for every try of the same mail.
    public var idempotencyKey: IdempotencyKey

    /// Makes a mail that is ready to be sent.
    /// - Parameters:
    ///   - message: the message; where it lacks a date, a key or a Message-ID, they are set now.
    ///   - envelope: nil takes the one that the message's headers ask for.
    ///   - time: the clock for the date.
    ///   - random: where a key comes from if the message has none.
    /// - Throws: ``MailError`` with ``MailError/Code/noRecipients``.
    public init(
        _ message: MailMessage,
        envelope: MailEnvelope? = nil,
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom()
    ) throws(MailError) {
        let resolved: MailEnvelope
        if let envelope { resolved = envelope } else { resolved = try MailEnvelope(of: message) }
        guard !resolved.recipients.isEmpty else {
            throw MailError(.noRecipients, "The envelope has no recipient.")
        }
        let key = message.idempotencyKey ?? IdempotencyKey.random(random)
        var message = message
        message.idempotencyKey = key
        message.date = message.date ?? time.now
        message.messageID = message.messageID ?? MessageID(derivedFrom: key, domain: message.from.address.domain)
        self.message = message
        self.envelope = resolved
        self.idempotencyKey = key
    }
}
