/// What became of one mail, recipient by recipient.
public struct MailReceipt: Sendable, Hashable {
    /// What became of it for one recipient.
    public struct Recipient: Sendable, Hashable {
        /// The recipient.
        public var address: EnvelopeAddress
        /// What became of the mail.
        public var outcome: MailOutcome
        /// What the server said last, where it said something, also when it accepted the mail.
        public var reply: MailReply?

        /// Makes an entry.
        /// - Parameters:
        ///   - address: the recipient.
        ///   - outcome: what became of the mail.
        ///   - reply: what the server said; nil takes the outcome's own reply.
        public init(_ address: EnvelopeAddress, _ outcome: MailOutcome, reply: MailReply? = nil) {
            self.address = address
            self.outcome = outcome
            self.reply = reply ?? outcome.reply
        }
    }

    /// One entry for each recipient of the envelope, in its order.
    public var recipients: [Recipient]
    /// The name of the transport that answered.
    public var transport: String
    /// The mail's Message-ID.
    public var messageID: MessageID?
    /// How often the mail was offered to a transport, this one included.
    public var attempts: Int

    /// Makes a receipt.
    public init(recipients: [Recipient], transport: String, messageID: MessageID? = nil, attempts: Int = 1) {
        self.recipients = recipients
        self.transport = transport
        self.messageID = messageID
        self.attempts = attempts
    }

    /// The same outcome for every recipient of an envelope.
    public init(envelope: MailEnvelope, outcome: MailOutcome, transport: String, messageID: MessageID? = nil) {
        self.init(
            recipients: envelope.recipients.map { Recipient($0, outcome) },
            transport: transport,
            messageID: messageID
        )
    }

    /// Whether every recipient's mail was accepted.
    public var isAccepted: Bool { recipients.allSatisfy(\.outcome.isAccepted) }

    /// The entries of recipients whose mail was not accepted.
    public var failures: [Recipient] { recipients.filter { !$0.outcome.isAccepted } }

    /// The outcome for a recipient; nil if the mail was not for it.
    public subscript(address: EnvelopeAddress) -> MailOutcome? {
        recipients.first { $0.address == address }?.outcome
    }
}
