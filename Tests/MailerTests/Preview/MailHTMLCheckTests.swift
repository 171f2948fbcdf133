import Foundation
import Mailer
import MailerTesting
import Testing

@Suite struct MailHTMLCheckTests {
    private func failures(_ html: String) -> [String] {
        MailHTMLCheck.findings(in: html).filter { $0.severity == .failure }.map(\.message)
    }

    @Test(arguments: [
        ("position:relative", "position is dropped by Gmail and Outlook."),
        ("DISPLAY: Flex", "display:flex is dropped by Outlook."),
        ("display:grid", "display:grid is dropped by Outlook."),
        ("float:left", "float is dropped by Outlook."),
        ("transform:scale(2)", "transform is dropped by Gmail, Outlook and Yahoo."),
        ("opacity:.5", "opacity is dropped by Outlook and Yahoo."),
        ("background-image:url('a;b.png')", "background-image is dropped by Outlook."),
        ("color:var(--x)", "color with var() is dropped by Gmail, Outlook and Yahoo."),
        ("width:calc(1px + 2px)", "width with calc() is dropped by Outlook and Yahoo."),
        ("font-size:1.5rem", "font-size with rem is dropped by Outlook."),
        ("margin:0 10vw", "margin with vw is dropped by Outlook."),
    ])
    func droppedStylesAreNamedWithWhoDropsThem(style: String, message: String) {
        #expect(failures("<p style=\"\(style)\">x</p>").contains(message))
    }

    @Test(arguments: ["script", "form", "iframe", "svg", "video", "link"])
    func droppedElementsAreNamed(element: String) {
        #expect(failures("<p>x</p><\(element)></\(element)>").contains { $0.hasPrefix("<\(element)> is dropped by") })
    }

    @Test func handlersAreNamed() {
        #expect(failures("<p onclick=\"x()\">x</p>") == ["onclick is dropped by every program."])
    }

    @Test func wordsThatLookLikeUnitsAreNone() {
        #expect(failures("<p style=\"font-family:Premrem,vw;color:#2ebeef\">x</p>").isEmpty)
    }

    @Test func whatDegradesIsNoFailure() {
        let findings = MailHTMLCheck.findings(in: "<td style=\"border-radius:4px;max-width:9px\">x</td>")
        #expect(findings.allSatisfy { $0.severity != .failure })
        #expect(findings.contains { $0.message.contains("border-radius (Outlook)") })
    }

    @Test func picturesAndLinksAreLookedAt() {
        let html = "<img src=\"http://x.org/a.png\"><a href=\"javascript:alert(1)\">x</a><a href=\"#top\">y</a>"
        let warnings = MailHTMLCheck.findings(in: html).filter { $0.severity == .warning }.map(\.message)
        #expect(warnings.contains { $0.contains("alt") } && warnings.contains { $0.contains("width") })
        #expect(warnings.contains("<a> leads to javascript: only https is safe in a mail."))
        #expect(warnings.contains("<img> leads to http: only https is safe in a mail."))
    }

    @Test func whatGmailCutsOffIsAFailure() {
        let long = String(repeating: "x", count: MailHTMLCheck.clippingLimit)
        #expect(failures(long).isEmpty)
        #expect(failures(long + "x").count == 1)
    }
}
