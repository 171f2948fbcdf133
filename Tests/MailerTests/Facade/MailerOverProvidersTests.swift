import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

/// The whole way: from the facade over a delivery to both providers' APIs on loopback.
@Suite struct MailerOverProvidersTests {
    private func withMailer(
        _ body: (Mailer, LoopbackResendServer, LoopbackSendGridServer) async throws -> Void
    ) async throws {
        try await withResend { resend, first in
            try await withSendGrid { sendGrid, second in
                var settings = MailDelivery.Configuration()
                settings.retries.baseDelay = .milliseconds(1)
                var configuration = Mailer.Configuration(from: try Mailbox("Shop <noreply@shop.test>"))
                configuration.brand = MailBrand(name: "Shop", appURL: try MailAppURL("https://shop.example.org"))
                configuration.timeout = .seconds(20)
                let delivery = try MailDelivery(routes: [MailRoute(first), MailRoute(second)], settings)
                try await body(Mailer(configuration, delivery: delivery), resend, sendGrid)
            }
        }
    }

    @Test func anAnswerThatIsLostIsAskedForAgainUnderTheKeyAndOneMailIsSent() async throws {
        try await withMailer { mailer, resend, sendGrid in
            resend.plan(.closeAfterWork, .closeAfterWork)
            let receipt = try await mailer.sendVerificationEmail(to: "ada@example.org", token: "t")
            #expect(receipt.transport == "resend")
            #expect(receipt.attempts == 3)
            #expect(resend.mails.count == 1)
            #expect(sendGrid.calls.isEmpty)
        }
    }

    @Test func aRefusedKeyGoesToTheOtherProviderAndALostAnswerThereIsFinal() async throws {
        try await withMailer { mailer, resend, sendGrid in
            resend.plan(.error(401, name: "invalid_api_key"))
            sendGrid.plan(.closeAfterWork)
            let error = await #expect(throws: MailError.self) {
                try await mailer.sendVerificationEmail(to: "ada@example.org", token: "t0ken")
            }
            #expect(error?.code == .outcomeUnknown)
            #expect(error?.description.contains("t0ken") == false)
            #expect(resend.mails.isEmpty)
            #expect(sendGrid.mails.count == 1)
        }
    }

    @Test func aThrottleWithoutRetryAfterGoesToTheOtherProviderAtOnce() async throws {
        try await withMailer { mailer, resend, sendGrid in
            resend.plan(.error(429, name: "rate_limit_exceeded"))
            let receipt = try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: "t")
            #expect(receipt.transport == "sendgrid")
            #expect(resend.mails.isEmpty)
            let mail = try #require(sendGrid.mails.first)
            #expect(mail.tracksClicks == false)
            #expect(mail.tracksOpens == false)
        }
    }

    @Test func aBatchIsOneRequest() async throws {
        try await withMailer { mailer, resend, sendGrid in
            let messages = try (0..<30).map { try outgoingMail(from: "noreply@shop.test", subject: "\($0)").message }
            for result in await mailer.send(batch: messages) { #expect(try result.get().isAccepted) }
            #expect(resend.calls.map { $0.path } == ["/emails/batch"])
            #expect(resend.mails.map(\.subject) == (0..<30).map(String.init))
            #expect(sendGrid.calls.isEmpty)
        }
    }

    @Test func whatOneProviderCannotDoGoesToTheOther() async throws {
        try await withMailer { mailer, resend, sendGrid in
            var message = try outgoingMail(from: "noreply@shop.test").message
            message.metadata = ["order": "4711"]
            let receipt = try await mailer.send(message)
            #expect(receipt.transport == "sendgrid")
            #expect(resend.calls.isEmpty)
            #expect(sendGrid.mails.first?.metadata == ["order": "4711"])
        }
    }

    @Test func theCheckAsksBothProvidersAndSendsNothing() async throws {
        try await withMailer { mailer, resend, sendGrid in
            resend.update { $0.domains = ["shop.test": "verified"] }
            let report = try await mailer.check()
            #expect(Set(report.findings.map(\.transport)).isSuperset(of: ["resend", "sendgrid"]))
            #expect(resend.mails.isEmpty && sendGrid.mails.isEmpty)
        }
    }
}
