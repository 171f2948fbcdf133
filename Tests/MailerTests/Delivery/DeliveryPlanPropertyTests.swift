import GroundworkCore
import GroundworkTesting
import Testing

@testable import Mailer

/// Random plans against random servers: what must hold for each of them.
@Suite struct DeliveryPlanPropertyTests {
    /// What a recipient has been through, kept apart from the plan.
    private struct History {
        var isDone = false
        /// Where and under which key the mail may have gone out.
        var maybe: (route: Int, key: IdempotencyKey, since: ContinuousClock.Instant)?
        /// For which recipients each key was used at each route.
    }

    private struct World {
        var random: ManualRandom
        var routes: [DeliveryPlan.Route]
        var plan: DeliveryPlan
        var now = ContinuousClock.now
        var histories: [History]
        var uses: [String: [Int]] = [:]
        var violations: [String] = []

        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    }

    private func world(_ seed: UInt64) throws -> World {
        let random = ManualRandom(seed: seed)
        let routes = (0...Int(random.next() % 3)).map { _ in
            let window: Duration? = random.next() % 2 == 0 ? nil : .seconds(5)
            return DeliveryPlan.Route(deduplicates: random.next() % 2 == 0, window: window)
        }
        let names = (0...Int(random.next() % 4)).map { "r\($0)@example.org" }
        var policy = RetryPolicy()
        policy.maximumAttempts = 1 + Int(random.next() % 6)
        policy.baseDelay = .seconds(1)
        let plan = DeliveryPlan(
            routes: routes,
            recipients: try names.map { try EnvelopeAddress($0) },
            key: try IdempotencyKey("key-\(seed)"),
            policy: policy,
            isReadOnce: random.next() % 8 == 0
        )
        return World(random: random, routes: routes, plan: plan, histories: names.map { _ in History() })
    }

    private func check(_ offer: DeliveryPlan.Offer, _ world: inout World) {
        if offer.recipients.isEmpty { world.violations.append("an offer for nobody") }
        for index in offer.recipients {
            let history = world.histories[index]
            if history.isDone { world.violations.append("a settled recipient was offered again") }
            guard let maybe = history.maybe else { continue }
            let route = world.routes[maybe.route]
            if !route.deduplicates { world.violations.append("an unknown outcome was sent again without a key") }
            if maybe.route != offer.route { world.violations.append("an unknown outcome went to another transport") }
            if maybe.key != offer.key { world.violations.append("an unknown outcome went under another key") }
            if let window = route.window, world.now > maybe.since.advanced(by: window) {
                world.violations.append("an unknown outcome was sent again after the window")
            }
        }
        // A key stands for one set of recipients, at every transport; a repetition may be for a part of it.
        let use = world.uses[offer.key.rawValue] ?? offer.recipients
        if !offer.isRepetition, use != offer.recipients {
            world.violations.append("a key was used for other recipients")
        }
        if !Set(use).isSuperset(of: offer.recipients) { world.violations.append("a key gained recipients") }
        world.uses[offer.key.rawValue] = use
    }

    private func serve(_ offer: DeliveryPlan.Offer, _ world: inout World) {
        switch world.pick(8) {
        case 0: world.plan.skipped(offer, until: world.now.advanced(by: .seconds(2)))
        case 1:
            let isRetryable = world.pick(2) == 0
            world.plan.failed(offer, MailError(.connectionFailed, "No.", isRetryable: isRetryable))
        default:
            let start = world.now
            let outcomes = offer.recipients.map { _ -> MailOutcome in
                switch world.pick(5) {
                case 0: .accepted(id: nil)
                case 1: .rejected(MailReply(code: 550))
                case 2: .retryable(MailReply(code: 451), after: world.pick(2) == 0 ? nil : .seconds(world.pick(90)))
                default: .unknown(reason: "lost")
                }
            }
            world.now = world.now.advanced(by: .milliseconds(world.pick(500)))
            world.plan.answered(offer, outcomes, start: start, now: world.now)
            for (index, outcome) in zip(offer.recipients, outcomes) {
                switch outcome {
                case .accepted: world.histories[index].isDone = true
                case .rejected: world.histories[index].isDone = true
                case .retryable: break
                case .unknown:
                    let first = (offer.route, offer.key, start)
                    world.histories[index].maybe = world.histories[index].maybe ?? first
                }
            }
        }
    }

    @Test func noPlanSendsTwiceWhatMayHaveArrived() throws {
        var offers = 0
        var repetitions = 0
        for seed in UInt64(0)..<4000 {
            var world = try world(seed)
            var steps = 0
            running: while steps < 500 {
                steps += 1
                switch world.plan.next(now: world.now, random: world.random) {
                case .finish: break running
                case .wait(let end):
                    if end < world.now { world.violations.append("a wait into the past") }
                    world.now = max(world.now, end)
                case .offer(let offer):
                    offers += 1
                    if offer.isRepetition { repetitions += 1 }
                    check(offer, &world)
                    serve(offer, &world)
                }
            }
            if steps == 500 { world.violations.append("it does not end") }
            // Whoever may have got it is never told that nothing was sent.
            if let outcomes = try? world.plan.result(names: world.routes.map { _ in "x" }).get() {
                for (history, outcome) in zip(world.histories, outcomes) where history.maybe != nil {
                    let isHonest = outcome.isUnknown || outcome.isAccepted
                    if !isHonest { world.violations.append("an unknown outcome became another") }
                }
            } else if world.histories.contains(where: { $0.isDone || $0.maybe != nil }) {
                world.violations.append("an error hides what was sent")
            }
            let violations = world.violations
            #expect(violations.isEmpty, "seed \(seed)")
            if !violations.isEmpty { return }
        }
        // The property is not vacuous.
        #expect(offers > 8000)
        #expect(repetitions > 500)
    }
}
