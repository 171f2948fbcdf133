import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Mails beyond one provider's limit, alone and within a batch: the next provider is asked, and nobody sends twice.
@Suite(.timeLimit(.minutes(2))) struct ProviderBatchLimitTests {
    /// A mail that one provider does not take, and the other one does.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether SendGrid is the one that takes it.
        let isForSendGrid: Bool
        let change: @Sendable (inout MailMessage, Date) throws -> Void
    }

    static let cases = [
        Case(testDescription: "recipients", isForSendGrid: true) { message, _ in
            message.bcc = try MailAddressList((0..<50).map { try Mailbox("u\($0)@example.org") })
        },
        Case(testDescription: "metadata", isForSendGrid: true) { message, _ in message.metadata = ["a": "b"] },
        Case(testDescription: "number of tags", isForSendGrid: false) { message, _ in
            message.tags = try (0..<11).map { try MailTag("tag\($0)") }
        },
        Case(testDescription: "length of a tag", isForSendGrid: false) { message, _ in
            let text = String(repeating: "t", count: 200)
            message.tags = [try MailTag(text, text)]
        },
        Case(testDescription: "schedule window", isForSendGrid: false) { message, now in
            message.scheduledAt = now.addingTimeInterval(100 * 3600)
        },
        // As JSON, each of these characters takes six bytes.
        Case(testDescription: "size as it is sent", isForSendGrid: false) { message, _ in
            message.text = String(repeating: "\u{1}", count: 5_500_000)
        },
    ]

    private func delivery(_ transports: [any MailTransport], _ time: InstantTime) throws -> MailDelivery {
        try MailDelivery(routes: transports.map { MailRoute($0) }, time: time, random: ManualRandom())
    }

    private func mails(_ count: Int) throws -> [OutgoingMail] {
        try (0..<count).map { try outgoingMail(to: ["user\($0)@example.org"]) }
    }

    private func changed(_ mail: OutgoingMail, _ one: Case, _ time: InstantTime) throws -> OutgoingMail {
        var message = mail.message
        message.idempotencyKey = nil
        message.messageID = nil
        try one.change(&message, time.now)
        return try OutgoingMail(message)
    }

    private func withBoth(
        _ body: (InstantTime, LoopbackResendServer, ResendTransport, LoopbackSendGridServer, SendGridTransport)
            async throws -> Void
    ) async throws {
        let time = InstantTime()
        try await withResend(time: time) { resend, first in
            try await withSendGrid(time: time) { sendGrid, second in
                try await body(time, resend, first, sendGrid, second)
            }
        }
    }

    @Test(arguments: ProviderBatchLimitTests.cases)
    func whatIsBeyondOneProviderGoesToTheNextAloneAndInABatch(_ one: Case) async throws {
        try await withBoth { time, resend, first, sendGrid, second in
            let routes: [any MailTransport] = one.isForSendGrid ? [first, second] : [second, first]
            let delivery = try delivery(routes, time)
            let names = [routes[0].name, routes[1].name, routes[0].name]
            let alone = try await delivery.send(try changed(try mails(1)[0], one, time), deadline: nil)
            #expect(alone.isAccepted && alone.transport == names[1])
            var mails = try mails(3)
            mails[1] = try changed(mails[1], one, time)
            let results = await delivery.send(batch: mails, deadline: nil)
            #expect(try results.allSatisfy { try $0.get().isAccepted })
            #expect(try results.map { try $0.get().transport } == names)
            // Everybody has each mail once: the one that went alone, and those of the batch.
            let delivered = (resend.mails + sendGrid.mails).map(\.recipients.count).reduce(0, +)
            #expect(delivered == (mails + [mails[1]]).map(\.envelope.recipients.count).reduce(0, +))
        }
    }

    @Test(arguments: ProviderBatchLimitTests.cases)
    func whatNoProviderTakesIsTheErrorInABatchThatItIsAlone(_ one: Case) async throws {
        try await withBoth { time, _, first, _, second in
            let delivery = try delivery([one.isForSendGrid ? first : second], time)
            var mails = try mails(3)
            mails[1] = try changed(mails[1], one, time)
            let alone = await mailErrorCode { _ = try await delivery.send(mails[1], deadline: nil) }
            let results = await delivery.send(batch: mails, deadline: nil)
            #expect(alone == .limitExceeded || alone == .unsupported)
            #expect(results.map(mailErrorCode) == [nil, alone, nil])
        }
    }

    @Test func anUnknownOutcomeBesideAMailBeyondALimitIsNotSentAgain() async throws {
        try await withBoth { time, resend, first, sendGrid, second in
            var mails = try mails(3)
            mails[1] = try changed(mails[1], Self.cases[3], time)
            sendGrid.plan(.closeAfterWork)
            let results = await (try delivery([second, first], time)).send(batch: mails, deadline: nil)
            #expect(try results.map { try $0.get().outcome?.isUnknown } == [true, false, true])
            #expect(try results[1].get().transport == "resend")
            #expect(resend.mails.map(\.to) == [["user1@example.org"]])
            #expect(sendGrid.mails.flatMap(\.to) == ["user0@example.org", "user2@example.org"])
        }
    }
}
