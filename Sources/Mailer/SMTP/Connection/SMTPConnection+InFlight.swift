extension SMTPConnection {
    /// A message whose turn it is, or comes next.
    struct InFlight {
        let job: SMTPJob
        var transaction: SMTPTransaction
        /// What those are told, by their places in the envelope, whose addresses the server cannot take.
        var left: [Int: SMTPAnswer] = [:]

        /// An answer for each recipient of the envelope; `pending` gives the outcome of those for whom nothing final was
        /// said.
        func answers(pending: () -> MailOutcome) -> [SMTPAnswer] {
            let told = transaction.answers(pending: pending)
            guard !left.isEmpty else { return told }
            var rest = told[...]
            return job.message.envelope.recipients.indices.compactMap { left[$0] ?? rest.popFirst() }
        }
    }

    /// Makes the message's part of the dialogue, for all recipients whose addresses the server can take.
    mutating func begin(_ job: SMTPJob) -> InFlight {
        messageCount += 1
        defer { needsReset = false }
        var message = job.message
        var left: [Int: SMTPAnswer] = [:]
        let unsupported = message.unsupportedRecipients(for: capabilities)
        if !unsupported.isEmpty {
            let answer = SMTPAnswer(.rejected(.unsupportedAddress(host: host)))
            left = Dictionary(unsupported.map { ($0, answer) }) { first, _ in first }
            let kept = message.envelope.recipients.indices.filter { left[$0] == nil }
            message.envelope.recipients = kept.map { message.envelope.recipients[$0] }
        }
        return InFlight(
            job: job,
            transaction: SMTPTransaction(
                SMTPEnvelopeCommands(message, for: capabilities),
                pipelining: capabilities.pipelining,
                afterReset: needsReset
            ),
            left: left
        )
    }
}
