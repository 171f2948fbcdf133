import GroundworkCore
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// Mails of which only blind copies are left, which no API takes in one piece without showing the receivers to each other.
@Suite(.timeLimit(.minutes(2))) struct BlindCopyTests {
    private let to = "gone@example.org"
    private let copies = ["a@example.org", "b@example.org", "c@example.org"]

    private func mail() throws -> OutgoingMail {
        var message = try outgoingMail(to: [to]).message
        message.bcc = MailAddressList(try copies.map { try Mailbox($0) })
        return try OutgoingMail(message)
    }

    /// A delivery that must not write to the only receiver in `To`.
    private func delivery(_ transports: [any MailTransport]) async throws -> MailDelivery {
        let store = InMemorySuppressionStore()
        let time = InstantTime()
        try await store.suppress(Suppression(address: EnvelopeAddress(to), reason: .hardBounce, date: time.now))
        var settings = MailDelivery.Configuration()
        settings.suppressions = store
        return try MailDelivery(
            routes: transports.map { MailRoute($0) },
            settings,
            time: time,
            random: ManualRandom()
        )
    }

    private func expect(_ receipt: MailReceipt, _ mails: [LoopbackProviderMail]) {
        #expect(receipt.recipients.map(\.address.wireText) == [to] + copies)
        #expect(receipt.recipients.map(\.outcome.isAccepted) == [false, true, true, true])
        #expect(mails.map(\.recipients).sorted { $0[0] < $1[0] } == copies.map { [$0] })
        #expect(mails.allSatisfy { $0.to.count == 1 && $0.cc.isEmpty && $0.bcc.isEmpty })
    }

    @Test func eachGetsARequestOfItsOwnWhenTheReceiverIsSuppressed() async throws {
        try await withResend { server, transport in
            let delivery = try await delivery([transport])
            expect(try await delivery.send(try mail(), deadline: nil), server.mails)
            #expect(server.calls.count == 3)
        }
        try await withSendGrid { server, transport in
            let delivery = try await delivery([transport])
            expect(try await delivery.send(try mail(), deadline: nil), server.mails)
            #expect(server.calls.count == 1)
        }
    }

    @Test func aBatchTakesThemToo() async throws {
        try await withSendGrid { server, transport in
            let other = try outgoingMail(to: ["x@example.org"])
            let results = try await delivery([transport]).send(batch: [mail(), other], deadline: nil)
            #expect(try results[1].get().isAccepted)
            expect(try results[0].get(), server.mails.filter { $0.to != ["x@example.org"] })
        }
    }

    @Test func aLostAnswerIsAskedForAgainUnderTheCopysKey() async throws {
        try await withResend { server, transport in
            server.plan(.closeAfterWork)
            let delivery = try await delivery([transport])
            let mail = try mail()
            expect(try await delivery.send(mail, deadline: nil), server.mails)
            #expect(server.calls.count == 4)
            // The same mail once more arrives nowhere a second time.
            #expect(try await delivery.send(mail, deadline: nil).failures.count == 1)
            #expect(server.mails.count == 3)
        }
    }

    @Test func whatWasNotSentGoesThroughTheNextProvider() async throws {
        try await withResend { first, resend in
            try await withSendGrid { second, sendGrid in
                first.plan(.delay(.zero), .error(401, name: "missing_api_key"))
                let receipt = try await delivery([resend, sendGrid]).send(try mail(), deadline: nil)
                #expect(receipt.recipients.dropFirst().allSatisfy { $0.outcome.isAccepted })
                #expect(second.mails.count == 1)
                let all = (first.mails + second.mails).flatMap(\.recipients)
                #expect(all.sorted() == copies)
            }
        }
    }
}
