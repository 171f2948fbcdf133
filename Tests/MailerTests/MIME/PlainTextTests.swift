import Mailer
import Testing

@Suite struct PlainTextTests {
    private func plain(_ html: String) async throws -> String {
        let mail = try await Samples.compose(Samples.message(text: nil, html: html))
        return try await MailReaders.pythonEmail([mail]).first?.parts("text/plain").first?.text ?? ""
    }

    @Test func linksListsTablesAndEntitiesStayReadable() async throws {
        let html = """
            <!DOCTYPE html><html><head><title>no</title><style>p { color: red }</style></head><body>
            <div style="display: none">preview</div>
            <h1>Your order</h1>
            <p>Hello&nbsp;<b>Ada</b> &amp; friends,<br>see <a href="https://example.org/a?b=1&amp;c=2">your page</a>
            or <a href="https://example.org">https://example.org</a>.</p>
            <ul><li>one<li>two<ul><li>inner</li></ul></li></ul>
            <ol><li>first</li><li>second</li></ol>
            <table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>3&nbsp;&euro;</td></tr></table>
            <script>alert("x")</script>
            <pre>a
              b</pre>
            </body></html>
            """
        #expect(
            try await plain(html) == """
                Your order

                Hello Ada & friends,
                see your page (https://example.org/a?b=1&c=2) or https://example.org.

                * one
                * two
                  * inner

                1. first
                2. second

                Item  Price
                Tea  3 €

                a
                  b

                """
        )
    }

    @Test(arguments: [
        "<", "<<<", "a < b", "</", "<!--", "<a href=", "<a href=\"x", "&#xFFFFFFFF;", "&#0;", "&", "<p", "<script>",
        String(repeating: "<div>", count: 20_000), String(repeating: "<a href=\"https://x\">", count: 5000),
        String(repeating: "<div hidden>", count: 5000), String(repeating: "<!-", count: 20_000),
    ])
    func brokenHTMLGivesSomeText(html: String) async throws {
        let composed = try Samples.composer().compose(Samples.message(text: nil, html: html))
        #expect(MIMEMessage.violations(of: try await composed.bytes()) == [])
    }
}
