import GroundworkCore
import Mailer

extension InMemoryMailTransport {
    func perform(
        _ step: MailStep,
        _ mail: OutgoingMail,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> MailReceipt {
        state.withLock { $0.attempts.append(mail) }
        if let deadline, time.monotonic >= deadline { throw late }
        try Task.checkCancellation()
        let source = try await composer.compose(mail.message).bytes()
        switch step.kind {
        case .fails(let error): throw error
        case .throwsForeignError(let error): throw error
        case .outcome(let outcome): return receipt(mail, source, outcome)
        case .lost(let moment):
            if moment == .afterSending { _ = receipt(mail, source) { _ in .accepted(id: nil) } }
            return unknown(mail)
        case .hangs(.beforeSending):
            try await wait(until: deadline)
            throw late
        case .hangs(.afterSending):
            _ = receipt(mail, source) { _ in .accepted(id: nil) }
            try? await wait(until: deadline)
            return unknown(mail)
        }
    }

    /// Until the deadline or the end of the task.
    private func wait(until deadline: ContinuousClock.Instant?) async throws {
        try await time.sleep(until: deadline ?? time.monotonic.advanced(by: .seconds(1 << 32)))
    }

    private var late: MailError {
        MailError(
            .deadlineExceeded,
            "The deadline passed before the mail was sent.",
            transport: name,
            isRetryable: true
        )
    }

    private func unknown(_ mail: OutgoingMail) -> MailReceipt {
        MailReceipt(
            envelope: mail.envelope,
            outcome: .unknown(reason: "The connection broke before the answer came."),
            transport: name,
            messageID: mail.message.messageID
        )
    }

    /// Delivers to those whose mail is accepted, unless the key is known.
    private func receipt(
        _ mail: OutgoingMail,
        _ source: [UInt8],
        _ outcome: (EnvelopeAddress) -> MailOutcome
    ) -> MailReceipt {
        let recipients = mail.envelope.recipients
        let entries = state.withLock { state -> [MailReceipt.Recipient] in
            let key = mail.idempotencyKey.rawValue
            let recognises = capabilities.supports(.idempotency)
            if recognises, let known = state.remembered[key] { return replay(recipients, known, key, state) }
            let id = "\(name)-\(state.attempts.count)"
            let entries = recipients.map { recipient in
                let outcome = outcome(recipient)
                return MailReceipt.Recipient(recipient, outcome == .accepted(id: nil) ? .accepted(id: id) : outcome)
            }
            let accepted = entries.filter(\.outcome.isAccepted).map(\.address)
            guard !accepted.isEmpty else { return entries }
            state.remembered[key] = Set(accepted)
            state.sent.append(SentMail(id: id, mail: mail, recipients: accepted, source: source))
            return entries
        }
        return MailReceipt(recipients: entries, transport: name, messageID: mail.message.messageID)
    }

    private func replay(
        _ recipients: [EnvelopeAddress],
        _ known: Set<EnvelopeAddress>,
        _ key: String,
        _ state: State
    ) -> [MailReceipt.Recipient] {
        let id = state.sent.first { $0.mail.idempotencyKey.rawValue == key }?.id
        let reply = MailReply(
            code: 409,
            text: "The same key was used for another mail.",
            name: MailReply.Name("invalid_idempotent_request")
        )
        let isSame = known.isSuperset(of: recipients)
        return recipients.map { MailReceipt.Recipient($0, isSame ? .accepted(id: id) : .rejected(reply)) }
    }
}
