import GroundworkCore

extension MailDelivery {
    /// Does what the plan says until it is done.
    func finished(_ run: inout Run) async throws -> MailReceipt {
        guard !run.recipients.isEmpty else { return try conclude(run) }
        while true {
            switch run.plan.next(now: time.monotonic, random: random) {
            case .finish: return try conclude(run)
            case .offer(let offer): await make(offer, &run)
            case .wait(let end):
                var event = MailDeliveryEvent(.waiting, messageID: run.mail.message.messageID)
                event.attempts = run.plan.attempts
                event.duration = time.monotonic.duration(to: end)
                emit(event)
                do { try await time.sleep(until: end) } catch { run.plan.cancel() }
            }
        }
    }

    /// Offers the mail to one transport, if its circuit and its rate allow it.
    private func make(_ offer: DeliveryPlan.Offer, _ run: inout Run) async {
        guard begin(offer, &run) else { return }
        let route = routes[run.routes[offer.route]]
        let start = time.monotonic
        do {
            try Task.checkCancellation()
            try await turn(route, run.deadline)
        } catch {
            gaveUp(offer, &run, error)
            return
        }
        let mail = mail(for: offer, run)
        let limit = limit(of: offer, run)
        let result = await attempt(mail, through: route.transport, limit, run.deadline)
        take(result, of: offer, &run, start: start)
    }

    /// Waits for a transport's turn, if it has any: code of the app, which may heed neither deadline nor cancellation.
    func turn(_ route: MailRoute, _ deadline: ContinuousClock.Instant?) async throws {
        guard let turn = route.turn else { return }
        do {
            try await waiting(until: deadline, time: time) { try await turn(deadline) }
        } catch is DeadlineExceeded {
            throw MailError(
                .deadlineExceeded,
                "The deadline passed before it was the turn of \(route.transport.name); nothing was sent through it.",
                transport: route.transport.name,
                isRetryable: true
            )
        }
    }

    /// Whether the circuit lets it through; else the plan knows.
    func begin(_ offer: DeliveryPlan.Offer, _ run: inout Run) -> Bool {
        let place = run.routes[offer.route]
        let permission = circuits.withLock { $0[place].ask(now: time.monotonic) }
        guard case .refused(let end) = permission else { return true }
        run.plan.skipped(offer, until: end)
        var event = MailDeliveryEvent(
            .skipped,
            messageID: run.mail.message.messageID,
            transport: routes[place].transport.name
        )
        event.attempts = run.plan.attempts
        emit(event)
        return false
    }

    /// The offer ended before the transport was asked.
    /// - Parameter reports: whether the circuit is told; once for each request.
    func gaveUp(_ offer: DeliveryPlan.Offer, _ run: inout Run, _ error: any Error, reports: Bool = true) {
        if reports { report(.nothing, of: offer, run) }
        if error is CancellationError { return run.plan.cancel() }
        let failure =
            error as? MailError
            ?? MailError(.unavailable, "No turn could be had; see the error below.", underlyingError: error)
        fail(offer, &run, failure, start: time.monotonic)
    }

    /// Takes what came of an offer.
    /// - Parameters:
    ///   - isShared: whether the mail went in one request with others.
    ///   - reports: whether the circuit is told; once for each request.
    func take(
        _ result: Result<MailReceipt, any Error>,
        of offer: DeliveryPlan.Offer,
        _ run: inout Run,
        start: ContinuousClock.Instant,
        isShared: Bool = false,
        reports: Bool = true
    ) {
        let name = routes[run.routes[offer.route]].transport.name
        switch result {
        case .success(let receipt):
            let missing = MailOutcome.unknown(reason: "\(name) named no outcome for this recipient.")
            let outcomes = offer.recipients.map { receipt[run.recipients[$0]] ?? missing }
            for recipient in receipt.recipients { run.replies[recipient.address] = recipient.reply }
            if reports { report(CircuitBreaker.Report(outcomes), of: offer, run) }
            answer(offer, &run, outcomes, start, isShared)
            run.lastTransport = receipt.transport
        case .failure(let error as MailError):
            let isLate = error.code == .deadlineExceeded && hadTime(offer, run, since: start)
            if reports { report(isLate ? .fails : CircuitBreaker.Report(error), of: offer, run) }
            fail(offer, &run, error, start: start)
        case .failure(is CancellationError):
            let isLate = !Task.isCancelled && hadTime(offer, run, since: start)
            if reports { report(isLate ? .fails : .nothing, of: offer, run) }
            if Task.isCancelled { return run.plan.cancel() }
            let late = MailError(
                .deadlineExceeded,
                "The deadline passed before \(name) had the mail.",
                transport: name,
                isRetryable: true
            )
            fail(offer, &run, late, start: start)
        case .failure(let error):
            // The contract leaves no room for it: it may have come before or after the mail went out.
            let kind = String(describing: type(of: error))
            let outcome = MailOutcome.unknown(reason: "\(name) failed with an error of its own, \(kind).")
            if reports { report(.fails, of: offer, run) }
            answer(offer, &run, offer.recipients.map { _ in outcome }, start, isShared)
            run.lastTransport = name
        }
    }

    private func answer(
        _ offer: DeliveryPlan.Offer,
        _ run: inout Run,
        _ outcomes: [MailOutcome],
        _ start: ContinuousClock.Instant,
        _ isShared: Bool
    ) {
        run.plan.answered(
            offer,
            outcomes,
            start: start,
            now: time.monotonic,
            isShared: isShared,
            isSpent: run.mail.message.isSpent
        )
        var event = event(.answered, offer, run, start)
        event.count(outcomes)
        emit(event)
    }

    private func fail(
        _ offer: DeliveryPlan.Offer,
        _ run: inout Run,
        _ error: MailError,
        start: ContinuousClock.Instant
    ) {
        run.plan.failed(offer, error, isSpent: run.mail.message.isSpent)
        var event = event(.failed, offer, run, start)
        event.recipients = offer.recipients.count
        event.error = error.code
        event.replyCode = error.reply?.code
        event.enhancedCode = error.reply?.enhancedCode
        emit(event)
    }

    private func report(_ report: CircuitBreaker.Report, of offer: DeliveryPlan.Offer, _ run: Run) {
        let place = run.routes[offer.route]
        circuits.withLock { $0[place].report(report, now: time.monotonic) }
    }

    private func event(
        _ kind: MailDeliveryEvent.Kind,
        _ offer: DeliveryPlan.Offer,
        _ run: Run,
        _ start: ContinuousClock.Instant
    ) -> MailDeliveryEvent {
        let name = routes[run.routes[offer.route]].transport.name
        var event = MailDeliveryEvent(kind, messageID: run.mail.message.messageID, transport: name)
        event.attempts = run.plan.attempts
        event.duration = start.duration(to: time.monotonic)
        return event
    }
}
