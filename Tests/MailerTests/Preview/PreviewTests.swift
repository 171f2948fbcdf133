import Foundation
import GroundworkCore
import GroundworkCrypto
import GroundworkTestProcesses
import GroundworkTesting
import MailerTesting
import Testing

@Suite struct PreviewTests {
    /// What an app of a reader may bring.
    struct OrderShipped: MailTemplate {
        let name = "order-shipped"
        let customer: String
        let page: MailLink

        func content(_ context: MailTemplateContext) throws(MailError) -> MailContent {
            MailContent(
                subject: "Your order is on its way",
                blocks: [
                    .heading("Hello \(customer)"),
                    .paragraph("It left today. \(HTML.link("Change the delivery", page, context)) until tonight."),
                    .table([("Order", "20261126-7"), ("Carrier", "Parcel & Co"), ("Due", "Saturday")]),
                    .button("Follow it", page), .code("4711"),
                ]
            )
        }
    }

    static func brand() throws -> MailBrand {
        var brand = MailBrand(name: "Tea & Co", appURL: try MailAppURL("https://app.example.org"))
        brand.color = try MailColor("#0f766e")
        brand.supportAddress = try EnvelopeAddress("help@example.org")
        brand.footer = "Tea & Co, 1 Leaf Lane, Cologne"
        return brand
    }

    static func preview() throws -> MailPreview {
        var preview = try MailPreview(brand: brand())
        preview.date = Samples.date
        try preview.addBuiltIn()
        preview.add(
            "Order shipped",
            OrderShipped(customer: "Ada", page: try MailLink("https://app.example.org/orders/7"))
        )
        return preview
    }

