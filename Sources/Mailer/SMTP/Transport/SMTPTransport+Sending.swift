import GroundworkCore

extension SMTPTransport: MailHandoverTransport {
    /// A mail on its way: one job, or one for each part of its recipients.
    typealias Submission = Result<[SMTPJob], any Error>

    /// How many mails of one call are under way at most.
    private static let window = 256

    func send(
        _ mail: OutgoingMail,
        handover: ContinuousClock.Instant?,
        deadline: ContinuousClock.Instant?
    ) async throws -> MailReceipt {
        let group = SMTPJobGroup()
        let end = deadline ?? clock.monotonic.advanced(by: configuration.sendTimeout)
        let timer = Task { [clock] in
            if let handover, handover < end {
                try await clock.sleep(until: handover)
                group.abort(.handover)
            }
            try await clock.sleep(until: end)
            group.abort(.deadline)
        }
        defer { timer.cancel() }
        return try await cancelling(group) {
            let jobs = await submit(mail, in: group, until: min(handover ?? end, end))
            return try await result(of: jobs, mail).get()
        }
    }

    func sendAll(
        _ mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async -> [Result<MailReceipt, any Error>] {
        let group = SMTPJobGroup()
        let timer = timer(of: group, deadline)
        defer { timer.cancel() }
        return await cancelling(group) {
            var results: [Result<MailReceipt, any Error>] = []
            results.reserveCapacity(mails.count)
            var submissions: [Submission] = []
            for mail in mails {
                let end = deadline ?? clock.monotonic.advanced(by: configuration.sendTimeout)
                submissions.append(await submit(mail, in: group, until: end, isOwn: deadline == nil))
                guard submissions.count == Self.window else { continue }
                // The last of them first: by then the others are over as a rule, and this task is not woken for each.
                if let last = try? submissions[Self.window / 2 - 1].get().last { _ = try? await last.outcome() }
                for submission in submissions.prefix(Self.window / 2) {
                    results.append(await result(of: submission, mails[results.count]))
                }
                submissions.removeFirst(Self.window / 2)
            }
            for submission in submissions { results.append(await result(of: submission, mails[results.count])) }
            return results
        }
    }

    /// Ends the mails of a call: all at its deadline, or each when its own time is over.
    private func timer(of group: SMTPJobGroup, _ deadline: ContinuousClock.Instant?) -> Task<Void, any Error> {
        let limit = configuration.sendTimeout
        return Task { [clock] in
            if let deadline {
                try await clock.sleep(until: deadline)
                return group.abort(.deadline)
            }
            // Whatever is added later ends later.
            var next: ContinuousClock.Instant?
            while true {
                try await clock.sleep(until: next ?? clock.monotonic.advanced(by: limit))
                next = group.abortExpired(now: clock.monotonic)
            }
        }
    }

    private func cancelling<Value>(
        _ group: SMTPJobGroup,
        _ body: () async throws -> Value
    ) async rethrows -> Value {
        try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            group.abort(.cancelled)
        }
    }

    /// Composes a mail and gives it to the pool.
    /// - Parameters:
    ///   - end: when composing ends at the latest.
    ///   - isOwn: whether that is the mail's own end, rather than that of all.
    private func submit(
        _ mail: OutgoingMail,
        in group: SMTPJobGroup,
        until end: ContinuousClock.Instant,
        isOwn: Bool = false
    ) async -> Submission {
        if let reason = group.reason { return .failure(reason.error) }
        do {
            let content = try await content(of: mail, until: end)
            let jobs = parts(of: mail, content).map { envelope in
                SMTPJob(
                    SMTPMessage(
                        envelope: envelope,
                        content: content,
                        notifications: configuration.deliveryNotifications,
                        envelopeID: mail.idempotencyKey.rawValue
                    )
                )
            }
            for job in jobs {
                group.add(job, until: isOwn ? end : nil)
                pool.submit(job)
            }
            return .success(jobs)
        } catch {
            return .failure(error)
        }
    }

    /// The mail's bytes. Attachments are read by code that is not ours, which may take its time.
    func content(of mail: OutgoingMail, until end: ContinuousClock.Instant) async throws -> SMTPContent {
        let mail = try relay.completing(mail)
        let fields = relay.fields(for: mail)
        guard !mail.message.attachments.isEmpty else {
            return try await SMTPContent(mail, composer, signer, clock, fields: fields)
        }
        do {
            return try await waiting(until: end, time: clock) { [composer, signer, clock] in
                try await SMTPContent(mail, composer, signer, clock, fields: fields)
            }
        } catch is DeadlineExceeded {
            throw SMTPFailure(.deadlineExceeded, "The deadline passed while the message was composed.")
        }
    }

    /// The envelopes of the transactions that the mail goes out in.
    func parts(of mail: OutgoingMail, _ content: SMTPContent) -> [MailEnvelope] {
        let limit = max(1, configuration.maximumRecipientsPerMessage)
        let recipients = mail.envelope.recipients
        // Under one key, such a server would send nothing to the second part, and say that it did.
        guard recipients.count > limit, content.isReplayable, !relay.deduplicates else { return [mail.envelope] }
        return stride(from: 0, to: recipients.count, by: limit).map { start in
            var part = mail.envelope
            part.recipients = Array(recipients[start..<min(recipients.count, start + limit)])
            return part
        }
    }

    private func result(of submission: Submission, _ mail: OutgoingMail) async -> Result<MailReceipt, any Error> {
        do {
            var parts: [SMTPPart] = []
            for job in try submission.get() {
                do { parts.append(SMTPPart(job, .success(try await job.outcome()))) } catch {
                    parts.append(SMTPPart(job, .failure(error)))
                }
            }
            let answers = try SMTPPart.answers(parts)
            let recipients = zip(mail.envelope.recipients, answers).map { address, answer in
                MailReceipt.Recipient(address, answer.outcome, reply: answer.reply)
            }
            return .success(MailReceipt(recipients: recipients, transport: name, messageID: mail.message.messageID))
        } catch {
            return .failure(translated(error))
        }
    }
}
