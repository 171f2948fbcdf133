import GroundworkCore
import Mailer
@testable import MailerTesting
import Testing

@Suite struct TemplateTests {
    private func context(_ locale: MailLocale = .english, name: String = "Tea & Co") throws -> MailTemplateContext {
        var brand = MailBrand(name: name, appURL: try MailAppURL("https://app.example.org/x/"))
        brand.supportAddress = try EnvelopeAddress("help@example.org")
        brand.footer = "Tea & Co, 1 Leaf <Lane>"
        return MailTemplateContext(brand: brand, locale: locale)
    }

    private func all(_ app: MailAppURL) throws -> [any MailTemplate] {
        let link = try MailLink("https://app.example.org/security?a=1&b=2")
        return [
            try VerificationMail(token: Secret("a+b/c=&d"), appURL: app),
            try PasswordResetMail(token: Secret("a+b/c=&d"), appURL: app),
            try MagicLinkMail(token: Secret("a+b/c=&d"), appURL: app),
            try EmailChangeMail(token: Secret("a+b/c=&d"), newAddress: EnvelopeAddress("new@example.org"), appURL: app),
            SecurityNoticeMail(event: "a new <sign-in>", details: [("Place", "Köln"), ("Device", "<b>")], link: link),
            WelcomeMail(personName: "<script>alert(1)</script>", link: link),
        ]
    }

    private func message(_ template: any MailTemplate, _ context: MailTemplateContext) throws -> MailMessage {
        try context.message(template, from: Mailbox("Tea <tea@example.org>"), to: Mailbox("ada@example.com"))
    }

