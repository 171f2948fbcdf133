import GroundworkCore

extension MailDelivery {
    /// The mail as it is offered: for these recipients, under this key.
    func mail(for offer: DeliveryPlan.Offer, _ run: Run) -> OutgoingMail {
        var mail = run.mail
        mail.idempotencyKey = offer.key
        mail.message.idempotencyKey = offer.key
        guard offer.recipients.count < run.mail.envelope.recipients.count else { return mail }
        let recipients = offer.recipients.map { run.recipients[$0] }
        mail.envelope.recipients = recipients
        let transport = routes[run.routes[offer.route]].transport
        // Whoever answers for each recipient goes by the envelope; others read `To`, `Cc` and `Bcc`.
        if !transport.capabilities.supports(.outcomePerRecipient) {
            mail.message = mail.message.restricted(to: recipients)
        }
        return mail
    }

    /// The receipt, or the error if nothing was sent.
    func conclude(_ run: Run) throws -> MailReceipt {
        var event = MailDeliveryEvent(.finished, messageID: run.mail.message.messageID, transport: run.lastTransport)
        event.attempts = run.plan.attempts
        event.duration = run.start.duration(to: time.monotonic)
        do {
            let outcomes = run.recipients.isEmpty ? [] : try run.plan.result(names: names(run)).get()
            let decided = Dictionary(zip(run.recipients, outcomes), uniquingKeysWith: { first, _ in first })
            let all = run.mail.envelope.recipients.map { address in
                let outcome = decided[address] ?? .rejected(MailReply(run.suppressed[address]))
                // With the words of whoever accepted it; other outcomes have their own.
                return MailReceipt.Recipient(address, outcome, reply: outcome.isAccepted ? run.replies[address] : nil)
            }
            event.count(all.map(\.outcome))
            emit(event)
            return MailReceipt(
                recipients: all,
                transport: run.lastTransport ?? name,
                messageID: run.mail.message.messageID,
                attempts: run.plan.attempts
            )
        } catch {
            event.recipients = run.mail.envelope.recipients.count
            event.error = (error as? MailError)?.code ?? MailError.Code("cancelled")
            emit(event)
            throw error
        }
    }

    private func names(_ run: Run) -> [String] { run.routes.map { routes[$0].transport.name } }

    /// Runs a send and cancels it at the deadline. The send's own result counts, however it ends: only it knows whether
    /// the mail may have gone out.
    func bounded<Value: Sendable>(
        _ deadline: ContinuousClock.Instant?,
        _ send: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        guard let deadline else {
            do { return .success(try await send()) } catch { return .failure(error) }
        }
        return await withTaskGroup(of: Result<Value, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await send()) } catch { return .failure(error) }
            }
            group.addTask { [time] in
                try? await time.sleep(until: deadline)
                return nil
            }
            var result: Result<Value, any Error> = .failure(CancellationError())
            for await value in group {
                if let value { result = value }
                group.cancelAll()
            }
            return result
        }
    }
}

extension MailReply {
    /// Why a suppressed address is not mailed.
    init(_ suppression: Suppression?) {
        self.init(text: suppression.map { "\($0.reason)" } ?? "", name: .suppressed)
    }
}
