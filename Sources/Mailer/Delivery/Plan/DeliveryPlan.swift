import GroundworkCore

/// Decides which transport is offered a mail for whom, and when: a value without I/O. Ask for the next action, do it,
/// and say what came of it.
///
/// What holds for every sequence of answers: a recipient whose outcome is settled is offered no more, and one whose
/// outcome was ever unknown is offered only to the same transport, under the same key, while that one remembers it.
struct DeliveryPlan: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What the plan knows of a transport.
    struct Route: Sendable, Hashable {
        /// Whether it recognises a mail that it had before by its key.
        var deduplicates = false
        /// How long it remembers a key; nil: for ever.
        var window: Duration?
    }

    /// A mail for some recipients, for one transport.
    struct Offer: Sendable, Hashable {
        /// Which transport, by its place among the routes.
        var route: Int
        /// For whom, by their places in the envelope.
        var recipients: [Int]
        /// The key that goes with it.
        var key: IdempotencyKey
        /// Whether it repeats an offer whose outcome is unknown.
        var isRepetition = false
    }

    enum Action: Sendable, Hashable {
        case offer(Offer)
        case wait(until: Instant)
        case finish
    }

    /// Where a mail went whose outcome is unknown.
    struct Lock: Sendable, Hashable {
        var route: Int
        var key: IdempotencyKey
        /// When it was offered there for the first time.
        var since: Instant
        /// Why it is unknown.
        var reason: String
    }

    enum Standing: Sendable {
        /// Nobody took the mail so far; with the last outcome.
        case pending(MailOutcome?)
        /// It may have been taken.
        case locked(Lock)
        case settled(MailOutcome)
    }

    let routes: [Route]
    let recipients: [EnvelopeAddress]
    let key: IdempotencyKey
    let policy: RetryPolicy
    let deadline: Instant?
    /// The message can be read once only.
    let isReadOnce: Bool
    var standings: [Standing]
    /// Offers that were answered, in any way.
    var attempts = 0
    var errors: [(route: Int, error: MailError)] = []
    /// Whether a transport was left out since it is out of order.
    var hasSkipped = false
    var isCancelled = false
    var isStopped = false
    /// Transports that are not to be asked any more.
    var excluded: Set<Int> = []
    /// Recipients that the server of a transport cannot take: they are offered to the others only.
    var unsupported: [Int: Set<Int>] = [:]
    /// Transports that are not to be asked before a time.
    var notBefore: [Int: Instant] = [:]
    // Of this round, in which each transport is asked once.
    var round = 1
    var attemptsInRound = 0
    var triedRoutes: Set<Int> = []
    var triedKeys: Set<IdempotencyKey> = []

    /// Makes a plan in which the routes are asked in their order.
    init(
        routes: [Route],
        recipients: [EnvelopeAddress],
        key: IdempotencyKey,
        policy: RetryPolicy,
        deadline: Instant? = nil,
        isReadOnce: Bool = false
    ) {
        self.routes = routes
        self.recipients = recipients
        self.key = key
        self.policy = policy
        self.deadline = deadline
        self.isReadOnce = isReadOnce
        standings = recipients.map { _ in .pending(nil) }
    }

    /// What to do now.
    mutating func next(now: Instant, random: some RandomSource) -> Action {
        settleForgotten(now)
        if let deadline, now >= deadline { return .finish }
        guard !isStopped, !isCancelled, hasWork else { return .finish }
        if let offer = offer(now) { return .offer(offer) }
        // A round in which nobody could be asked ends it: whoever is out of order is not waited for.
        guard attemptsInRound > 0, round < policy.maximumAttempts, let earliest = earliestTime(now) else {
            return .finish
        }
        let backoff = Backoff(base: policy.baseDelay, maximum: policy.maximumDelay)
        let end = max(earliest, now.advanced(by: backoff.delay(retry: round - 1, random: random)))
        if let deadline, end >= deadline { return .finish }
        round += 1
        attemptsInRound = 0
        triedRoutes = []
        triedKeys = []
        return .wait(until: end)
    }

    private var hasWork: Bool {
        standings.contains { if case .settled = $0 { false } else { true } }
    }

    /// What a provider no longer remembers is not sent again.
    private mutating func settleForgotten(_ now: Instant) {
        for (index, standing) in standings.enumerated() {
            guard case .locked(let lock) = standing, let window = routes[lock.route].window else { continue }
            // A tenth is kept back for the way of the request and for clocks that differ.
            if now >= lock.since.advanced(by: window * 9 / 10) {
                standings[index] = .settled(.unknown(reason: lock.reason))
            }
        }
    }

    private func isUsable(_ route: Int) -> Bool { !excluded.contains(route) }

    private func isDue(_ route: Int, _ now: Instant) -> Bool {
        isUsable(route) && notBefore[route].map { $0 <= now } ?? true
    }

    private func offer(_ now: Instant) -> Offer? {
        for case .locked(let lock) in standings where !triedKeys.contains(lock.key) && isDue(lock.route, now) {
            let group = standings.indices.filter { index in
                if case .locked(let other) = standings[index] { other.key == lock.key } else { false }
            }
            return Offer(route: lock.route, recipients: group, key: lock.key, isRepetition: true)
        }
        let pending = standings.indices.filter { if case .pending = standings[$0] { true } else { false } }
        for route in routes.indices where !triedRoutes.contains(route) && isDue(route, now) {
            let own = pending.filter { takes($0, route) }
            if !own.isEmpty { return Offer(route: route, recipients: own, key: key(for: own)) }
        }
        return nil
    }

    private func takes(_ recipient: Int, _ route: Int) -> Bool { unsupported[route]?.contains(recipient) != true }

    /// How many other transports may be asked in this round for what an offer leaves.
    func alternatives(to offer: Offer, now: Instant) -> Int {
        guard !offer.isRepetition, !isReadOnce else { return 0 }
        return routes.indices.count { $0 != offer.route && !triedRoutes.contains($0) && isDue($0, now) }
    }

    /// The mail's own key for all recipients, and another for each part of them: a provider that has seen a key sends
    /// nothing to further recipients under it.
    private func key(for part: [Int]) -> IdempotencyKey {
        guard part.count < recipients.count else { return key }
        let names = part.map { recipients[$0].wireText }.sorted()
        return (try? IdempotencyKey(derivedFrom: ["part", key.rawValue] + names)) ?? key
    }

    /// When one of those that may still be asked may be asked again; nil when there is none.
    private func earliestTime(_ now: Instant) -> Instant? {
        var candidates: Set<Int> = []
        for (index, standing) in standings.enumerated() {
            switch standing {
            case .pending: candidates.formUnion(routes.indices.filter { takes(index, $0) })
            case .locked(let lock): candidates.insert(lock.route)
            case .settled: break
            }
        }
        return candidates.filter(isUsable).map { notBefore[$0] ?? now }.min()
    }
}
