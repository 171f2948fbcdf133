/// How often and how long an operation is tried.
public struct RetryPolicy: Sendable, Hashable {
    /// The first try included; 1 means no retries.
    public var maximumAttempts: Int = 5
    /// The upper end of the wait before the first retry; it doubles with each further one.
    public var baseDelay: Duration = .milliseconds(100)
    /// No wait is longer than this, but for one that the server asks for.
    public var maximumDelay: Duration = .seconds(20)
    /// A server's `Retry-After` is obeyed up to this; a longer one ends the tries.
    public var maximumServerDelay: Duration = .seconds(60)
    /// The time for all tries and waits together; nil means no limit.
    public var totalTimeout: Duration?

    /// Makes the default policy: five tries, full jitter from 100 ms to 20 s.
    public init() {}

    /// One try, no retry.
    public static var never: RetryPolicy {
        var policy = RetryPolicy()
        policy.maximumAttempts = 1
        return policy
    }
}

/// What a failed try says about the next one.
package enum RetryVerdict: Sendable, Hashable {
    /// Trying again cannot help.
    case permanent
    /// Trying again may help. `after` is what the server asked for; `cost` is in tokens.
    case transient(after: Duration? = nil, cost: Double = 5)
}

/// The state of one operation's tries: a value without clock or sleep. Feed it verdicts, it answers with waits.
package struct RetryState: Sendable {
    package enum Decision: Sendable, Hashable {
        case retry(after: Duration)
        case stop(Reason)
    }

    package enum Reason: Sendable, Hashable {
        case permanent, attemptsUsedUp, deadline, budgetUsedUp, serverDelayTooLong
    }

    package let policy: RetryPolicy
    package let deadline: ContinuousClock.Instant?
    package private(set) var attempts = 0
    /// What the last retry cost; given back when it succeeds.
    package private(set) var outstanding: Double = 0

    package init(policy: RetryPolicy, startedAt start: ContinuousClock.Instant) {
        self.policy = policy
        deadline = policy.totalTimeout.map { start.advanced(by: $0) }
    }

    /// Counts a failed try and decides what follows.
    package mutating func failed(
        _ verdict: RetryVerdict,
        now: ContinuousClock.Instant,
        budget: TokenBucket?,
        random: some RandomSource
    ) -> Decision {
        attempts += 1
        guard case .transient(let after, let cost) = verdict else { return .stop(.permanent) }
        guard attempts < policy.maximumAttempts else { return .stop(.attemptsUsedUp) }
        let backoff = Backoff(base: policy.baseDelay, maximum: policy.maximumDelay)
        var delay = backoff.delay(retry: attempts - 1, random: random)
        if let after {
            guard after <= policy.maximumServerDelay else { return .stop(.serverDelayTooLong) }
            delay = max(delay, after)
        }
        if let deadline, now.advanced(by: delay) >= deadline { return .stop(.deadline) }
        if let budget {
            guard budget.take(cost) else { return .stop(.budgetUsedUp) }
            outstanding = cost
        }
        return .retry(after: delay)
    }

    /// Tells the budget that the operation succeeded.
    package func succeeded(budget: TokenBucket?) {
        budget?.give(outstanding > 0 ? outstanding : 1)
    }
}
