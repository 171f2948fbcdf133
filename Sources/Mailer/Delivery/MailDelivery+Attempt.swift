import GroundworkCore

extension MailDelivery {
    /// When a try ends so that the others have their share of the time; nil: with the mail's deadline.
    func limit(of offer: DeliveryPlan.Offer, _ run: Run) -> ContinuousClock.Instant? {
        let now = time.monotonic
        var limit = routes[run.routes[offer.route]].attemptTimeout.map { now.advanced(by: $0) }
        let others = run.plan.alternatives(to: offer, now: now)
        if limit == nil, others > 0, let deadline = run.deadline {
            limit = now.advanced(by: now.duration(to: deadline) / (others + 1))
        }
        guard let limit, run.deadline.map({ limit < $0 }) ?? true else { return nil }
        return limit
    }

    /// Sends a mail, until the limit of this try or the deadline.
    func attempt(
        _ mail: OutgoingMail,
        through transport: any MailTransport,
        _ limit: ContinuousClock.Instant?,
        _ deadline: ContinuousClock.Instant?
    ) async -> Result<MailReceipt, any Error> {
        guard let limit else {
            return await bounded(deadline) { try await transport.send(mail, deadline: deadline) }
        }
        let result: Result<MailReceipt, any Error>
        if let transport = transport as? any MailHandoverTransport {
            // What the server may have is waited for: nobody else would be asked after an unknown outcome.
            result = await bounded(deadline) {
                try await transport.send(mail, handover: limit, deadline: deadline)
            }
        } else {
            result = await bounded(limit) { try await transport.send(mail, deadline: limit) }
        }
        return shared(result, transport.name, limit, deadline)
    }

    /// What came of a try that had a limit of its own: what ended there, with nothing sent, is an error after which others
    /// are asked.
    func shared<Value>(
        _ result: Result<Value, any Error>,
        _ name: String,
        _ limit: ContinuousClock.Instant,
        _ deadline: ContinuousClock.Instant?
    ) -> Result<Value, any Error> {
        let now = time.monotonic
        guard case .failure(let error) = result, !Task.isCancelled, deadline.map({ now < $0 }) ?? true,
            error is CancellationError || (error as? MailError)?.code == .deadlineExceeded
        else { return result }
        // Who gives up before is told by its own rate that its turn comes too late: it is not broken.
        let isStalled = now >= limit
        return .failure(
            MailError(
                isStalled ? .unavailable : .throttled,
                "\(name) did not take the mail within its share of the time; nothing was sent through it.",
                transport: name,
                isRetryable: true,
                underlyingError: error
            )
        )
    }

    /// Whether a try had so much time that its end at the deadline is the transport's fault.
    func hadTime(_ offer: DeliveryPlan.Offer, _ run: Run, since start: ContinuousClock.Instant) -> Bool {
        start.duration(to: time.monotonic) >= routes[run.routes[offer.route]].circuit.patience
    }
}
