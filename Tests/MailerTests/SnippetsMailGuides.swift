import FoundationEssentials
import GroundworkCore
import Mailer
import MailerTesting
import Testing

// The examples of Mailer's guides, line by line. They are compiled, not run. What a reader's program would bring stands in
// `SnippetsMailSupport.swift`.

struct MailLandingGuide {
    func landing(environment: [String: String], token: String) async throws {
        let mailer = try Mailer(environment: environment)  // EMAIL_PROVIDER, EMAIL_FROM, APP_NAME, …
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: token)
        try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: token)
    }
}

struct MailReadme {
    func readme(environment: [String: String], token: String, message: MailMessage) async throws {
        let mailer = try Mailer(environment: environment)  // EMAIL_PROVIDER, EMAIL_FROM, APP_NAME, …
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: token)
        try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: token)
        let receipt = try await mailer.send(message)  // an outcome for each recipient
        let report = try await mailer.check()  // key, TLS, From domain: in words, without sending
        _ = (receipt, report)
    }
}

struct FirstMailGuide {
    func first(token: String) async throws {
        let mailer = try Mailer(environment: ProcessInfo.processInfo.environment)
        try await mailer.sendVerificationEmail(to: "ada@example.org", token: token)
        try await mailer.sendPasswordResetEmail(to: "ada@example.org", token: token)
    }

    func check(mailer: Mailer) async throws {
        let report = try await mailer.check()
        guard report.isReady else { throw StartupError("\(report)") }
    }

    func answers(mailer: Mailer) async throws {
        var message = try MailMessage(
            from: Mailbox("Tea & Co <no-reply@notify.example.com>"),
            to: MailAddressList("ada@example.org, Bob <bob@example.net>"),
            subject: "The tea is ready"
        )
        message.html = "<p>Come and <b>drink</b>.</p>"
        message.attachments = [try MailAttachment(fileName: "menu.pdf", content: .file("/srv/menu.pdf"))]
        let receipt = try await mailer.send(message)
        for recipient in receipt.recipients {
            switch recipient.outcome {
            case .accepted(let id): print(recipient.address, "accepted", id ?? "")
            case .rejected(let reply): print(recipient.address, "refused for good:", reply)
            case .retryable(let reply, _): print(recipient.address, "not accepted in the time given:", reply)
            case .unknown(let reason): print(recipient.address, "may have been sent:", reason)
            }
        }
    }
}

struct ProvidersGuide {
    func resend(key: Secret<String>) throws -> ResendTransport {
        let resend = try ResendTransport(.init(apiKey: key))
        return resend
    }

    func sendGrid(key: Secret<String>) throws -> SendGridTransport {
        var account = SendGridTransport.Configuration(apiKey: key)
        account.region = .europe  // a subuser whose data stays in the EU
        let sendGrid = try SendGridTransport(account)
        return sendGrid
    }

    func smtp(password: Secret<String>, signer: DKIMSigner) throws -> SMTPTransport {
        var server = SMTPConfiguration(host: "smtp.example.com", security: .implicitTLS)
        server.credentials = .password(userName: "app", password)
        let smtp = try SMTPTransport(server, signer: signer)
        return smtp
    }

    func several(
        resend: ResendTransport,
        smtp: SMTPTransport,
        configuration: Mailer.Configuration
    ) throws -> Mailer {
        let delivery = try MailDelivery(routes: [MailRoute(resend), MailRoute(smtp)])
        let mailer = Mailer(configuration, delivery: delivery)
        return mailer
    }

    struct PrintingTransport: MailTransport {
        let name = "print"
        let capabilities = MailCapabilities()

        func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
            print(mail.message.subject)
            return MailReceipt(envelope: mail.envelope, outcome: .accepted(id: nil), transport: name)
        }
    }
}

struct DeliverabilityGuide {
    func records(mailer: Mailer) async throws {
        let report = try await mailer.check()
        for finding in report.findings(.failure) { print(finding) }
    }

    func signing(rsaKey: Secret<String>, ed25519Key: Secret<String>, server: SMTPConfiguration) throws -> SMTPTransport
    {
        var signer = DKIMSigner(
            domain: try MailDomain("notify.example.com"),
            keys: [
                .init(selector: try DKIMSelector("rsa2026"), key: try DKIMKey(pathOrContents: rsaKey)),
                .init(selector: try DKIMSelector("ed2026"), key: try DKIMKey(pathOrContents: ed25519Key)),
            ]
        )
        signer.lifetime = .seconds(7 * 86_400)
        let smtp = try SMTPTransport(server, signer: signer)
        return smtp
    }

    func newsletter(subscription: String) throws -> MailMessage {
        var message = try MailMessage(from: Mailbox("a@example.org"), to: [Mailbox("b@example.org")], subject: "News")
        message.listUnsubscribe = try .oneClick(url: "https://app.example.com/unsubscribe?who=\(subscription)")
        message.headers = [try MailHeader("List-Id", "<news.example.com>")]
        return message
    }
}

struct FromNodemailerGuide {
    func move(environment: [String: String], email: String, token: String) async throws {
        let mailer = try Mailer(environment: environment)  // EMAIL_PROVIDER=smtp and the SMTP_URL of before
        try await mailer.sendVerificationEmail(to: email, token: token)
    }
}
