import FoundationEssentials
import GroundworkCore
import Mailer
import MailerTesting
import Testing

// The examples of the guides on templates and on testing, line by line. They are compiled, not run.

struct TemplatesGuide {
    func look() throws -> (Mailer.Configuration, MailBrand) {
        var configuration = Mailer.Configuration(from: try Mailbox("Tea & Co <no-reply@notify.example.com>"))
        var brand = MailBrand(name: "Tea & Co", appURL: try MailAppURL("https://app.example.com"))
        brand.logo = try MailLink("https://app.example.com/logo.png")
        brand.darkLogo = try MailLink("https://app.example.com/logo-dark.png")
        brand.color = try MailColor("#0f766e")
        brand.footer = "Tea & Co, 1 Leaf Lane, Cologne"
        brand.supportAddress = try EnvelopeAddress("help@example.com")
        configuration.brand = brand
        return (configuration, brand)
    }

    struct OrderShipped: MailTemplate {
        let name = "order-shipped"
        let customer: String
        let page: MailLink

        func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
            MailContent(
                subject: "Your order is on its way",
                blocks: [
                    .heading("Hello \(customer)"),
                    .paragraph("It left <b>today</b>. \(HTML.link("Change it", page, context)) until tonight."),
                    .table([("Order", "20261126-7"), ("Due", "Saturday")]),
                    .button("Follow it", page),
                ]
            )
        }
    }

    func send(mailer: Mailer, name: String, page: MailLink, receiver: Mailbox) async throws {
        try await mailer.send(OrderShipped(customer: name, page: page), to: receiver)
    }

    struct InvitationMail: SecretLinkMail {
        let name = "invite"
        var secretLink: SecretLink
        var team: String
        var values: [String: String] { ["team": team] }
    }

    func secrets(brand: MailBrand, token: Secret<String>) throws -> SecretLink {
        var configuration = Mailer.Configuration(from: try Mailbox("a@example.org"))
        configuration.phrases.add(
            .english,
            [
                .subject("invite"): "Join {team} at {app}",
                .heading("invite"): "Join {team}",
                .body("invite"): "You are invited to {team}.",
                .button("invite"): "Join",
                .ignore("invite"): "If you do not know {team}, ignore this message.",
            ]
        )
        let app = brand.appURL
        let link = try SecretLink(token: token, appURL: app, path: ["join"], lifetime: .seconds(7 * 86_400))
        return link
    }

    func languages(mailer: Mailer, page: MailLink, receiver: Mailbox) async throws {
        var configuration = mailer.configuration
        configuration.locale = try MailLocale("fr")
        configuration.phrases.add(
            try MailLocale("fr"),
            [.subject("verify"): "Confirmez votre adresse pour {app}", .button("verify"): "Confirmer"]
        )
        try await mailer.send(WelcomeMail(personName: "Ada", link: page), to: receiver, locale: .german)
    }
}

struct TestingMailGuide {
    typealias OrderShipped = TemplatesGuide.OrderShipped

    func memory(configuration: Mailer.Configuration) async throws {
        let transport = InMemoryMailTransport()
        let mailer = try Mailer(configuration, transport: transport)
        try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: "s3cret")

        let mail = try mailer.sent.single
        #expect(mail.subject == "Reset your Tea & Co password")
        #expect(mail.token == "s3cret")
        #expect(mail.link(containing: "/reset-password") != nil)
        #expect(mail.text?.contains("expires in 1 hour") == true)
    }

    func script() -> InMemoryMailTransport {
        let transport = InMemoryMailTransport(script: [.throttle(), .unknown(.afterSending), .reject()])
        return transport
    }

    func server(configuration: Mailer.Configuration) async throws {
        let server = try await LoopbackSMTPServer.start()
        let smtp = try SMTPTransport(SMTPConfiguration(host: "127.0.0.1", port: server.port, security: .none))
        let mailer = try Mailer(configuration, transport: smtp)
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: "s3cret")
        print(server.messages.count)
        await server.stop()
    }

    func page(brand: MailBrand, page: MailLink) async throws {
        var preview = try MailPreview(brand: brand)
        try preview.addBuiltIn()
        preview.add("Order shipped", OrderShipped(customer: "Ada", page: page))
        let html = try await preview.page()
        try html.write(toFile: "mails.html", atomically: true, encoding: .utf8)
    }

    func dropped(mailer: Mailer, page: MailLink, receiver: Mailbox) throws {
        let html = try mailer.message(OrderShipped(customer: "Ada", page: page), to: receiver).html ?? ""
        #expect(MailHTMLCheck.findings(in: html).allSatisfy { $0.severity != .failure })
    }
}
