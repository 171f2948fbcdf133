import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Mailer
import MailerTesting
import Testing

@Suite struct MailerTests {
    /// A mailer that keeps everything in memory.
    static func mailer(
        _ script: [MailStep] = [],
        capabilities: MailCapabilities = InMemoryMailTransport.everything,
        change: (inout Mailer.Configuration) -> Void = { _ in },
        settings: MailDelivery.Configuration = MailDelivery.Configuration()
    ) throws -> (Mailer, InMemoryMailTransport) {
        var configuration = Mailer.Configuration(from: try Mailbox("Shop <noreply@shop.test>"))
        configuration.brand = MailBrand(name: "Shop", appURL: try MailAppURL("https://shop.example.org"))
        change(&configuration)
        let transport = InMemoryMailTransport(capabilities: capabilities, script: script)
        // With zeros for the jitter nothing is waited for.
        let delivery = try MailDelivery(routes: [MailRoute(transport)], settings, random: ManualRandom(words: [0]))
        return (Mailer(configuration, delivery: delivery), transport)
    }

    @Test func sendsTheVerificationMailOfTheBrief() async throws {
        let (mailer, transport) = try Self.mailer()
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: "a b/c?")
        let mail = try transport.sent.single
        #expect(mail.subject == "Confirm your email address for Shop")
        #expect(mail.links.contains("https://shop.example.org/verify-email?token=a%20b%2Fc%3F"))
        #expect(mail.token == "a b/c?")
        #expect(mail.text?.contains("24 hours") == true || mail.text?.contains("1 day") == true)
        #expect(mail.mail.message.tracking == .off)
        #expect(mail.header("From") == "Shop <noreply@shop.test>")
    }

    @Test func sendsThePasswordResetMailOfTheBrief() async throws {
        let (mailer, transport) = try Self.mailer()
        try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: "t0ken")
        let mail = try transport.sent.single
        #expect(mail.subject == "Reset your Shop password")
        #expect(mail.link(containing: "/reset-password") == "https://shop.example.org/reset-password?token=t0ken")
        #expect(mail.text?.contains("1 hour") == true)
    }

    @Test func sendsEveryOtherAccountMailInTheReceiversLanguage() async throws {
        let (mailer, transport) = try Self.mailer()
        let ada = try Mailbox("Ada <ada@example.org>")
        try await mailer.sendMagicLinkEmail(to: ada, token: Secret("m"), locale: .german)
        try await mailer.sendEmailChangeEmail(to: ada, token: Secret("c"), locale: .german)
        try await mailer.sendSecurityNotice(to: ada, event: "eine neue Anmeldung", locale: .german)
        try await mailer.sendWelcomeEmail(to: ada, personName: "Ada", locale: .german)
        let expected = [
            "Dein Link zur Anmeldung bei Shop", "Bestätige deine neue E-Mail-Adresse für Shop",
            "Sicherheitshinweis zu deinem Konto bei Shop", "Willkommen bei Shop",
        ]
        #expect(transport.sent.map(\.subject) == expected)
        let paths = ["/sign-in?token=m", "/confirm-email?token=c", "/account/security"]
        for (mail, path) in zip(transport.sent, paths) {
            #expect(mail.links.contains("https://shop.example.org\(path)"), "\(path)")
        }
    }

    @Test func theSameTokenToTheSameReceiverIsTheSameMail() async throws {
        let (mailer, transport) = try Self.mailer()
        for (address, token) in [
            ("ada@example.org", "1"), ("ada@example.org", "1"), ("ada@example.org", "2"), ("bob@example.org", "1"),
        ] {
            try await mailer.sendVerificationEmail(to: address, token: token)
        }
        try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: "1")
        let keys = transport.attempts.map(\.idempotencyKey.rawValue)
        #expect(keys[0] == keys[1])
        #expect(Set(keys).count == 4)
        for key in keys { #expect(!key.contains("example") && key.utf8.count == 64) }
        #expect(transport.attempts[0].message.messageID == transport.attempts[1].message.messageID)
    }

    @Test func aMailToOnePersonThrowsUnlessItIsAccepted() async throws {
        let rows: [(MailStep, MailError.Code)] = [
            (.reject(), .rejected), (.unknown(.afterSending), .outcomeUnknown),
            (.retry(after: .seconds(9999)), .unavailable),
        ]
        for (step, code) in rows {
            let (mailer, _) = try Self.mailer([step])
            let error = await #expect(throws: MailError.self) {
                try await mailer.sendVerificationEmail(to: "ada@example.org", token: "s3cret")
            }
            #expect(error?.code == code)
            #expect(error?.description.contains("s3cret") == false)
            // Whom it concerns, and by which name the mail can be found.
            #expect(error?.receipt?.recipients.map(\.address.wireText) == ["ada@example.org"])
            #expect(error?.receipt?.messageID != nil && error?.receipt?.isAccepted == false)
            #expect(error?.transport == error?.receipt?.transport)
        }
    }

    @Test func everyAccountMailTakesAddressesAndTokensAsText() async throws {
        let (mailer, _) = try Self.mailer()
        let ada = "Ada <ada@example.org>"
        try await mailer.sendVerificationEmail(to: ada, token: "v")
        try await mailer.sendPasswordResetEmail(to: ada, token: "r")
        try await mailer.sendMagicLinkEmail(to: ada, token: "m")
        try await mailer.sendEmailChangeEmail(to: ada, token: "c")
        try await mailer.sendSecurityNotice(to: ada, event: "a new sign-in", details: [("Device", "Phone")])
        try await mailer.sendWelcomeEmail(to: ada, personName: "Ada", locale: .german)
        #expect(mailer.sent.map(\.token) == ["v", "r", "m", "c", nil, nil])
        #expect(mailer.sent.allSatisfy { $0.recipients.map(\.wireText) == ["ada@example.org"] })
        await #expect(throws: MailError.self) { try await mailer.sendWelcomeEmail(to: "ada", personName: "Ada") }
    }

    @Test func theMailerOfATestKnowsWhatItSent() async throws {
        let (mailer, transport) = try Self.mailer()
        #expect(throws: SentMailsError.self) { try mailer.sent.single }
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: "s3cret")
        let link = "https://shop.example.org/verify-email?token=s3cret"
        #expect(try mailer.sent.single.links.contains(link))
        #expect(try mailer.sent.single.id == transport.sent.single.id)
        let file = try Mailer(mailer.configuration, transport: EMLFileTransport(directory: "/nowhere"))
        #expect(file.sent.isEmpty)
    }

    @Test(arguments: ["", "no address", "ada@example.org\r\nBcc: eve@example.org", "a@b@c", "<ada@example.org"])
    func badAddressesAreRefused(text: String) async throws {
        let (mailer, transport) = try Self.mailer()
        await #expect(throws: MailError.self) { try await mailer.sendVerificationEmail(to: text, token: "t") }
        #expect(transport.attempts.isEmpty)
    }

    @Test func anEmptyTokenIsRefused() async throws {
        let (mailer, transport) = try Self.mailer()
        await #expect(throws: MailError.self) {
            try await mailer.sendPasswordResetEmail(to: "a@example.org", token: "")
        }
        #expect(transport.attempts.isEmpty)
    }

    @Test func pathsAndTimesCanBeChosen() async throws {
        let (mailer, transport) = try Self.mailer {
            $0.links.verification = .init(path: ["konto", "prüfen"], lifetime: .seconds(600))
        }
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: "t")
        let mail = try transport.sent.single
        #expect(mail.links.contains("https://shop.example.org/konto/pr%C3%BCfen?token=t"))
        #expect(mail.text?.contains("10 minutes") == true)
    }

    @Test func withoutABrandTheBuiltInMailsSayWhatIsMissing() async throws {
        let (mailer, _) = try Self.mailer { $0.brand = nil }
        let error = await #expect(throws: MailError.self) {
            try await mailer.sendVerificationEmail(to: "ada@example.org", token: "t")
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("APP_NAME") == true)
    }

    @Test func answersGoToTheConfiguredAddressUnlessTheMessageNamesOne() async throws {
        let (mailer, transport) = try Self.mailer { $0.replyTo = try? Mailbox("help@shop.test") }
        var message = try outgoingMail().message
        _ = try await mailer.send(message)
        message.replyTo = [try Mailbox("own@shop.test")]
        _ = try await mailer.send(message)
        #expect(transport.sent.map { $0.header("Reply-To") } == ["help@shop.test", "own@shop.test"])
    }

    @Test func aScheduledMailCanBeCalledOff() async throws {
        let (mailer, transport) = try Self.mailer()
        let receipt = try await mailer.schedule(outgoingMail().message, at: Date(timeIntervalSince1970: 2_000_000_000))
        #expect(transport.sent.count == 1)
        try await mailer.cancel(receipt)
        #expect(transport.sent.isEmpty)
        await #expect(throws: MailError.self) { try await mailer.cancel(receipt) }
    }

    @Test func schedulingWhereItIsNotToBeHadIsAnError() async throws {
        let (mailer, transport) = try Self.mailer(capabilities: .everything(but: .scheduling, .cancellation))
        let error = await #expect(throws: MailError.self) {
            try await mailer.schedule(outgoingMail().message, at: Date(timeIntervalSince1970: 2_000_000_000))
        }
        #expect(error?.code == .unsupported)
        let other = await #expect(throws: MailError.self) { try await mailer.cancel(id: "1") }
        #expect(other?.code == .unsupported)
        #expect(transport.attempts.isEmpty)
    }

    @Test func aBatchAnswersForEachMessageInOrder() async throws {
        let (mailer, transport) = try Self.mailer()
        var empty = try outgoingMail().message
        empty.to = []
        let good = try outgoingMail().message
        let results = await mailer.send(batch: [good, empty, try outgoingMail().message, good])
        #expect(try results[0].get().isAccepted)
        #expect(throws: MailError.self) { try results[1].get() }
        #expect(try results[2].get().isAccepted)
        // It has the first one's key.
        #expect(throws: MailError.self) { try results[3].get() }
        #expect(transport.sent.count == 2)
        #expect(transport.requestCount == 1)
    }

    @Test func usersWriteTemplatesOfTheirOwn() async throws {
        struct Shipped: MailTemplate {
            let name = "shipped"
            let customer: String
            func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
                MailContent(
                    subject: "On its way",
                    blocks: [.heading("Hello \(customer)"), .text("From \(context.brand.name)")]
                )
            }
        }
        let (mailer, transport) = try Self.mailer()
        try await mailer.send(Shipped(customer: "<b>Ada</b>"), to: Mailbox("ada@example.org"))
        let mail = try transport.sent.single
        #expect(mail.html?.contains("Hello &lt;b&gt;Ada&lt;/b&gt;") == true)
        #expect(mail.text?.contains("From Shop") == true)
    }
}
