import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import Testing

/// Names and texts from outside that try to break out of each output.
@Suite struct HostileNamesTests {
    static let hostile = [
        "\u{1B}[2J\u{1B}]0;owned\u{7}", "<script>alert(1)</script>", "\"onmouseover=\"alert(1)",
        "'><img src=x onerror=alert(1)>",
        "a|b\n| c | d |", "`x` **bold** [link](javascript:alert(1))", "\u{202E}evil\u{2066}", "x\u{200B}y", "\r\nX: y",
        "$(rm -rf /)",
        "'; rm -rf / #", "\u{9B}31m", "--config=/etc/passwd", "%s%n%x", "</style><script>", "-->", "\u{0}\u{8}",
        "(?<!a)\\1*[", "&lt;&amp;",
        "javascript://%0aalert(1)", "\u{FEFF}A", "é\u{301}\u{20DD}",
    ]

    private static func report(_ name: String) throws -> AuditReport {
        var variable = Make.variable(name, note: name)
        variable.help = name
        variable.group = name
        variable.type.name = name
        variable.deprecatedNames = ["OLD\(name)"]
        let manifest = SchemaManifest(
            service: name,
            summary: name,
            variables: [variable, Make.variable("MISSING \(name)", secret: true)],
            rules: [.require("MISSING \(name)", when: .isSet(name))]
        )
        let values = ServiceValues(
            [name: "${{\(name).\(name)}}", "unknown\(name)": "x", "OTHER": "${{\(name)}}"],
            label: name
        )
        let other = AuditedService(Make.manifest("other", [Make.variable(name, sharing: .mustMatch(name))]))
        return try EnvAudit(
            services: [AuditedService(manifest, values: values), other],
            project: RailwaySnapshot(environment: name),
            mode: EnvMode(rawValue: name)
        ).report()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: scalar != "\n"
        default: false
        }
    }

    @Test(arguments: hostile)
    func noControlCharacterReachesATerminal(_ name: String) throws {
        let text = try Self.report(name).terminalText()
        #expect(!text.unicodeScalars.contains(where: Self.isControl))
    }

    @Test(arguments: hostile)
    func colouredTextHoldsOnlyTheRenderersCodes(_ name: String) throws {
        var options = TerminalOptions()
        options.usesColor = true
        var text = try Self.report(name).terminalText(options)
        for code in ["0", "1", "2", "1;31", "33", "32", "36"] {
            text = text.split(separator: "\u{1B}[\(code)m", omittingEmptySubsequences: false).joined()
        }
        #expect(!text.unicodeScalars.contains(where: Self.isControl))
    }

    @Test(arguments: hostile)
    func aMarkdownTableKeepsItsShape(_ name: String) throws {
        let text = try Self.report(name).markdown()
        #expect(!text.unicodeScalars.contains(where: Self.isControl))
        // A command stands in a span of code, where nothing has a meaning.
        let prose = text.split(separator: "\n").filter { !$0.hasPrefix("  `") }.joined(separator: "\n")
        #expect(!prose.contains("<script") && !prose.contains("<img") && !prose.contains("[link]("))
        for line in text.split(separator: "\n") where line.hasPrefix("| ") {
            let borders = zip(" " + line, line).count { $1 == "|" && $0 != "\\" }
            #expect(borders == 5)
        }
    }

    @Test(arguments: hostile)
    func thePageHoldsNoMarkupFromOutside(_ name: String) throws {
        let text = try Self.report(name).html()
        #expect(!text.unicodeScalars.contains(where: Self.isControl))
        #expect(text.split(separator: "<script", omittingEmptySubsequences: false).count == 2)
        #expect(text.split(separator: "</style", omittingEmptySubsequences: false).count == 2)
        #expect(!text.contains("<img"))
        // Outside of tags and quoted attributes the hostile text has lost its quotes and angle brackets.
        #expect(!text.contains("\"onmouseover"))
    }

    @Test(arguments: hostile)
    func commandsQuoteTheirWordsOrAreLeftOut(_ name: String) throws {
        for finding in try Self.report(name).findings {
            guard let command = finding.command else { continue }
            #expect(!command.unicodeScalars.contains(where: Self.isControl))
            #expect(!command.contains("\n"))
            // What stands outside of single quotes is this tool's own text.
            let bare = command.split(separator: "'\\''", omittingEmptySubsequences: false).joined()
            let outside = bare.split(separator: "'", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 0 }.map(\.element).joined()
            #expect(!outside.contains("rm -rf") && !outside.contains("$(") && !outside.contains("<"))
        }
    }

    @Test(arguments: hostile)
    func jsonReadsBack(_ name: String) throws {
        let report = try Self.report(name)
        let read = try AuditReport(json: Array(try report.json().utf8))
        #expect(read == report)
    }
}
