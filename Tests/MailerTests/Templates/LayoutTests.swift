import GroundworkCore
import Mailer
import Testing

@Suite struct LayoutTests {
    private func html(_ change: (inout MailTemplateContext) throws -> Void) throws -> String {
        var context = MailTemplateContext(
            brand: MailBrand(name: "Tea", appURL: try MailAppURL("https://app.example.org"))
        )
        try change(&context)
        let link = try MailLink("https://app.example.org/security")
        let template = SecurityNoticeMail(event: "a sign-in", details: [("Place", "Köln")], link: link)
        return try context.message(template, from: Mailbox("tea@example.org"), to: Mailbox("ada@example.com")).html
            ?? ""
    }

    @Test func helpIsALinkThatOpensAMail() throws {
        let html = try html { $0.brand.supportAddress = try EnvelopeAddress("help+x@example.org") }
        #expect(html.contains("Questions? Write to <a href=\"mailto:help+x@example.org\""))
        #expect(html.contains(">help+x@example.org</a>."))
    }

    @Test func theLogoHasANameAWidthAndOneForTheDark() throws {
        let html = try html {
            $0.brand.name = "Tea \"&\" Co"
            $0.brand.logo = try MailLink("https://app.example.org/logo.png")
            $0.brand.darkLogo = try MailLink("https://app.example.org/night.png")
        }
        let day = "<img src=\"https://app.example.org/logo.png\" alt=\"Tea &quot;&amp;&quot; Co\" width=\"120\""
        #expect(html.contains(day))
        #expect(html.contains("class=\"gw-day\""))
        #expect(html.contains("src=\"https://app.example.org/night.png\""))
        #expect(html.contains("display:none;mso-hide:all"))
    }

    @Test func everyLineOfTheFooterIsOne() throws {
        let html = try html { $0.brand.footer = "Tea & Co\r\n1 Leaf Lane\nCologne" }
        #expect(html.contains("Tea &amp; Co<br>1 Leaf Lane<br>Cologne"))
    }

    @Test(arguments: [
        ("ar", true), ("he-IL", true), ("fa", true), ("az-Arab", true), ("ar-Latn", false), ("de-AT", false),
    ])
    func languagesFromTheRightAreLaidOutSo(tag: String, isRightToLeft: Bool) throws {
        let locale = try MailLocale(tag)
        #expect(locale.isRightToLeft == isRightToLeft)
        let html = try html { $0.locale = locale }
        #expect(html.contains("<html lang=\"\(tag)\" dir=\"\(isRightToLeft ? "rtl" : "ltr")\">"))
        #expect(html.contains("align=\"\(isRightToLeft ? "right" : "left")\" valign=\"top\""))
    }

    @Test func outlookGetsATableOfFixedWidth() throws {
        let html = try html { _ in }
        #expect(html.contains("<!--[if mso]><table role=\"presentation\" width=\"560\""))
        #expect(html.contains("<!--[if mso]></td></tr></table><![endif]-->"))
    }

    @Test func textIsReadableOnEveryColour() {
        for red in stride(from: 0, through: 255, by: 15) {
            for green in stride(from: 0, through: 255, by: 15) {
                for blue in stride(from: 0, through: 255, by: 15) {
                    let color = MailColor(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
                    let ratio = color.contrast.contrastRatio(with: color)
                    if ratio < 4.5 { Issue.record("\(color) is read with \(ratio)") }
                }
            }
        }
    }

    /// Values of the formula of WCAG 2.2, computed apart.
    @Test(arguments: [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#2563eb", 5.17), ("#f97316", 2.8)])
    func contrastIsThatOfWCAG(text: String, ratio: Double) throws {
        #expect(abs(try MailColor(text).contrastRatio(with: .white) - ratio) < 0.01)
    }

    @Test func linksInParagraphsTakeTheBrandsColourWhereItCanBeRead() throws {
        var context = MailTemplateContext(
            brand: MailBrand(name: "Tea", appURL: try MailAppURL("https://app.example.org"))
        )
        let link = try MailLink("https://app.example.org/a?b=1&c=2")
        #expect(HTML.link("<x>", link, context).source.contains("href=\"https://app.example.org/a?b=1&amp;c=2\""))
        #expect(HTML.link("<x>", link, context).source.contains(">&lt;x&gt;</a>"))
        #expect(HTML.link("x", link, context).source.contains("color:#2563eb"))
        context.brand.color = try MailColor("#fde047")
        #expect(HTML.link("x", link, context).source.contains("color:#18181b"))
    }

    @Test(arguments: [
        "https://example.org/%2e%2E/x", "https://example.org/%zz", "https://example.org/a%4", "https://example.org/%2e",
    ])
    func noBrokenOrHiddenPartsInThePathOfTheApp(text: String) {
        #expect(throws: MailError.self) { try MailAppURL(text) }
    }
}
