import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

@Suite struct MailDeliveryBatchTests {
    private func mails(_ count: Int) throws -> [OutgoingMail] {
        try (0..<count).map { try outgoingMail(to: ["r\($0)@example.org"], subject: "\($0)") }
    }

    private func capabilities(batch: Int, _ features: MailFeature...) -> MailCapabilities {
        var capabilities = InMemoryMailTransport.everything
        capabilities.maximumBatch = batch
        capabilities.features.formUnion(features)
        return capabilities
    }

    @Test func goesInRequestsOfTheLargestSize() async throws {
        let bench = try DeliveryBench([[]], capabilities: [capabilities(batch: 100)])
        let results = await bench.delivery.send(batch: try mails(250), deadline: nil)
        #expect(results.count == 250)
        for result in results { #expect(try result.get().isAccepted) }
        #expect(bench.transports[0].requestCount == 3)
        #expect(bench.transports[0].sent.map(\.subject) == (0..<250).map(String.init))
    }

    @Test func goesOneByOneWhereNoBatchIsTaken() async throws {
        let bench = try DeliveryBench([[]], capabilities: [.everything(but: .batch)])
        let results = await bench.delivery.send(batch: try mails(40), deadline: nil)
        for result in results { #expect(try result.get().isAccepted) }
        #expect(bench.transports[0].requestCount == 40)
    }

    @Test func attachmentsGoAlone() async throws {
        let bench = try DeliveryBench([[]], capabilities: [capabilities(batch: 100)])
        var mails = try mails(3)
        mails[1].message.attachments = [try MailAttachment(fileName: "a.txt", content: .text("a"))]
        for result in await bench.delivery.send(batch: mails, deadline: nil) { #expect(try result.get().isAccepted) }
        #expect(bench.transports[0].requestCount == 2)
    }

    @Test func eachMailHasItsOwnOutcomeAndOnlyThoseLeftAreTriedAgain() async throws {
        let script: [MailStep] = [.accept, .reject(), .retry(), .unknown(.afterSending)]
        let bench = try DeliveryBench([script], capabilities: [capabilities(batch: 100)])
        let results = await bench.delivery.send(batch: try mails(4), deadline: nil)
        let outcomes = try results.map { try $0.get().recipients[0].outcome }
        #expect(outcomes[0].isAccepted)
        #expect(outcomes[1].isRejected)
        #expect(outcomes[2].isAccepted)
        #expect(outcomes[3].isUnknown)
        #expect(bench.attempts == [5])
    }

    @Test func anUnknownOutcomeInABatchIsFinalEvenWhereMailsAreRecognised() async throws {
        let bench = try DeliveryBench(
            [[.accept, .unknown(.afterSending)]],
            capabilities: [capabilities(batch: 9, .idempotency)]
        )
        let results = await bench.delivery.send(batch: try mails(2), deadline: nil)
        #expect(try results[1].get().recipients[0].outcome.isUnknown)
        #expect(bench.attempts == [2])
    }

    @Test func aRequestThatFailsGoesToTheNextTransportMailByMail() async throws {
        let bench = try DeliveryBench([[.unreachable], []], capabilities: [capabilities(batch: 100)])
        for result in await bench.delivery.send(batch: try mails(3), deadline: nil) {
            #expect(try result.get().transport == "t1")
        }
        #expect(bench.arrivals == [0, 3])
    }

    @Test func aFailedRequestCountsOnceForTheCircuit() async throws {
        var circuit = MailCircuitPolicy()
        circuit.failureThreshold = 2
        let bench = try DeliveryBench([[.unreachable]], capabilities: [capabilities(batch: 100)], circuit: circuit)
        for result in await bench.delivery.send(batch: try mails(50), deadline: nil) {
            #expect(try result.get().isAccepted)
        }
    }

    @Test func whatCannotBeSentAtAllIsAnErrorOfThatMailAlone() async throws {
        let bench = try DeliveryBench([[]], capabilities: [.everything(but: .tags)])
        var mails = try mails(3)
        mails[1].message.tags = [try MailTag("a")]
        let results = await bench.delivery.send(batch: mails, deadline: nil)
        #expect(throws: MailError.self) { try results[1].get() }
        #expect(try results[0].get().isAccepted)
        #expect(try results[2].get().isAccepted)
    }

    @Test func atMostSoManyAreUnderWay() async throws {
        let time = ManualTime()
        let script = Array(repeating: MailStep.hang(.afterSending), count: 6)
        let bench = try DeliveryBench([script], capabilities: [.everything(but: .batch)], time: time) {
            $0.maximumConcurrency = 2
        }
        let deadline = time.monotonic.advanced(by: .seconds(5))
        let mails = try mails(6)
        async let results = bench.delivery.send(batch: mails, deadline: deadline)
        // Two mails, each with its timer.
        await time.waitForSleepers(4)
        #expect(bench.attempts == [2])
        await time.advance(by: .seconds(5))
        let codes = await results.map { result in
            if case .failure(let error as MailError) = result { error.code.rawValue } else { "outcome" }
        }
        #expect(codes == ["outcome", "outcome"] + Array(repeating: "deadlineExceeded", count: 4))
    }
}
