import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// What is decided before the wire: capabilities and suppressed addresses.
@Suite struct MailDeliveryPreflightTests {
    private func error(_ bench: DeliveryBench, _ change: (inout MailMessage) throws -> Void) async throws -> MailError?
    {
        var message = try outgoingMail().message
        try change(&message)
        let mail = try OutgoingMail(message)
        return await #expect(throws: MailError.self) { try await bench.delivery.send(mail, deadline: nil) }
    }

    @Test func aMailThatNoTransportCanSendIsAnErrorThatNamesOneThatCan() async throws {
        let bench = try DeliveryBench([[]], capabilities: [.everything(but: .calendar)])
        let error = try await error(bench) { $0.calendar = MailCalendar(method: .request, text: "BEGIN:VCALENDAR") }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("calendar invitation") == true)
        #expect(error?.message.contains("smtp") == true)
        #expect(bench.attempts == [0])
    }

    @Test func everyWishThatIsNotGrantedIsNamed() async throws {
        let bench = try DeliveryBench([[]], capabilities: [MailCapabilities()])
        let error = try await error(bench) { message in
            message.scheduledAt = Date(timeIntervalSince1970: 2_000_000_000)
            message.tags = [try MailTag("welcome")]
            message.metadata = ["order": "1"]
            message.tracking.opens = true
            message.headers = [try MailHeader("X-Campaign", "1")]
            message.attachments = [try MailAttachment(fileName: "a.txt", content: .text("a"))]
            message.returnPath = try EnvelopeAddress("bounces@example.org")
            message.to = [Mailbox(try EnvelopeAddress("jörg@example.org"))]
        }
        let wishes = [
            "sent later", "tags", "metadata", "tracked", "headers of its own", "attachments", "return path",
            "beyond ASCII",
        ]
        for wish in wishes { #expect(error?.message.contains(wish) == true, "\(wish)") }
    }

    @Test func trackingThatIsOffIsNoWish() async throws {
        let bench = try DeliveryBench([[]], capabilities: [MailCapabilities()])
        var message = try outgoingMail().message
        message.tracking = .off
        #expect(try await bench.delivery.send(OutgoingMail(message), deadline: nil).isAccepted)
    }

    @Test func failoverPicksATransportThatCan() async throws {
        let bench = try DeliveryBench([[], []], capabilities: [.everything(but: .scheduling), .everything()])
        var message = try outgoingMail().message
        message.scheduledAt = Date(timeIntervalSince1970: 2_000_000_000)
        #expect(try await bench.delivery.send(OutgoingMail(message), deadline: nil).transport == "t1")
        #expect(bench.attempts == [0, 1])
    }

    @Test func limitsAreCheckedBeforehand() async throws {
        var small = InMemoryMailTransport.everything
        small.maximumSize = 1000
        small.maximumTags = 1
        small.maximumRecipients = 1
        small.schedulingWindow = .seconds(3600)
        let bench = try DeliveryBench([[]], capabilities: [small])
        let big = try await error(bench) { message in
            message.attachments = [
                try MailAttachment(fileName: "a", content: .bytes([UInt8](repeating: 1, count: 900)))
            ]
        }
        #expect(big?.message.contains("larger than 1000 bytes") == true)
        let tags = try await error(bench) { $0.tags = [try MailTag("a"), try MailTag("b")] }
        #expect(tags?.message.contains("more than 1 tags") == true)
        let many = try await error(bench) { $0.cc = [try Mailbox("bob@example.org")] }
        #expect(many?.message.contains("more than 1 recipients") == true)
        let now = bench.time.now
        let late = try await error(bench) { $0.scheduledAt = now.addingTimeInterval(3601) }
        #expect(late?.message.contains("more than 1 hours") == true)
        #expect(bench.attempts == [0])
    }

    @Test func suppressedRecipientsAreRefusedByNameWithoutTraffic() async throws {
        let bench = try DeliveryBench([[]]) {
            $0.suppressions = try? TestSuppressions(["ada@example.org": .complaint])
        }
        let receipt = try await bench.send()
        #expect(receipt.recipients[0].outcome.reply?.name == .suppressed)
        #expect(receipt.attempts == 0)
        #expect(bench.attempts == [0])
        let error = #expect(throws: MailError.self) { try receipt.requireAccepted() }
        #expect(error?.code == .suppressed)
    }

    @Test func whoLeftAListStillGetsMailThatIsNoListMail() async throws {
        let bench = try DeliveryBench([[]]) {
            $0.suppressions = try? TestSuppressions(["ada@example.org": .unsubscribe])
        }
        #expect(try await bench.send().isAccepted)
        var message = try outgoingMail().message
        message.listUnsubscribe = try ListUnsubscribe.oneClick(url: "https://example.org/leave")
        let receipt = try await bench.delivery.send(OutgoingMail(message), deadline: nil)
        #expect(receipt.recipients[0].outcome.reply?.name == .suppressed)
    }

    @Test func aListThatCannotBeReadStopsTheMail() async throws {
        struct Broken: Error {}
        let bench = try DeliveryBench([[]]) { $0.suppressions = try? TestSuppressions(failure: Broken()) }
        let error = await #expect(throws: MailError.self) { try await bench.send() }
        #expect(error?.code == .unavailable)
        #expect(error?.isRetryable == true)
        #expect(bench.attempts == [0])
    }

    @Test func lengthsThatNobodyCanHaveDoNotTrap() async throws {
        var message = try Samples.message()
        for length in [Int64.max, Int64.max - 1, Int64.max / 2, .min, -1] {
            let stream = AsyncStream<[UInt8]> { $0.finish() }
            message.attachments = try (0..<900).map {
                try MailAttachment(fileName: "\($0)", content: .stream(length: length, stream))
            }
            let isHuge = length > 0
            #expect((message.leastSize > 1 << 50) == isHuge)
            let composed = try Samples.composer().compose(message)
            #expect((try #require(composed.size) > 1 << 50) == isHuge)
            var capabilities = MailCapabilities.smtp(host: "localhost")
            capabilities.maximumSize = 1_000_000
            let obstacles = capabilities.obstacles(to: try OutgoingMail(message), now: Samples.date)
            #expect(obstacles.contains { $0.demand.hasPrefix("is larger") } == isHuge)
        }
        // Beyond the number of attachments that the composer takes, which is looked at later.
        let body = HTTPBody.stream(length: .max, AsyncStream<[UInt8]> { $0.finish() })
        let file = try MailAttachment(fileName: "a", content: body)
        message.attachments = Array(repeating: file, count: 20_000)
        #expect(message.leastSize == 1 << 60)
    }
}
