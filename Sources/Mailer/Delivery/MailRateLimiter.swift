public import GroundworkCore

/// A token bucket that all users of one provider's account share, driven by what the provider's answers say.
///
/// Requests go in the order in which they asked. A limiter without a rate lets everything pass until an answer says
/// otherwise: `RateLimit-Remaining: 0` or `Retry-After` hold the next request back until the provider's window begins
/// anew. Give one limiter to every transport that uses the same account, for providers count per account:
///
///     let limiter = MailRateLimiter(ratePerSecond: 5, burst: 5)
///     configuration.rateLimiter = limiter
///
/// The arithmetic is a value without a clock, `MailRateState`.
public final class MailRateLimiter: Sendable {
    private let state: Locked<MailRateState>
    private let time: any TimeSource

    /// The most requests that wait at once; a further one is refused at once.
    public static let maximumWaiting = 10_000

    /// Makes a limiter.
    /// - Parameters:
    ///   - ratePerSecond: requests per second over time; nil, zero or less: only what the answers say limits.
    ///   - burst: how many requests may go at once after a pause; at least 1.
    ///   - time: the clock.
    public init(ratePerSecond: Double? = nil, burst: Int = 1, time: any TimeSource = SystemTime()) {
        state = Locked(MailRateState(ratePerSecond: ratePerSecond, burst: burst))
        self.time = time
    }

    /// Waits until a request may be made.
    /// - Parameter deadline: a turn that would come later is given up at once, without waiting for the deadline.
    /// - Throws: ``MailError`` with ``MailError/Code/deadlineExceeded``, or ``MailError/Code/throttled`` when
    ///   ``maximumWaiting`` requests wait already; `CancellationError`. The turn goes to whoever comes next.
    public func acquire(deadline: ContinuousClock.Instant?) async throws {
        try Task.checkCancellation()
        let now = time.monotonic
        guard let ticket = state.withLock({ $0.enter(now: now, maximum: Self.maximumWaiting) }) else {
            throw MailError(
                .throttled,
                "\(Self.maximumWaiting) requests wait for the rate limit already; send more slowly or try later.",
                isRetryable: true
            )
        }
        do {
            while true {
                let now = time.monotonic
                guard case .wait(let instant) = state.withLock({ $0.poll(ticket, now: now) }) else { return }
                if let deadline, instant > deadline {
                    throw MailError(
                        .deadlineExceeded,
                        "The rate limit allows the next request in \(now.duration(to: instant)), after the deadline.",
                        isRetryable: true
                    )
                }
                try await time.sleep(until: instant)
            }
        } catch {
            state.withLock { $0.leave(ticket) }
            throw error
        }
    }

    /// Takes into account what an answer said.
    public func observe(_ hint: MailRateHint) {
        let now = time.monotonic
        state.withLock { $0.observe(hint, now: now) }
    }
}
