import Testing

@testable import Mailer

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func breaker(failing count: Int) -> CircuitBreaker {
        var breaker = CircuitBreaker(MailCircuitPolicy())
        for _ in 0..<count {
            _ = breaker.ask(now: start)
            breaker.report(.fails, now: start)
        }
        return breaker
    }

    @Test func opensAfterFailuresInARowAndNamesTheTime() {
        var four = breaker(failing: 4)
        #expect(four.ask(now: start) == .granted)
        var five = breaker(failing: 5)
        #expect(five.ask(now: start) == .refused(until: start.advanced(by: .seconds(30))))
    }

    @Test func aSuccessBeginsTheCountAnew() {
        var breaker = breaker(failing: 4)
        breaker.report(.works, now: start)
        breaker.report(.fails, now: start)
        #expect(breaker.ask(now: start) == .granted)
    }

    @Test func letsOneProbeThrough() {
        var breaker = breaker(failing: 5)
        let later = start.advanced(by: .seconds(30))
        #expect(breaker.ask(now: later) == .granted)
        #expect(breaker.ask(now: later) == .refused(until: nil))
        breaker.report(.works, now: later)
        #expect(breaker.ask(now: later) == .granted)
        #expect(breaker.ask(now: later) == .granted)
    }

    @Test func aFailedProbeOpensItAgainAndAnAbandonedOneLetsTheNextThrough() {
        var failed = breaker(failing: 5)
        let later = start.advanced(by: .seconds(30))
        _ = failed.ask(now: later)
        failed.report(.fails, now: later)
        #expect(failed.ask(now: later) == .refused(until: later.advanced(by: .seconds(30))))
        var abandoned = breaker(failing: 5)
        _ = abandoned.ask(now: later)
        abandoned.report(.nothing, now: later)
        #expect(abandoned.ask(now: later) == .granted)
    }

    @Test func onlyWhatIsTheTransportsFaultCounts() {
        func report(_ outcomes: MailOutcome...) -> CircuitBreaker.Report { CircuitBreaker.Report(outcomes) }
        #expect(report(.accepted(id: nil)) == .works)
        #expect(report(.rejected(MailReply(code: 550))) == .works)
        #expect(report(.retryable(MailReply(code: 451), after: nil)) == .works)
        #expect(report(.retryable(MailReply(code: 429), after: nil)) == .works)
        #expect(report(.retryable(MailReply(code: 421), after: nil)) == .fails)
        #expect(report(.retryable(MailReply(code: 503), after: nil)) == .fails)
        #expect(report(.retryable(MailReply(), after: nil)) == .fails)
        #expect(report(.unknown(reason: "lost")) == .fails)
        #expect(report(.unknown(reason: "lost"), .accepted(id: nil)) == .works)
        #expect(CircuitBreaker.Report(MailError(.connectionFailed, "")) == .fails)
        #expect(CircuitBreaker.Report(MailError(.authenticationFailed, "")) == .fails)
        #expect(CircuitBreaker.Report(MailError(.invalidMessage, "")) == .nothing)
        #expect(CircuitBreaker.Report(MailError(.deadlineExceeded, "")) == .nothing)
    }
}
