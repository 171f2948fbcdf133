import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

@Suite struct MailDeliveryTests {
    @Test func theFirstTransportTakesTheMailAndTheOthersHearNothing() async throws {
        let bench = try DeliveryBench([[], []])
        let receipt = try await bench.send()
        #expect(receipt.isAccepted)
        #expect(receipt.transport == "t0")
        #expect(bench.attempts == [1, 0])
    }

    @Test func failsOverWhenTheFirstCannotBeReached() async throws {
        let bench = try DeliveryBench([[.unreachable], []])
        let receipt = try await bench.send()
        #expect(receipt.transport == "t1")
        #expect(receipt.attempts == 2)
        #expect(bench.arrivals == [0, 1])
        #expect(bench.kinds == [.failed, .answered, .finished])
    }

    @Test func aRefusalForGoodIsNotOfferedElsewhere() async throws {
        let bench = try DeliveryBench([[.reject()], []])
        let receipt = try await bench.send()
        #expect(receipt.recipients[0].outcome.isRejected)
        #expect(bench.attempts == [1, 0])
    }

    @Test func anUnknownOutcomeIsNeitherRepeatedNorOfferedElsewhere() async throws {
        for moment in [MailStep.Moment.beforeSending, .afterSending] {
            let bench = try DeliveryBench([[.unknown(moment)], []])
            let receipt = try await bench.send()
            #expect(receipt.recipients[0].outcome.isUnknown)
            #expect(bench.attempts == [1, 0])
        }
    }

    @Test func anUnknownOutcomeIsClearedByAProviderThatRecognisesTheMail() async throws {
        for moment in [MailStep.Moment.beforeSending, .afterSending] {
            let bench = try DeliveryBench([[.unknown(moment), .unknown(moment)], []], capabilities: [.recognising])
            let receipt = try await bench.send()
            #expect(receipt.isAccepted)
            #expect(bench.attempts[1] == 0)
            #expect(bench.arrivals == [1, 0])
            let keys = Set(bench.transports[0].attempts.map(\.idempotencyKey))
            #expect(keys.count == 1)
        }
    }

    @Test func keyMessageIDAndDateStayTheSameOverTriesAndTransports() async throws {
        let bench = try DeliveryBench([[.retry(), .retry()], [.retry(), .retry()]])
        _ = try await bench.send()
        let tries = bench.transports.flatMap(\.attempts)
        #expect(tries.count == 5)
        #expect(Set(tries.map(\.idempotencyKey)).count == 1)
        #expect(Set(tries.map(\.message.messageID)).count == 1)
        #expect(Set(tries.map(\.message.date)).count == 1)
    }

    @Test func onlyThoseWhoseMailMayBeAcceptedLaterAreMailedAgain() async throws {
        let ada = try EnvelopeAddress("ada@example.org")
        let bob = try EnvelopeAddress("bob@example.org")
        let step = MailStep.outcomes { address in
            switch address {
            case ada: .accepted(id: nil)
            case bob: .retryable(MailReply(code: 451), after: nil)
            default: .rejected(MailReply(code: 550))
            }
        }
        let bench = try DeliveryBench([[step]])
        let receipt = try await bench.send(["ada@example.org", "bob@example.org", "eve@example.org"])
        #expect(receipt[ada]?.isAccepted == true)
        #expect(receipt[bob]?.isAccepted == true)
        #expect(receipt.failures.map(\.address.wireText) == ["eve@example.org"])
        #expect(bench.transports[0].sent.map(\.recipients) == [[ada], [bob]])
    }

    @Test func aTransportWithoutOutcomesPerRecipientGetsOnlyTheRecipientsThatAreLeftInTheHeaders() async throws {
        let capabilities = MailCapabilities.everything(but: .outcomePerRecipient)
        let bench = try DeliveryBench([[]], capabilities: [capabilities]) {
            $0.suppressions = try? TestSuppressions(["bob@example.org": .hardBounce])
        }
        let receipt = try await bench.send(["ada@example.org", "bob@example.org"])
        #expect(receipt.failures.map(\.outcome.reply?.name) == [.suppressed])
        let mail = try bench.transports[0].sent.single
        #expect(mail.mail.message.to.mailboxes.map(\.address.wireText) == ["ada@example.org"])
    }

