import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import HTTPTypes
import Testing

@testable import Mailer

@Suite struct MailRateLimiterTests {
    private let start = ContinuousClock.now

    private func grant(_ state: inout MailRateState, at seconds: Double) -> MailRateState.Decision {
        let now = start + .seconds(seconds)
        guard let id = state.enter(now: now, maximum: 100) else { return .wait(until: now) }
        return state.poll(id, now: now)
    }

    /// Outside of macros, which cannot change what they look at.
    private func enter(_ state: inout MailRateState) throws -> UInt64 {
        let id = state.enter(now: start, maximum: 9)
        return try #require(id)
    }

    private func enter(_ state: inout MailRateState, at seconds: Double) -> UInt64? {
        state.enter(now: start + .seconds(seconds), maximum: 9)
    }

    private func poll(_ state: inout MailRateState, _ id: UInt64, _ seconds: Double) -> MailRateState.Decision {
        state.poll(id, now: start + .seconds(seconds))
    }

    @Test func aBurstGoesAtOnceAndTheRestInTheRate() {
        var state = MailRateState(ratePerSecond: 2, burst: 3)
        for _ in 0..<3 { #expect(grant(&state, at: 0) == .granted) }
        #expect(grant(&state, at: 0) == .wait(until: start + .milliseconds(500)))
        #expect(grant(&state, at: 0) == .wait(until: start + .seconds(1)))
    }

    @Test func aPauseFillsTheBucketOnlyToTheBurst() {
        var state = MailRateState(ratePerSecond: 1, burst: 2)
        for _ in 0..<2 { #expect(grant(&state, at: 0) == .granted) }
        for _ in 0..<2 { #expect(grant(&state, at: 1000) == .granted) }
        #expect(grant(&state, at: 1000) == .wait(until: start + .seconds(1001)))
    }

    @Test func whoLeavesGivesItsTurnToTheNext() throws {
        var state = MailRateState(ratePerSecond: 1, burst: 1)
        #expect(grant(&state, at: 0) == .granted)
        let first = try enter(&state)
        let second = try enter(&state)
        #expect(state.poll(second, now: start) == .wait(until: start + .seconds(2)))
        state.leave(first)
        #expect(state.poll(second, now: start) == .wait(until: start + .seconds(1)))
        #expect(state.poll(second, now: start + .seconds(1)) == .granted)
        #expect(state.count == 0)
    }

    @Test func retryAfterHoldsEverybodyBackAndKeepsTheDistance() throws {
        var state = MailRateState(ratePerSecond: 10, burst: 5)
        let first = try enter(&state)
        state.observe(MailRateHint(retryAfter: .seconds(3)), now: start)
        let second = try enter(&state)
        #expect(state.poll(first, now: start) == .wait(until: start + .seconds(3)))
        #expect(state.poll(second, now: start) == .wait(until: start + .milliseconds(3100)))
    }

    @Test func withoutARateTheWindowOfTheAnswersLimits() throws {
        var state = MailRateState(ratePerSecond: nil, burst: 1)
        for _ in 0..<50 { #expect(grant(&state, at: 0) == .granted) }
        state.observe(MailRateHint(limit: 5, remaining: 2, reset: .seconds(1)), now: start)
        #expect(grant(&state, at: 0.1) == .granted)
        #expect(grant(&state, at: 0.1) == .granted)
        #expect(grant(&state, at: 0.1) == .wait(until: start + .seconds(1)))
        // An older answer of the same window, which overtook, gives nothing back.
        state.observe(MailRateHint(limit: 5, remaining: 4, reset: .seconds(1)), now: start + .milliseconds(200))
        #expect(state.window?.remaining == 0)
    }

    @Test func afterTheWindowAsManyGoAsItsLimitSays() throws {
        var state = MailRateState(ratePerSecond: nil, burst: 1)
        state.observe(MailRateHint(limit: 2, remaining: 0, reset: .seconds(1)), now: start)
        let waiting = [try enter(&state), try enter(&state), try enter(&state)]
        let later = start + .seconds(1)
        // The third asks first, and those before it keep their places.
        #expect(state.poll(waiting[2], now: later) == .wait(until: later + .seconds(1)))
        #expect(state.poll(waiting[0], now: later) == .granted)
        #expect(state.poll(waiting[1], now: later) == .granted)
        #expect(state.poll(waiting[2], now: later) == .wait(until: later + .seconds(1)))
    }

    /// As a server answers that counts whole seconds, rounded up: ten in a second, and one request after the other.
    @Test func windowsOfWholeSecondsLetTheirWholeRateThrough() throws {
        var state = MailRateState(ratePerSecond: nil, burst: 1)
        var now = 0.0
        var granted = 0
        var waiting: UInt64?
        while now < 20 {
            let id = try #require(waiting ?? enter(&state, at: now))
            guard poll(&state, id, now) == .granted else {
                waiting = id
                now += 0.05
                continue
            }
            waiting = nil
            granted += 1
            let used = Int(now * 10 + 0.5) % 10 + 1
            state.observe(
                MailRateHint(limit: 10, remaining: 10 - used, reset: .seconds(1)),
                now: start + .seconds(now)
            )
            now += 0.1
        }
        #expect(granted >= 160)
    }

    @Test func aHintCannotStopTheSendingForGood() throws {
        var state = MailRateState(ratePerSecond: nil, burst: 1)
        state.observe(MailRateHint(remaining: 0, reset: .seconds(1 << 40), retryAfter: .seconds(1 << 40)), now: start)
        let id = try enter(&state)
        guard case .wait(let until) = state.poll(id, now: start) else { return #expect(Bool(false), "granted at once") }
        #expect(until <= start + MailRateState.longestWait)
    }

    @Test(arguments: [0, -1, Double.nan, .infinity, 1e-12, 1e300])
    func strangeRatesDoNotTrap(_ rate: Double) {
        var state = MailRateState(ratePerSecond: rate, burst: .min)
        _ = grant(&state, at: 0)
        _ = grant(&state, at: 1)
        var huge = MailRateState(ratePerSecond: rate, burst: .max)
        #expect(grant(&huge, at: 0) == .granted)
    }

    @Test func waitersGoInTheOrderInWhichTheyCame() async throws {
        let time = ManualTime()
        let limiter = MailRateLimiter(ratePerSecond: 1, burst: 1, time: time)
        try await limiter.acquire(deadline: nil)
        let order = Locked<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await limiter.acquire(deadline: nil)
                    order.withLock { $0.append(number) }
                }
                await time.waitForSleepers(number + 1)
            }
            for count in 1...4 {
                await time.advance(by: .seconds(1))
                try await group.next()
                #expect(order.withLock { $0.count } == count)
            }
        }
        #expect(order.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test func aTurnBeyondTheDeadlineIsGivenUpWithoutWaiting() async throws {
        let time = ManualTime()
        let limiter = MailRateLimiter(ratePerSecond: 1, burst: 1, time: time)
        try await limiter.acquire(deadline: nil)
        let code = await mailErrorCode { try await limiter.acquire(deadline: time.monotonic + .milliseconds(900)) }
        #expect(code == .deadlineExceeded)
        #expect(time.sleeperCount == 0)
        await time.advance(by: .seconds(1))
        try await limiter.acquire(deadline: time.monotonic)
    }

    @Test func aCancelledWaiterTakesNoTurn() async throws {
        let time = ManualTime()
        let limiter = MailRateLimiter(ratePerSecond: 1, burst: 1, time: time)
        try await limiter.acquire(deadline: nil)
        let task = Task { try await limiter.acquire(deadline: nil) }
        await time.waitForSleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await time.advance(by: .seconds(1))
        try await limiter.acquire(deadline: time.monotonic)
    }
}

@Suite struct RateHeaderTests {
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    private func hint(_ fields: [(String, String)]) -> MailRateHint {
        var result = HTTPFields()
        for (name, value) in fields { if let name = HTTPField.Name(name) { result[name] = value } }
        return MailRateHint(result, now: now)
    }

    @Test func resendCountsSecondsAndSendGridNamesATime() {
        let resend = hint([("ratelimit-limit", "5"), ("ratelimit-remaining", "4"), ("ratelimit-reset", "1")])
        #expect(resend == MailRateHint(limit: 5, remaining: 4, reset: .seconds(1)))
        let sendGrid = hint([
            ("X-RateLimit-Limit", "600"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1700000042"),
        ])
        #expect(sendGrid == MailRateHint(limit: 600, remaining: 0, reset: .seconds(42)))
    }

    @Test func retryAfterIsANumberOrADate() {
        #expect(hint([("Retry-After", "7")]).retryAfter == .seconds(7))
        #expect(hint([("Retry-After", "Tue, 14 Nov 2023 22:14:20 GMT")]).retryAfter == .seconds(60))
        #expect(hint([("Retry-After", "Tue, 14 Nov 2000 22:14:20 GMT")]).retryAfter == .zero)
    }

    @Test(arguments: ["", "-1", "soon", "1e9", "99999999999999999999", "NaN", "0x10", " ", "１"])
    func nonsenseCountsAsNotSaid(_ value: String) {
        let hint = hint([("Retry-After", value), ("ratelimit-remaining", value), ("ratelimit-reset", value)])
        #expect(hint == MailRateHint())
    }

    @Test func longWaitsAreCut() {
        #expect(hint([("Retry-After", "999999999999")]).retryAfter.map { $0 <= .seconds(7 * 24 * 3600) } == true)
    }
}