    @Test(arguments: [MailLocale.english, .german]) func everyTemplateIsWholeInBothLanguages(locale: MailLocale) throws
    {
        let context = try context(locale)
        for template in try all(context.brand.appURL) {
            let message = try message(template, context)
            let html = message.html ?? ""
            let text = message.text ?? ""
            for part in [html, text, message.subject.text] {
                #expect(!part.contains("{") || part.contains("@media"))
            }
            #expect(!html.contains("<script"))
            // Plain text is shown as it is: nothing is escaped there, and nothing is lost.
            for shown in [message.subject.text, text] { #expect(!shown.contains("&amp;") && !shown.contains("&lt;")) }
            if template is WelcomeMail {
                #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
                #expect(text.contains("<script>alert(1)</script>"))
            }
            #expect(html.contains("Tea &amp; Co"))
            #expect(!html.contains("Tea & Co"))
            #expect(html.contains("lang=\"\(locale)\""))
            #expect(text.contains("help@example.org"))
            #expect(message.locale == locale)
        }
    }

    @Test func tokensAreEncodedAndNowhereElse() throws {
        let context = try context()
        let message = try message(VerificationMail(token: Secret("a+b/c=&d"), appURL: context.brand.appURL), context)
        let link = "https://app.example.org/x/verify-email?token=a%2Bb%2Fc%3D%26d"
        #expect(message.text?.contains(link) == true)
        #expect(message.html?.contains("href=\"\(link)\"") == true)
        #expect(message.tracking == .off)
        #expect(message.idempotencyKey?.rawValue.contains("a+b") == false)
        let shown = try MailLink(link)
        #expect(shown.description == "https://app.example.org/…")
    }

    @Test func theKeyIsThatOfTemplateReceiverAndToken() throws {
        let context = try context()
        let app = context.brand.appURL
        let first = try message(VerificationMail(token: Secret("one"), appURL: app), context).idempotencyKey
        let again = try message(VerificationMail(token: Secret("one"), appURL: app), context).idempotencyKey
        let other = try message(VerificationMail(token: Secret("two"), appURL: app), context).idempotencyKey
        let reset = try message(PasswordResetMail(token: Secret("one"), appURL: app), context).idempotencyKey
        #expect(first != nil && first == again)
        #expect(first != other && first != reset && other != reset)
    }

    @Test func expiryIsSaidInWords() throws {
        let english = try context()
        let app = english.brand.appURL
        var mail = try VerificationMail(token: Secret("x"), appURL: app, lifetime: .seconds(90))
        #expect(try message(mail, english).text?.contains("expires in 2 minutes.") == true)
        mail.secretLink.lifetime = .seconds(3600)
        #expect(try message(mail, english).text?.contains("expires in 1 hour.") == true)
        mail.secretLink.lifetime = .seconds(2 * 86_400)
        #expect(try message(mail, context(.german)).text?.contains("gilt noch 2 Tage.") == true)
        // As an app may say it that wants no end.
        mail.secretLink.lifetime = .seconds(Int64.max)
        #expect(try message(mail, context()).text?.isEmpty == false)
        mail.secretLink.lifetime = .seconds(Int64.min)
        #expect(try message(mail, context()).text?.contains("1 minute") == true)
    }

    @Test func aLanguageCanBeAdded() throws {
        var context = try context(try MailLocale("fr-CA"))
        context.phrases.add(try MailLocale("fr"), [.subject("verify"): "Confirmez pour {app}"])
        let message = try message(VerificationMail(token: Secret("x"), appURL: context.brand.appURL), context)
        #expect(message.subject.text == "Confirmez pour Tea & Co")
        #expect(message.text?.contains("Confirm your email address") == true)
    }

    /// The properties that the mails use are few. What mail programs drop is listed in `MailClientSupport`, with who does;
    /// of that they use only what leaves everything in its place.
    @Test func noStyleThatMailProgramsDropIsUsed() throws {
        let allowed: Set<String> = [
            "background-color", "border", "border-bottom", "color", "font-family", "font-size", "font-weight",
            "letter-spacing", "line-height", "margin", "max-height", "padding", "text-decoration",
            // Plainer where it is dropped.
            "border-radius", "display", "max-width", "overflow", "word-break",
            // For Outlook only.
            "mso-hide", "mso-padding-alt",
        ]
        var context = try context()
        context.brand.logo = try MailLink("https://app.example.org/logo.png")
        context.brand.darkLogo = try MailLink("https://app.example.org/logo-dark.png")
        let code = Everything()
        for template in try all(context.brand.appURL) + [code] {
            let html = try message(template, context).html ?? ""
            let failures = MailHTMLCheck.findings(in: html).filter { $0.severity != .ok }
            #expect(failures.isEmpty, "\(template.name): \(failures)")
            for style in html.matches(of: /style="([^"]*)"/) {
                for (property, _) in StyleText.declarations(String(style.1)) {
                    #expect(allowed.contains(property), "\(template.name) has \(property)")
                }
            }
            for element in html.matches(of: /<([a-z0-9]+)/) {
                let known = [
                    "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "h1", "p", "a",
                    "br",
                    "img",
                ]
                #expect(known.contains(String(element.1)), "\(template.name) has <\(element.1)>")
            }
            #expect(html.contains("prefers-color-scheme: dark"))
            #expect(html.utf8.count < 20_000)
        }
    }

    /// A mail with every kind of piece but HTML of the user's own.
    struct Everything: MailTemplate {
        let name = "everything"

        func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
            let link = try context.brand.appURL.link(path: ["a"])
            return MailContent(
                subject: "Everything",
                blocks: [
                    .heading("Everything"), .text("Text"), .paragraph("A \(HTML.link("link", link, context))"),
                    .button("Button", link), .code("123456"), .note("Note"), .table([("Name", "Value")]),
                ]
            )
        }
    }

    @Test func valuesAreEscapedUnlessRawIsSaid() {
        let attack = "<img src=x onerror='a' \"&>"
        #expect(
            ("<p title=\"\(attack)\">" as HTML).source
                == "<p title=\"&lt;img src=x onerror=&#39;a&#39; &quot;&amp;&gt;\">"
        )
        #expect(("<p>\(raw: attack)</p>" as HTML).source == "<p>\(attack)</p>")
        let inner: HTML = "<b>\(attack)</b>"
        #expect(("\(inner)" as HTML) == inner)
    }

    @Test(arguments: [
        "", "app.example.org", "http://app.example.org", "ftp://x.org", "https://", "https://user:pass@example.org",
        "https://example.org?x", "https://example.org#x", "https://example.org/../x", "https://example.org//x",
        "https://exa mple.org", "https://example.org:0", "https://example.org:99999", "https://example.org\r\nX: y",
        "javascript:alert(1)", "https://ü.example", "http://localhost", "https://-x.org", "https://example.org/\"",
    ])
    func noOtherAppURL(text: String) {
        let error = #expect(throws: MailError.self) { try MailAppURL(text) }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func appURLsOfDevelopmentAreNamedSo() throws {
        #expect(try MailAppURL("http://localhost:3000/", allowsLocalHTTP: true).text == "http://localhost:3000")
        #expect(throws: MailError.self) { try MailAppURL("http://example.org", allowsLocalHTTP: true) }
        #expect(try MailAppURL("HTTPS://App.Example.org:8443/A").text == "https://app.example.org:8443/A")
    }
}
