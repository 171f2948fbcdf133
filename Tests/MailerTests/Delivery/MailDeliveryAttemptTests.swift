import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// How the time of a mail is shared out among the transports.
@Suite(.timeLimit(.minutes(1))) struct MailDeliveryAttemptTests {
    /// How much time each transport is given when those before it used all of theirs.
    private func shares(_ count: Int, within limit: Duration, timeout: Duration? = nil) async throws -> [Duration] {
        let time = InstantTime()
        let routes = (0..<count).map { index in
            var route = MailRoute(InMemoryMailTransport(name: "t\(index)", time: time))
            route.attemptTimeout = timeout
            return route
        }
        let delivery = try MailDelivery(routes: routes, time: time)
        let deadline = time.monotonic.advanced(by: limit)
        var run = try await delivery.prepared([outgoingMail()], deadline)[0].get()
        var shares: [Duration] = []
        for _ in 0..<count {
            guard case .offer(let offer) = run.plan.next(now: time.monotonic, random: ManualRandom(words: [0])) else {
                break
            }
            let end = delivery.limit(of: offer, run) ?? deadline
            shares.append(time.monotonic.duration(to: end))
            try await time.sleep(until: end)
            run.plan.failed(offer, MailError(.unavailable, "late", isRetryable: true))
        }
        return shares
    }

    @Test func eachTransportThatMayStillBeAskedHasAShare() async throws {
        #expect(try await shares(1, within: .seconds(100)) == [.seconds(100)])
        #expect(try await shares(2, within: .seconds(100)) == [.seconds(50), .seconds(50)])
        #expect(try await shares(4, within: .seconds(100)) == Array(repeating: .seconds(25), count: 4))
    }

    @Test func aTimeOfItsOwnTakesThePlaceOfTheShareAndNeverExceedsTheDeadline() async throws {
        #expect(try await shares(2, within: .seconds(100), timeout: .seconds(5)) == [.seconds(5), .seconds(5)])
        #expect(try await shares(1, within: .seconds(3), timeout: .seconds(5)) == [.seconds(3)])
    }

    @Test func aTransportThatSaysNothingIsLeftAloneAfterAWhile() async throws {
        let time = ManualTime()
        var circuit = MailCircuitPolicy()
        circuit.failureThreshold = 2
        let silence = MailStep.hang(.beforeSending)
        let bench = try DeliveryBench([[silence, silence], []], time: time, circuit: circuit)
        for _ in 0..<2 {
            async let receipt = bench.send(within: .seconds(60))
            await time.waitForSleepers(2)
            await time.advance(by: .seconds(30))
            #expect(try await receipt.transport == "t1")
        }
        #expect(try await bench.send(within: .seconds(60)).transport == "t1")
        #expect(bench.attempts == [2, 3])
    }

    @Test func theOnlyTransportsSilenceUntilTheDeadlineCountsWhenItHadTime() async throws {
        for (limit, isOpen) in [(Duration.seconds(30), true), (.seconds(1), false)] {
            let time = ManualTime()
            var circuit = MailCircuitPolicy()
            circuit.failureThreshold = 1
            let bench = try DeliveryBench([[.hang(.beforeSending)]], time: time, circuit: circuit)
            let first = Task { try await bench.send(within: limit) }
            await time.waitForSleepers(2)
            await time.advance(by: limit)
            let error = await #expect(throws: MailError.self) { try await first.value }
            #expect(error?.code == .deadlineExceeded)
            if isOpen {
                let refused = await #expect(throws: MailError.self) { try await bench.send() }
                #expect(refused?.code == .unavailable)
            } else {
                #expect(try await bench.send().isAccepted)
            }
        }
    }

    @Test func aMailThatMayHaveGoneOutWithinItsShareIsOfferedToNobodyElse() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.afterSending)], []], time: time)
        async let receipt = bench.send(within: .seconds(60))
        await time.waitForSleepers(2)
        await time.advance(by: .seconds(30))
        #expect(try await receipt.recipients[0].outcome.isUnknown)
        #expect(bench.attempts == [1, 0])
    }

    @Test func aRequestForSeveralMailsHasItsShareAndLeavesTheRestToTheOthers() async throws {
        let time = ManualTime()
        let bench = try DeliveryBench([[.hang(.beforeSending)], []], time: time)
        let mails = try (0..<2).map { try outgoingMail(to: ["r\($0)@example.org"], subject: "\($0)") }
        async let results = bench.delivery.send(batch: mails, deadline: time.monotonic.advanced(by: .seconds(60)))
        await time.waitForSleepers(2)
        await time.advance(by: .seconds(30))
        for result in await results { #expect(try result.get().transport == "t1") }
        #expect(bench.transports.map(\.requestCount) == [1, 2])
    }
}
