import GroundworkCore
import GroundworkTesting
import Testing

@testable import Mailer

@Suite struct DeliveryPlanTests {
    private let start = ContinuousClock.now
    private let random = ManualRandom(words: [.max])
    private let busy = MailOutcome.retryable(MailReply(code: 451), after: nil)
    private let refused = MailOutcome.rejected(MailReply(code: 550))
    private let lost = MailOutcome.unknown(reason: "lost")

    private func plan(
        _ routes: [DeliveryPlan.Route],
        _ names: [String] = ["a@example.org"],
        rounds: Int = 3,
        deadline: ContinuousClock.Instant? = nil,
        isReadOnce: Bool = false
    ) throws -> DeliveryPlan {
        var policy = RetryPolicy()
        policy.maximumAttempts = rounds
        policy.baseDelay = .seconds(1)
        return DeliveryPlan(
            routes: routes,
            recipients: try names.map { try EnvelopeAddress($0) },
            key: try IdempotencyKey("key"),
            policy: policy,
            deadline: deadline,
            isReadOnce: isReadOnce
        )
    }

    private let plain = DeliveryPlan.Route()
    private let knowing = DeliveryPlan.Route(deduplicates: true, window: .seconds(100))

    private func nextOffer(_ plan: inout DeliveryPlan, at time: ContinuousClock.Instant? = nil) -> DeliveryPlan.Offer? {
        guard case .offer(let offer) = plan.next(now: time ?? start, random: random) else { return nil }
        return offer
    }

    private func answer(_ plan: inout DeliveryPlan, _ outcomes: MailOutcome..., isShared: Bool = false) throws {
        let offer = try #require(nextOffer(&plan))
        plan.answered(offer, outcomes, start: start, now: start, isShared: isShared)
    }

    enum Next: Sendable { case ends, otherRoute, sameRouteLater }

