import GroundworkCore
import Mailer
import Testing

@Suite struct SecretLinkTests {
    /// A mail of a reader's own with the pieces of the built-in ones.
    struct InvitationMail: SecretLinkMail {
        let name = "invite"
        var secretLink: SecretLink
        var team: String
        var values: [String: String] { ["team": team] }
    }

    private func invitation(_ token: String = "t0k3n") throws -> InvitationMail {
        let app = try MailAppURL("https://app.example.org")
        let link = try SecretLink(token: Secret(token), appURL: app, path: ["join"], lifetime: .seconds(3600))
        return InvitationMail(secretLink: link, team: "Leaf <1>")
    }

    private func context() throws -> MailTemplateContext {
        MailTemplateContext(brand: MailBrand(name: "Tea", appURL: try MailAppURL("https://app.example.org")))
    }

    private func message(_ template: any MailTemplate, _ context: MailTemplateContext) throws -> MailMessage {
        try context.message(template, from: Mailbox("tea@example.org"), to: Mailbox("ada@example.com"))
    }

    @Test func ownMailsNeedPhrasesOnly() throws {
        var context = try context()
        context.phrases.add(
            .english,
            [
                .subject("invite"): "Join {team} at {app}", .heading("invite"): "Join {team}",
                .body("invite"): "You are invited.",
                .button("invite"): "Join", .ignore("invite"): "If you do not know {team}, ignore it.",
            ]
        )
        let message = try message(invitation(), context)
        #expect(message.subject.text == "Join Leaf <1> at Tea")
        #expect(message.html?.contains("Join Leaf &lt;1&gt;") == true)
        #expect(message.text?.contains("https://app.example.org/join?token=t0k3n") == true)
        #expect(message.text?.contains("The link expires in 1 hour.") == true)
        #expect(message.tracking == .off)
        #expect(message.idempotencyKey != nil)
    }

    @Test func aMissingPhraseIsNamed() throws {
        let error = #expect(throws: MailError.self) { try message(invitation(), context()) }
        #expect(error?.code == .invalidTemplate)
        #expect(error?.message.contains("invite.subject") == true)
    }

    @Test func emptyAndOverlongTokensAreRefusedWithoutBeingShown() throws {
        let app = try MailAppURL("https://app.example.org")
        let long = String(repeating: "secret", count: 400)
        for token in ["", long] {
            let error = #expect(throws: MailError.self) { try VerificationMail(token: Secret(token), appURL: app) }
            #expect(error?.code == .invalidTemplate)
            #expect(error.map { "\($0)".contains("secretsecret") } == false)
        }
    }

    @Test func tokensAreInNoDescriptionAndNoMirror() throws {
        let app = try MailAppURL("https://app.example.org")
        let mail = try EmailChangeMail(
            token: Secret("t0k3n-t0k3n"),
            newAddress: EnvelopeAddress("new@example.org"),
            appURL: app
        )
        let made = try message(mail, context())
        let outgoing = try OutgoingMail(made)
        for value: Any in [mail, mail.secretLink, mail.secretLink.link, made, outgoing] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] { #expect(!text.contains("t0k3n"), "\(text)") }
        }
        #expect(made.text?.contains("t0k3n-t0k3n") == true)
        #expect("\(made)".hasPrefix("MailMessage for 1 recipient, text of "))
    }

    /// Whoever sees a Message-ID or a key could try all short tokens.
    @Test func noKeyProvesAGuessOfAShortToken() throws {
        let context = try context()
        let app = context.brand.appURL
        for (token, isGuessable) in [("123456", true), ("fifteen-bytes-1", true), ("sixteen-bytes-16", false)] {
            let made = try message(VerificationMail(token: Secret(token), appURL: app), context)
            let again = try message(VerificationMail(token: Secret(token), appURL: app), context)
            #expect(made.idempotencyKey == again.idempotencyKey)
            let guess = try IdempotencyKey(derivedFrom: ["verify", "ada@example.com", "en", token])
            #expect((made.idempotencyKey != guess) == isGuessable)
        }
    }

    @Test func theSameTokenInAnotherLanguageIsAnotherMail() throws {
        var context = try context()
        let mail = try VerificationMail(token: Secret("0123456789abcdef"), appURL: context.brand.appURL)
        let english = try message(mail, context).idempotencyKey
        context.locale = .german
        #expect(try message(mail, context).idempotencyKey != english)
        context.locale = try MailLocale("EN")
        #expect(try message(mail, context).idempotencyKey == english)
    }
}