    @Test func aThrottleWithoutRetryAfterIsTriedAgainAfterABackoff() async throws {
        let time = InstantTime()
        let bench = try DeliveryBench([[.throttle(), .throttle()]], time: time)
        #expect(try await bench.send().isAccepted)
        #expect(bench.attempts == [3])
        // Half of one second, then half of two: the random number is one half.
        #expect(time.sleeps == [.milliseconds(500), .seconds(1)])
    }

    @Test func aThrottleWithRetryAfterIsObeyed() async throws {
        let time = InstantTime()
        let bench = try DeliveryBench([[.throttle(after: .seconds(7))]], time: time)
        #expect(try await bench.send().isAccepted)
        #expect(time.sleeps == [.seconds(7)])
    }

    @Test func whatNobodyTakesIsReportedAsRetryable() async throws {
        let bench = try DeliveryBench([Array(repeating: .retry(), count: 9)])
        let receipt = try await bench.send()
        #expect(receipt.recipients[0].outcome.isRetryable)
        #expect(receipt.attempts == 4)
        let error = #expect(throws: MailError.self) { try receipt.requireAccepted() }
        #expect(error?.isRetryable == true)
    }

    @Test func anErrorOfAnotherTypeSaysNothingAndIsUnknown() async throws {
        struct Odd: Error {}
        let bench = try DeliveryBench([[.throwForeignError(Odd())], []])
        let receipt = try await bench.send()
        #expect(receipt.recipients[0].outcome == .unknown(reason: "t0 failed with an error of its own, Odd."))
        #expect(bench.attempts == [1, 0])
    }

    @Test func roundRobinBeginsWithTheNextAndStillFailsOver() async throws {
        let bench = try DeliveryBench([[], [], [.unreachable]]) { $0.strategy = .roundRobin }
        for _ in 0..<3 { _ = try await bench.send() }
        #expect(bench.attempts == [2, 1, 1])
        #expect(bench.arrivals == [2, 1, 0])
    }

    @Test func aBrokenTransportIsLeftAloneAndProbedLater() async throws {
        let time = ManualTime()
        var circuit = MailCircuitPolicy()
        circuit.failureThreshold = 2
        let bench = try DeliveryBench([[.unreachable, .unreachable], []], time: time, circuit: circuit)
        for _ in 0..<5 { #expect(try await bench.send().transport == "t1") }
        #expect(bench.attempts == [2, 5])
        await time.advance(by: .seconds(31))
        #expect(try await bench.send().transport == "t0")
    }

    @Test func whenEveryCircuitIsOpenItFailsAtOnce() async throws {
        let time = ManualTime()
        var circuit = MailCircuitPolicy()
        circuit.failureThreshold = 1
        let bench = try DeliveryBench([[.unreachable]], time: time, circuit: circuit) { $0.retries = .never }
        await #expect(throws: MailError.self) { try await bench.send() }
        let error = await #expect(throws: MailError.self) { try await bench.send() }
        #expect(error?.code == .unavailable)
        #expect(bench.attempts == [1])
    }

    @Test func needsARoute() {
        #expect(throws: MailError.self) { try MailDelivery(routes: []) }
    }

    @Test func severalTransportsTogetherPromiseNoRecognition() throws {
        let one = try DeliveryBench([[]], capabilities: [.recognising]).delivery
        let two = try DeliveryBench([[], []], capabilities: [.recognising, .recognising]).delivery
        #expect(one.capabilities.supports(.idempotency))
        #expect(!two.capabilities.supports(.idempotency))
        #expect(two.capabilities.supports(.scheduling))
    }
}
