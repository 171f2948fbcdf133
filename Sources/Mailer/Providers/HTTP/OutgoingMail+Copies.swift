extension OutgoingMail {
    /// The mail as an API takes it: itself, or, where there are blind copies only, one for each under a key of its own.
    ///
    /// An API wants somebody in `to`, where all would see each other. The key of a copy is the same for the same mail and
    /// receiver, also when that one alone is asked for again, so that a provider recognises it.
    /// - Throws: ``MailError`` with ``MailError/Code/cryptographyFailed``.
    func copies() throws(MailError) -> [OutgoingMail] {
        let receivers = Set(envelope.recipients)
        let isSeen = (message.to.mailboxes + message.cc.mailboxes).contains { receivers.contains($0.address) }
        guard !isSeen, !receivers.isEmpty else { return [self] }
        var result: [OutgoingMail] = []
        for receiver in envelope.recipients {
            var copy = self
            copy.envelope.recipients = [receiver]
            copy.idempotencyKey = try IdempotencyKey(derivedFrom: ["copy", idempotencyKey.rawValue, receiver.wireText])
            copy.message.idempotencyKey = copy.idempotencyKey
            result.append(copy)
        }
        return result
    }
}

extension MailReceipt {
    /// What became of a mail by what became of its copies.
    /// - Throws: the first copy's error when none was sent.
    init(
        _ mail: OutgoingMail,
        _ results: [Result<MailOutcome, any Error>],
        transport: String,
        messageID: MessageID?
    ) throws {
        if let first = results.first, results.allSatisfy({ (try? $0.get()) == nil }) { _ = try first.get() }
        let outcomes = results.map { result in
            do { return try result.get() } catch { return MailOutcome(unsent: error) }
        }
        let recipients = mail.envelope.recipients.enumerated().map { place, address in
            // One outcome for all, unless each had a copy.
            Recipient(address, outcomes.count == 1 ? outcomes[0] : outcomes[place])
        }
        self.init(recipients: recipients, transport: transport, messageID: messageID)
    }
}

extension MailOutcome {
    /// The outcome of a copy that was not sent while others were: another provider may take it.
    fileprivate init(unsent error: any Error) {
        let failure = error as? MailError
        let reply = MailReply(
            text: failure?.message ?? "The task was cancelled before this copy was sent.",
            name: (failure?.code.rawValue).map { MailReply.Name($0) }
        )
        self = .retryable(reply, after: nil)
    }
}
