import EnvSchema
import EnvSchemaTools
import GroundworkTestProcesses
import Testing

@Suite struct EnvDocumentTests {
    private let documents = [
        EnvDocuments.variables([SampleManifests.auth, SampleManifests.chat]),
        EnvDocuments.secrets([SampleManifests.auth, SampleManifests.chat]),
        EnvDocuments.example(SampleManifests.auth),
        EnvDocuments.jsonSchema(SampleManifests.auth),
    ]

    @Test func theSameSchemasGiveTheSameText() {
        #expect(EnvDocuments.variables([SampleManifests.auth, SampleManifests.chat]) == documents[0])
        #expect(EnvDocuments.secrets([SampleManifests.chat, SampleManifests.auth]).body.contains("JWT_SECRET"))
        for document in documents { #expect(document.difference(from: document.text) == nil) }
    }

    @Test func textByHandStays() throws {
        let document = documents[0]
        let old =
            "# Our variables\r\n\r\nBy hand.\n<!-- groundwork:begin variables -->\nold\n<!-- groundwork:end variables -->\nBelow."
        let new = try document.updating(old)
        #expect(
            new.hasPrefix("# Our variables\r\n\r\nBy hand.\n<!-- groundwork:begin variables -->\n## auth-service\n")
        )
        #expect(new.hasSuffix("<!-- groundwork:end variables -->\nBelow."))
        #expect(!new.contains("\nold\n"))
        #expect(try document.updating(new) == new)
        #expect(document.difference(from: new) == nil)
    }

    @Test func aStaleDocumentIsNamedWithItsFirstLine() throws {
        let document = documents[0]
        #expect(document.difference(from: nil)?.description == "ENVIRONMENT_VARIABLES.md:1: there is no such file")
        let lines = document.text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        var changed = lines
        changed[8] += " "
        #expect(document.difference(from: changed.joined(separator: "\n"))?.line == 9)
        var shorter = lines
        shorter.remove(at: lines.count - 3)
        #expect(document.difference(from: shorter.joined(separator: "\n"))?.reason == "lines are missing")
        var longer = lines
        longer.insert("more", at: lines.count - 2)
        #expect(document.difference(from: longer.joined(separator: "\n"))?.reason == "there are lines too many")
        #expect(document.difference(from: lines.joined(separator: "\r\n")) == nil)
        #expect(documents[3].difference(from: documents[3].text + "x")?.document == "environment.schema.json")
    }

    @Test func markersThatAreMissingOrRepeatedAreRefused() {
        let begin = "<!-- groundwork:begin variables -->"
        let end = "<!-- groundwork:end variables -->"
        for text in [
            "", "x", begin, end, "\(end)\n\(begin)", "\(begin)\n\(begin)\n\(end)", "\(begin)\n\(end)\n\(end)",
            "a \(begin)\n\(end)",
        ] {
            #expect(throws: EnvDocumentError.self) { try documents[0].updating(text) }
            #expect(documents[0].difference(from: text) != nil)
        }
    }