    /// Four outcomes, at a transport that recognises mails and at one that does not, with another one behind it.
    @Test(arguments: [true, false], [("accepted", Next.ends), ("rejected", .ends), ("retryable", .otherRoute)])
    func whatFollowsAnOutcomeThatIsKnown(deduplicates: Bool, row: (name: String, next: Next)) throws {
        var plan = try plan([deduplicates ? knowing : plain, plain])
        let outcomes: [String: MailOutcome] = ["accepted": .accepted(id: "1"), "rejected": refused, "retryable": busy]
        try answer(&plan, try #require(outcomes[row.name]))
        let next = plan.next(now: start, random: random)
        switch row.next {
        case .ends: #expect(next == .finish)
        case .otherRoute:
            #expect(next == .offer(DeliveryPlan.Offer(route: 1, recipients: [0], key: plan.key)))
        case .sameRouteLater: Issue.record("not for a known outcome")
        }
    }

    @Test func anUnknownOutcomeIsFinalWithoutRecognition() throws {
        var plan = try plan([plain, knowing])
        try answer(&plan, lost)
        #expect(plan.next(now: start, random: random) == .finish)
        #expect(try plan.result(names: ["a", "b"]).get() == [lost])
    }

    @Test func anUnknownOutcomeIsRepeatedAtTheSameTransportUnderTheSameKey() throws {
        var plan = try plan([knowing, plain])
        try answer(&plan, lost)
        guard case .wait(let end) = plan.next(now: start, random: random) else {
            Issue.record("no wait")
            return
        }
        let again = nextOffer(&plan, at: end)
        #expect(again == DeliveryPlan.Offer(route: 0, recipients: [0], key: plan.key, isRepetition: true))
    }

    @Test func anUnknownOutcomeOfASharedRequestIsFinal() throws {
        var plan = try plan([knowing, plain])
        try answer(&plan, lost, isShared: true)
        #expect(plan.next(now: start, random: random) == .finish)
    }

    @Test func anUnknownOutcomeIsNotRepeatedWhenTheKeyIsForgotten() throws {
        var plan = try plan([knowing, plain])
        try answer(&plan, lost)
        #expect(plan.next(now: start.advanced(by: .seconds(90)), random: random) == .finish)
        #expect(try plan.result(names: ["a", "b"]).get() == [lost])
    }

    @Test func laterAnswersDoNotMakeAnUnknownOutcomeKnownUnlessTheyAccept() throws {
        for (outcome, isUnknown) in [(busy, true), (refused, true), (lost, true), (.accepted(id: "1"), false)] {
            var plan = try plan([knowing], rounds: 2)
            try answer(&plan, lost)
            guard case .wait(let end) = plan.next(now: start, random: random), let again = nextOffer(&plan, at: end)
            else {
                Issue.record("no second try")
                continue
            }
            plan.answered(again, [outcome], start: end, now: end)
            #expect(plan.next(now: end, random: random) == .finish)
            #expect(try plan.result(names: ["a"]).get()[0].isUnknown == isUnknown)
        }
    }

    @Test func anErrorAfterAnUnknownOutcomeDoesNotHideIt() throws {
        var plan = try plan([knowing], rounds: 2)
        try answer(&plan, lost)
        guard case .wait(let end) = plan.next(now: start, random: random), let again = nextOffer(&plan, at: end) else {
            Issue.record("no second try")
            return
        }
        plan.failed(again, MailError(.authenticationFailed, "No."))
        #expect(plan.next(now: end, random: random) == .finish)
        #expect(try plan.result(names: ["a"]).get() == [lost])
    }

    @Test func onlyRecipientsThatMayBeAcceptedLaterAreOfferedAgainUnderAKeyOfTheirOwn() throws {
        var plan = try plan([plain, plain], ["a@example.org", "b@example.org", "c@example.org"])
        try answer(&plan, .accepted(id: nil), busy, refused)
        let second = try #require(nextOffer(&plan))
        #expect(second.route == 1)
        #expect(second.recipients == [1])
        #expect(second.key != plan.key)
    }

    @Test func missingOutcomesAreUnknown() throws {
        var plan = try plan([plain], ["a@example.org", "b@example.org"])
        try answer(&plan, .accepted(id: nil))
        let outcomes = try plan.result(names: ["a"]).get()
        #expect(outcomes[1].isUnknown)
    }

    @Test func aRoundWithoutRetryAfterWaitsWithFullJitter() throws {
        var plan = try plan([plain])
        try answer(&plan, .retryable(MailReply(code: 429), after: nil))
        guard case .wait(let end) = plan.next(now: start, random: random) else {
            Issue.record("no wait")
            return
        }
        // The largest number of the jitter: all but one second.
        #expect(start.duration(to: end) > .milliseconds(999) && start.duration(to: end) <= .seconds(1))
    }

    @Test func theServersWishIsObeyedAndTheOtherTransportAskedMeanwhile() throws {
        var plan = try plan([plain, plain])
        try answer(&plan, .retryable(MailReply(code: 429), after: .seconds(30)))
        try answer(&plan, busy)
        guard case .wait(let end) = plan.next(now: start, random: random) else {
            Issue.record("no wait")
            return
        }
        #expect(nextOffer(&plan, at: end)?.route == 1)
    }

    @Test func aWishBeyondThePolicyEndsTheTriesAtThatTransport() throws {
        var plan = try plan([plain])
        try answer(&plan, .retryable(MailReply(code: 429), after: .seconds(3600)))
        #expect(plan.next(now: start, random: random) == .finish)
    }

    @Test func aLastingErrorExcludesTheTransportAndAPassingOneDoesNot() throws {
        var plan = try plan([plain, plain])
        plan.failed(try #require(nextOffer(&plan)), MailError(.authenticationFailed, "No."))
        plan.failed(try #require(nextOffer(&plan)), MailError(.connectionFailed, "No.", isRetryable: true))
        guard case .wait(let end) = plan.next(now: start, random: random) else {
            Issue.record("no wait")
            return
        }
        #expect(nextOffer(&plan, at: end)?.route == 1)
    }

    @Test func errorsOfSeveralTransportsAreNamedTogether() throws {
        var plan = try plan([plain, plain], rounds: 1)
        plan.failed(try #require(nextOffer(&plan)), MailError(.authenticationFailed, "Wrong key."))
        plan.failed(try #require(nextOffer(&plan)), MailError(.connectionFailed, "No way.", isRetryable: true))
        #expect(plan.next(now: start, random: random) == .finish)
        let error = #expect(throws: MailError.self) { try plan.result(names: ["resend", "smtp"]).get() }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isRetryable == true)
        #expect(error?.message == "No transport took the mail. resend: Wrong key. smtp: No way.")
    }

    @Test func aMessageThatCanBeReadOnceIsOfferedOnce() throws {
        var plan = try plan([plain, plain], isReadOnce: true)
        try answer(&plan, busy)
        #expect(plan.next(now: start, random: random) == .finish)
    }

    @Test func aMessageThatCanBeReadOnceIsOfferedFurtherAsLongAsNobodyReadIt() throws {
        var plan = try plan([plain, plain], isReadOnce: true)
        let unreachable = MailError(.connectionFailed, "No way.", isRetryable: true)
        plan.failed(try #require(nextOffer(&plan)), unreachable, isSpent: false)
        let second = try #require(nextOffer(&plan))
        #expect(second.route == 1)
        plan.failed(second, unreachable, isSpent: true)
        #expect(plan.next(now: start, random: random) == .finish)
    }

    @Test func aWaitBeyondTheDeadlineIsNotBegun() throws {
        var plan = try plan([plain], deadline: start.advanced(by: .milliseconds(500)))
        try answer(&plan, busy)
        #expect(plan.next(now: start, random: random) == .finish)
        #expect(try plan.result(names: ["a"]).get() == [busy])
    }

    @Test func aRoundInWhichNobodyCanBeAskedEndsIt() throws {
        var plan = try plan([plain, plain])
        plan.skipped(try #require(nextOffer(&plan)), until: start.advanced(by: .seconds(5)))
        plan.skipped(try #require(nextOffer(&plan)), until: nil)
        #expect(plan.next(now: start, random: random) == .finish)
        let error = #expect(throws: MailError.self) { try plan.result(names: ["a", "b"]).get() }
        #expect(error?.code == .unavailable)
        #expect(error?.isRetryable == true)
    }

    @Test func cancellationThrowsOnlyWhenNothingWasSent() throws {
        var untouched = try plan([plain])
        untouched.cancel()
        #expect(throws: CancellationError.self) { try untouched.result(names: ["a"]).get() }
        var touched = try plan([plain], ["a@example.org", "b@example.org"])
        try answer(&touched, .accepted(id: "1"), busy)
        touched.cancel()
        #expect(touched.next(now: start, random: random) == .finish)
        #expect(try touched.result(names: ["a"]).get() == [.accepted(id: "1"), busy])
    }
}
