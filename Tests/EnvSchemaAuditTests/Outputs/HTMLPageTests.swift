import EnvSchema
import EnvSchemaAudit
import GroundworkBase
import GroundworkCrypto
import Testing

@Suite struct HTMLPageTests {
    private func page() throws -> String {
        try audit(
            [Make.variable("PORT", note: "3001"), Make.variable("JWT_SECRET", secret: true)],
            values: ["PORT": "3001-hunter2", "SPARE": "hunter2"]
        ).html(title: "Audit <of> \"all\"")
    }

    private func between(_ start: String, _ end: String, in text: String) throws -> String {
        let first = try #require(text.firstRange(of: start))
        let rest = text[first.upperBound...]
        let last = try #require(rest.firstRange(of: end))
        return String(rest[..<last.lowerBound])
    }

    @Test func loadsNothing() throws {
        let page = try page()
        for forbidden in [
            "src=", "http:", "https:", "url(", "@import", "<link", "<img", "<iframe", " style=", " onclick", " onload",
        ] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
    }

    @Test func thePolicyAllowsItsOwnStyleAndScriptByTheirHashes() throws {
        let page = try page()
        for (start, end) in [("<style>", "</style>"), ("<script>", "</script>")] {
            let hash = Base64.encode(try Digest.hash(.sha256, Array(try between(start, end, in: page).utf8)))
            #expect(page.contains("'sha256-\(hash)'"))
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test func holdsNoValueAndEscapesItsTitle() throws {
        let page = try page()
        #expect(!page.contains("hunter2"))
        #expect(page.contains("<title>Audit &lt;of&gt; &quot;all&quot;</title>"))
    }

    @Test func isWholeWithoutTheScript() throws {
        let page = try page()
        let body = try between("<body>", "<script>", in: page)
        #expect(body.contains("NOT CONFIGURED") && body.contains("JWT_SECRET") && body.contains("It must be set"))
        #expect(body.contains("<form class=\"filters\" id=\"filters\" hidden>"))
    }

    @Test func linksLeadToFindings() throws {
        let page = try page()
        let ids = Set(page.split(separator: " id=\"").dropFirst().compactMap { $0.split(separator: "\"").first })
        for part in page.split(separator: "href=\"#").dropFirst() {
            let target = try #require(part.split(separator: "\"").first)
            #expect(ids.contains(target), "\(target)")
        }
    }

    @Test func tagsAreBalanced() throws {
        let page = try between("<body>", "</body>", in: try page())
        for tag in [
            "div", "section", "article", "table", "thead", "tbody", "tr", "td", "th", "ul", "ol", "li", "p", "span",
            "a", "form", "svg",
        ] {
            let opened = page.split(separator: "<\(tag)", omittingEmptySubsequences: false).dropFirst()
                .count { $0.first == " " || $0.first == ">" }
            let closed = page.split(separator: "</\(tag)>", omittingEmptySubsequences: false).count - 1
            #expect(opened == closed, "\(tag)")
        }
    }
}
