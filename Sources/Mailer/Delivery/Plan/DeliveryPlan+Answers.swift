extension DeliveryPlan {
    /// The transport answered for each recipient of the offer.
    /// - Parameters:
    ///   - outcomes: in the order of the offer's recipients; one that is missing is unknown.
    ///   - start: when the offer was made.
    ///   - now: when the answer came.
    ///   - isShared: whether the mail went in one request with others: the provider knows that by another key, so that
    ///     an unknown outcome cannot be asked for again by the mail's own.
    ///   - isSpent: whether a message that can be read once only was read.
    mutating func answered(
        _ offer: Offer,
        _ outcomes: [MailOutcome],
        start: Instant,
        now: Instant,
        isShared: Bool = false,
        isSpent: Bool = true
    ) {
        count(offer, isSpent)
        for (position, index) in offer.recipients.enumerated() {
            let outcome =
                outcomes.indices.contains(position)
                ? outcomes[position] : .unknown(reason: "The transport named no outcome for this recipient.")
            standings[index] = standing(standings[index], after: outcome, offer, isShared ? nil : start)
            if case .retryable(_, let after?) = outcome { postpone(offer.route, by: after, now) }
        }
    }

    /// - Parameter start: when the offer was made, if it can be repeated.
    private func standing(
        _ before: Standing,
        after outcome: MailOutcome,
        _ offer: Offer,
        _ start: Instant?
    ) -> Standing {
        switch (before, outcome) {
        case (.settled, _): before
        case (_, .accepted): .settled(outcome)
        case (.pending, .rejected): .settled(outcome)
        case (.pending, .retryable): .pending(outcome)
        case (.pending, .unknown(let reason)):
            if let start, routes[offer.route].deduplicates {
                .locked(Lock(route: offer.route, key: offer.key, since: start, reason: reason))
            } else {
                .settled(outcome)
            }
        // The first try may have been taken all the same: what a later one is told does not change that.
        case (.locked(let lock), .rejected(let reply)):
            .settled(.unknown(reason: "\(lock.reason) Another try was refused (\(reply.codes))."))
        case (.locked, .retryable), (.locked, .unknown): before
        }
    }

    /// The transport could not be asked: nothing was sent.
    /// - Parameter isSpent: whether a message that can be read once only was read all the same.
    mutating func failed(_ offer: Offer, _ error: MailError, isSpent: Bool = true) {
        count(offer, isSpent)
        errors.append((offer.route, error))
        // What came too late once comes too late again: the deadline stays.
        if !error.isRetryable || error.code == .deadlineExceeded { excluded.insert(offer.route) }
    }

    /// The transport is out of order and was not asked; it may be again at a time.
    mutating func skipped(_ offer: Offer, until time: Instant?) {
        mark(offer)
        hasSkipped = true
        if let time { notBefore[offer.route] = time }
    }

    /// Nobody waits any more. Nothing of an offer under way was sent.
    mutating func cancel() { isCancelled = true }

    private mutating func count(_ offer: Offer, _ isSpent: Bool) {
        mark(offer)
        attempts += 1
        attemptsInRound += 1
        if isReadOnce, isSpent { isStopped = true }
    }

    private mutating func mark(_ offer: Offer) {
        if offer.isRepetition { triedKeys.insert(offer.key) } else { triedRoutes.insert(offer.route) }
        // Whoever has just been asked under a key is asked again under it in the next round.
        triedKeys.insert(offer.key)
    }

    /// The server asks to wait. Longer than the policy allows means that it is asked no more.
    private mutating func postpone(_ route: Int, by delay: Duration, _ now: Instant) {
        if delay > policy.maximumServerDelay { excluded.insert(route) }
        let time = now.advanced(by: max(.zero, delay))
        notBefore[route] = max(notBefore[route] ?? time, time)
    }
}