    @Test func everyTemplateIsThereInEveryLanguageInBothColoursAndWidths() async throws {
        let page = try await Self.preview().page()
        let frames = page.matches(of: /<iframe title="(Desktop|Phone), (light|dark)"/).count
        #expect(frames == 7 * 2 * 4)
        for text in [
            "Confirm your email address for Tea &amp; Co", "Neues Passwort für Tea &amp; Co",
            "Your order is on its way",
            "Content-Type: multipart/alternative", "quoted-printable", "Der Link gilt noch 1 Stunde.",
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test func thePageLoadsNothingAndRunsNothingButItsOwnScript() async throws {
        let page = try await Self.preview().page()
        let script = try #require(page.firstMatch(of: /<script>([\s\S]*?)<\/script>/)).1
        let hash = Data(try Digest.hash(.sha256, Array(script.utf8))).base64EncodedString()
        #expect(page.contains("default-src &#39;none&#39;"))
        #expect(page.contains("script-src &#39;sha256-\(hash)&#39;"))
        #expect(page.matches(of: /<script/).count == 1)
        #expect(page.matches(of: /<iframe\s/).count == page.matches(of: /sandbox="allow-same-origin"/).count)
        #expect(!page.contains("allow-scripts"))
        // Within a frame the page's own quotes are references: what is left has no address of elsewhere.
        let own = page.replacing(/srcdoc="[^"]*"/, with: "")
        #expect(own.matches(of: /(src|href|action)="(?!#)/).isEmpty)
    }

    @Test func tokensArePlaceholders() async throws {
        var preview = try MailPreview(brand: Self.brand())
        let token = "s3cr3t+tok/en=of&nobody"
        preview.add("Reset", try PasswordResetMail(token: Secret(token), appURL: preview.brand.appURL))
        preview.add("Short", try PasswordResetMail(token: Secret("e7"), appURL: preview.brand.appURL))
        let caught = try MailTemplateContext(brand: preview.brand).message(
            MagicLinkMail(token: Secret("caught-in-a-test"), appURL: preview.brand.appURL),
            from: preview.sender,
            to: preview.receiver
        )
        preview.add("Caught", message: caught)
        let page = try await preview.page()
        for shown in [token, "s3cr3t%2Btok%2Fen%3Dof%26nobody", "s3cr3t", "caught-in-a-test", "token=e7"] {
            #expect(!page.contains(shown), "\(shown)")
        }
        #expect(page.contains("reset-password?token=TOKEN"))
        #expect(page.contains("sign-in?token=TOKEN"))
    }

    @Test func aMessageWithoutHTMLAndOneWithAPictureAreShown() async throws {
        var preview = try MailPreview(brand: Self.brand())
        var picture = try Samples.message(
            html: "<p>Look: <img src=\"cid:leaf@example.org\" alt=\"A leaf\" width=\"8\"></p>"
        )
        picture.attachments = [
            try .inline(ContentID("leaf@example.org"), fileName: "leaf.png", content: .bytes([0x89, 0x50, 0x4E, 0x47]))
        ]
        preview.add("Plain", message: try Samples.message(text: "Only <text>\n"))
        preview.add("Picture", message: picture)
        let page = try await preview.page()
        #expect(page.contains("data:image/png;base64,iVBORw=="))
        #expect(page.contains("Only &lt;text&gt;"))
        let parts = try await preview.captures()[1].parts
        #expect(
            parts.map(\.type) == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
        )
        #expect(parts.map(\.depth) == [0, 1, 1, 2, 2])
    }

    @Test func partsAndTextsAreWhatPythonReads() async throws {
        var preview = try Self.preview()
        for text in Samples.texts { preview.add("Text", message: try Samples.message(text: text, html: "<p>x</p>")) }
        let captures = try await preview.captures()
        let mails = try await MailReaders.pythonEmail(captures.map(\.source))
        #expect(mails.count == captures.count)
        for (capture, mail) in zip(captures, mails) {
            let leaves = capture.parts.map(\.type).filter { !$0.hasPrefix("multipart/") }
            #expect(leaves == mail.parts.map(\.type).filter { !$0.hasPrefix("multipart/") })
            let isSame = capture.text.replacing("\r", with: "") == mail.parts("text/plain").first?.text
            #expect(isSame, "\(capture.title): \(capture.text.prefix(40))")
        }
    }

    @Test func aMailersBrandLanguageAndSenderAreTaken() async throws {
        var configuration = Mailer.Configuration(from: try Mailbox("Leaf <leaf@example.org>"))
        #expect(throws: MailError.self) { try MailPreview(configuration) }
        configuration.brand = try Self.brand()
        configuration.locale = .german
        var preview = try MailPreview(configuration)
        try preview.addBuiltIn()
        let captures = try await preview.captures()
        #expect(captures.count == 6 && captures.allSatisfy { $0.locale == .german })
        #expect(captures[0].headers.contains("From: Leaf <leaf@example.org>"))
    }

    @Test func theInboxLineEndsBeforeTheSecretLink() async throws {
        for capture in try await Self.preview().captures() {
            #expect(!capture.preview.contains("https://"), "\(capture.preview)")
            #expect(!capture.preview.isEmpty)
        }
    }

    @Test func theSamePageIsMadeTwice() async throws {
        let first = try await Self.preview().page()
        let second = try await Self.preview().page()
        let isSame = first == second
        #expect(isSame)
    }

    /// Tests/Support/mail_pictures.sh asks for the page and takes pictures of it.
    @Test(.enabled(if: ChildProcess.environmentValue("GROUNDWORK_MAIL_PAGES") != nil, "no folder is given"))
    func writesItsPageForPictures() async throws {
        let folder = try #require(ChildProcess.environmentValue("GROUNDWORK_MAIL_PAGES"))
        var preview = try Self.preview()
        let columns = """
            <div style="float:left;width:50vw;box-shadow:0 0 4px"><h1>Spring sale</h1><img src="https://app.example.org/tea.jpg">
            <p style="position:relative;font-size:1.1rem">All teas at half the price.</p><a href="http://example.org">Shop</a></div>
            """
        preview.add(
            "Old newsletter",
            message: try Samples.message(
                subject: "Spring sale: all teas at half the price until Sunday, and free delivery",
                text: nil,
                html: columns
            )
        )
        try Data(try await preview.page().utf8).write(to: URL(filePath: "\(folder)/mails.html"))
    }
}
