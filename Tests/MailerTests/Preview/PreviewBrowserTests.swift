import Foundation
import GroundworkTestProcesses
import GroundworkTesting
import MailerTesting
import Testing

@Suite struct PreviewBrowserTests {
    /// Every mail in a real browser: nothing sticks out on a phone, texts are readable in light and dark, the page loads
    /// nothing. `Tests/Support/mail_browser.py` says each fact.
    @Test func theGalleryHoldsInABrowser() async throws {
        try await withTemporaryDirectory { directory in
            let page = "\(directory)/mails.html"
            try Data(try await PreviewTests.preview().page().utf8).write(to: URL(filePath: page))
            let outcome = try await ChildProcess.run(
                .init(TestTools.program("python"), ["-B", TestTools.support("mail_browser.py"), page])
            )
            #expect(outcome.isSuccess, "\(outcome.outputText.suffix(2000)) \(outcome.errorText.suffix(2000))")
            #expect(outcome.outputText.contains("ok    m0-de, Phone, dark: nothing sticks out, on 320 points neither"))
            #expect(outcome.outputText.contains("ok    nothing is loaded but the page"))
        }
    }
}
