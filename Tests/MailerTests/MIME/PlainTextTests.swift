import Testing

@testable import Mailer

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

    @Test func referencesAreReadAsPythonReadsThem() async throws {
        let script = """
            import html, html.entities, json, sys
            names = ["&%s;" % name for name in html.entities.name2codepoint] + ["&apos;", "&check;"]
            numbers = ["&#%d;" % n for n in [*range(33, 127), *range(128, 160), *range(160, 800), 8364, 128578]]
            numbers += ["&#x%x;" % n for n in range(128, 160)] + ["&#X41;", "&#146", "M&oacute;nica", "&nonsense;", "&;", "&#;"]
            references = [r for r in names + numbers if ord(html.unescape(r)[0]) not in (0x81, 0x8d, 0x8f, 0x90, 0x9d)]
            json.dump([[r, html.unescape(r)] for r in references], sys.stdout)
            """
        let cases = try await MailReaders.python(script, "", as: [[String]].self)
        #expect(cases.count > 1000)
        // They show nothing: some of them are left out.
        let silent: Set<String> = ["\u{AD}", "\u{200C}", "\u{200D}", "\u{34F}"]
        for entry in cases {
            let read = HTMLEntities.decode(Array(entry[0].utf8)[...])
            #expect(read == entry[1] || silent.contains(entry[1]) && read.isEmpty, "\(entry[0])")
        }
        // Windows-1252 has nothing there, and Unicode has control characters.
        for number in [0, 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x7F, 1] {
            #expect(HTMLEntities.decode(Array("&#\(number);".utf8)[...]) == "\u{FFFD}")
        }
        #expect(
            try await plain("<p>M&oacute;nica &ecirc; &oslash; &Aring;ngstr&ouml;m&#146;s &#128;3 &mdash; &alpha;</p>")
                == "Mónica ê ø Ångström’s €3 — α\n"
        )
    }

    /// HTML lets many end tags be left out (section 13.1.2.4): what is hidden ends where a browser ends it.
    @Test(arguments: [
        (
            "<table><tr><td style=\"display:none\">x<td><a href=\"https://e.org/r\">Reset</a></table><p>Bye</p>",
            "Reset (https://e.org/r)\n\nBye\n"
        ),
        ("<p hidden>pre<p>Hello</p>", "Hello\n"), ("<p hidden>pre<div>Hello</div>", "Hello\n"),
        ("<p hidden>pre<table><tr><td>a</table>", "a\n"),
        ("<table><tr hidden><td>x<td>y<tr><td>a<td>b</table>z", "a  b\n\nz\n"),
        ("<table><thead hidden><tr><th>x<tbody><tr><td>a</table>", "a\n"),
        ("<table><tr><td><div style='display:none'>x</td><td>a</td></tr></table>", "a\n"),
        ("<table><tr><td><p hidden>x</table>a", "a\n"),
        ("<ul><li hidden>x<ul><li>y</ul>z<li>a</ul>b", "* a\n\nb\n"), ("<ul><li hidden>x</ul>a", "a\n"),
        ("<dl><dt hidden>x<dd>a</dl>", "a\n"), ("<p><b><span hidden>x</b>a</p>", "a\n"),
        ("<a href='https://e.org/'>a<span hidden>x</a> b", "a (https://e.org/) b\n"),
        ("<div><div hidden>x</div></div>a", "a\n"), ("<div hidden><br><img alt=x><hr>x</div>a", "a\n"),
        // These ends are of nothing that is open there, or of nothing outside.
        ("<div hidden>x</p>x</b>x</td>x</span></div>a", "a\n"), ("<div hidden><p>x<p>x<li>x</div>a", "a\n"),
        ("<p><b><div hidden>x</b>x</div>a", "a\n"), ("<td hidden><table><tr><td>x</td></tr></table>x</td>a", "a\n"),
        ("<div hidden><ul><li>x<li>x</ul><table><tr><td>x<td>x<tr><td>x</table>x</div>a", "a\n"),
        ("<div><p hidden>x</div>a", "a\n"),
    ])
    func whatIsHiddenEndsWhereABrowserEndsIt(html: String, text: String) async throws {
        #expect(try await plain("<!DOCTYPE html><body>\(html)<p>End</p></body>") == text + "\nEnd\n")
    }

    @Test func whatIsHiddenStaysSoHoweverDeepItIs() async throws {
        let (starts, ends) = (String(repeating: "<div>", count: 1000), String(repeating: "</div>", count: 1000))
        #expect(try await plain("<div hidden>\(starts)x\(ends)x</div>a<p>b</p>") == "a\n\nb\n")
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