    @Test func theVariablesPageShowsEverything() {
        let text = documents[0].text
        for piece in [
            "# Environment variables", "## auth-service", "Signs people in.", "### Mail", "`PORT`",
            "integer, from 1 to 65535", "`3001`",
            "one of resend, smtp, log", "must match auth-service", "should be shared", "yes, not in preview",
            "Also read from `SENTRY_URL`.",
            "Deprecated: `RAVEN_DSN`.", "`DATABASE_URL_FILE` may name a file",
            "Reason: Resend sends nothing without a key", "matching \\[a-z\\]+",
            "Note: 3001.", "May be empty.", "**yes**", "Example: `groundwork`.",
        ] { #expect(text.contains(piece), "\(piece)") }
    }

    @Test func theSecretsPageDerivesTheOrderOfRotation() throws {
        let text = documents[1].text
        let order = try #require(
            text.split(separator: "## Rotation order").last?.split(separator: "## After a leak").first
        )
        let lines = order.split(separator: "\n").filter { $0.first?.isNumber == true }
        #expect(
            lines == [
                "1. `RESEND_API_KEY`: old and new value overlap; restart auth-service.",
                "2. `DATABASE_URL`: no overlap; restart auth-service.",
                "3. `DATABASE_URL`: no overlap; restart chat-service.",
                "4. `JWT_SECRET`: no overlap; restart auth-service and chat-service together.",
            ]
        )
        #expect(text.contains("1. `JWT_SECRET`: 2 of 2 services; whoever has it can make tokens"))
        #expect(text.contains("1Password, vault Backend"))
        #expect(text.contains("1. Make a key in Resend."))
        #expect(!text.contains("PORT"))
    }

    @Test func withOverlapTheOwnerRestartsLast() {
        func manifest(_ service: String) -> SchemaManifest {
            var jwt = SampleManifests.secret("JWT", .hs256, "Key", sharing: .mustMatch("auth"))
            jwt.secret?.allowsOverlap = true
            return SchemaManifest(service: service, variables: [jwt])
        }
        let text = EnvDocuments.secrets([manifest("auth"), manifest("chat"), manifest("mail")]).text
        #expect(text.contains("restart chat, then mail, then auth."))
    }

    @Test func theExampleIsReadBackWithoutAWarning() throws {
        for manifest in [SampleManifests.auth, SampleManifests.chat, SampleManifests.hostile] {
            let text = EnvDocuments.example(manifest).text
            let file = try DotEnvFile(parsing: Array(text.utf8))
            #expect(file.warnings.isEmpty)
            let required = manifest.variables.filter { $0.requirement.base == .required }.map(\.name)
            #expect(file.entries.map(\.name).sorted() == required.sorted())
        }
        let file = try DotEnvFile(parsing: Array(EnvDocuments.example(SampleManifests.auth).text.utf8))
        #expect(file.entries.first { $0.name == "SITE" }?.value == "groundwork")
        #expect(file.entries.first { $0.name == "JWT_SECRET" }?.value == "")
        #expect(EnvDocuments.example(SampleManifests.auth).text.contains("# PORT=3001"))
    }

    @Test func hostileTextsStayInTheirPlace() throws {
        let page = EnvDocuments.variables([SampleManifests.hostile])
        #expect(!page.body.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{7}" })
        let row = try #require(page.body.split(separator: "\n").first { $0.hasPrefix("| `EVIL`") })
        // Seven cells: eight bars that are not escaped.
        let bars = row.utf8.indices.filter {
            row.utf8[$0] == 0x7C && ($0 == row.startIndex || row.utf8[row.utf8.index(before: $0)] != 0x5C)
        }
        #expect(bars.count == 8)
        for document in [
            page, EnvDocuments.secrets([SampleManifests.hostile]), EnvDocuments.example(SampleManifests.hostile),
        ] {
            #expect(document.difference(from: document.text) == nil)
            #expect(try document.updating(document.text) == document.text)
        }
    }

    @Test func anotherMarkdownReaderSeesTheSameTable() async throws {
        let script = """
            import sys
            from markdown_it import MarkdownIt
            html = MarkdownIt("commonmark").enable("table").render(sys.stdin.read())
            assert "<script" not in html and "<strong>b" not in html and "<a " not in html, html
            assert "<code>EVIL</code>" in html
            body = html.split("<tbody>")[1].split("</tbody>")[0]
            assert body.count("<tr>") == 1 or body.count("<tr>") == 2, body
            assert body.count("<td>") == 7 * body.count("<tr>"), body
            assert html.count("<h1>") == 1, html
            print("ok")
            """
        let text = EnvDocuments.variables([SampleManifests.hostile]).text
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            ["-c", script],
            input: Array(text.utf8)
        )
        #expect(String(decoding: output, as: UTF8.self) == "ok\n")
    }
}
