package import GroundworkCore
package import GroundworkCrypto

/// What is known of Apple's keys: a value without clock, network or lock. Feed it questions and results.
package struct KeyCache: Sendable {
    package enum Answer: Sendable {
        /// Use the key; with `refresh`, start a fetch in the background first.
        case use(RSAPublicKey, refresh: Bool)
        /// A fetch is needed: start one, or wait for the one that runs.
        case fetch
        /// Apple does not publish such a key, as far as was asked lately.
        case unknown
        /// There are no keys to believe in, and the next try is not yet due.
        case unavailable(retryAfter: Duration)
    }

    package let configuration: AppleKeyStore.Configuration
    private var keys: JWKSet?
    private var confirmedAt: ContinuousClock.Instant?
    private var nextTry: ContinuousClock.Instant?
    private var nextMiss: ContinuousClock.Instant?
    private var failures = 0
    /// Whether a fetch runs.
    package private(set) var isFetching = false

    package init(configuration: AppleKeyStore.Configuration) {
        self.configuration = configuration
    }

    /// Takes keys that were good `age` ago.
    package mutating func seed(_ set: JWKSet, age: Duration, now: ContinuousClock.Instant) {
        guard age >= .zero, age < configuration.maximumAge else { return }
        keys = set
        confirmedAt = now.advanced(by: .zero - age)
    }

    /// What to do about a token that names `keyID`.
    package func answer(for keyID: String, now: ContinuousClock.Instant) -> Answer {
        let isDue = nextTry.map { now >= $0 } ?? true
        if let keys, let confirmedAt, confirmedAt.duration(to: now) < configuration.maximumAge {
            if let key = keys[keyID] {
                let isOld = confirmedAt.duration(to: now) >= configuration.refreshInterval
                return .use(key, refresh: isOld && isDue && !isFetching)
            }
            // A miss asks at most once in a cool-down, and never stands in the way of known keys.
            if isFetching || (isDue && nextMiss.map { now >= $0 } ?? true) { return .fetch }
            // After a fetch that failed nobody knows whether Apple publishes the key by now.
            guard failures > 0 else { return .unknown }
            return .unavailable(
                retryAfter: [nextTry, nextMiss].compactMap { $0 }.max().map { now.duration(to: $0) } ?? .zero
            )
        }
        if isFetching || isDue { return .fetch }
        return .unavailable(retryAfter: nextTry.map { now.duration(to: $0) } ?? .zero)
    }

    /// A fetch has begun.
    package mutating func began() {
        isFetching = true
    }

    /// A fetch brought keys. They replace the old ones: what Apple has withdrawn is gone.
    package mutating func succeeded(_ set: JWKSet, now: ContinuousClock.Instant) {
        isFetching = false
        failures = 0
        keys = set
        confirmedAt = now
        nextTry = nil
        nextMiss = now.advanced(by: configuration.missCoolDown)
    }

    /// A fetch brought nothing that can be believed. Known keys stay.
    package mutating func failed(now: ContinuousClock.Instant, random: some RandomSource) {
        isFetching = false
        let ceiling = Backoff(base: .seconds(1), maximum: configuration.maximumRetryDelay).ceiling(retry: failures)
        failures = min(failures + 1, 30)
        nextMiss = now.advanced(by: configuration.missCoolDown)
        // Half of it is certain, so that tries that fail at once do not follow each other at once.
        nextTry = now.advanced(by: .seconds(ceiling.seconds * (0.5 + 0.5 * random.unitInterval())))
    }
}
