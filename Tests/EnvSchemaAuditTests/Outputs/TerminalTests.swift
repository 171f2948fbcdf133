import EnvSchema
import EnvSchemaAudit
import Testing

@Suite struct TerminalTests {
    private func report() throws -> AuditReport {
        try audit(
            [
                Make.variable("PORT", note: "3001"),
                Make.variable("JWT_SECRET", secret: true, note: "Same across all services"),
                Make.variable("名前", .optional, note: "ワイド"),
            ],
            values: ["PORT": "3001"]
        )
    }

    @Test func showsTheTableAndTheFindings() throws {
        let text = try report().terminalText()
        #expect(
            text == """
                api-service
                  VARIABLE    CURRENT STATUS  SECRET?  NOTES
                  PORT        Configured      No       3001
                ✗ JWT_SECRET  NOT CONFIGURED  YES      Same across all services
                  名前        Optional        No       ワイド

                ERRORS
                ✗ api-service JWT_SECRET [missing]
                    It must be set and is absent.
                    → Set it to a text. Help of JWT_SECRET.
                      IFS= read -rs value && printf %s "$value" | railway variable set JWT_SECRET --stdin --service api-service; unset value

                1 service in production: 1 error, no warnings, no notes

                """
        )
    }

    @Test(arguments: [40, 60, 80])
    func foldsTablesAndWordsToTheWidth(_ width: Int) throws {
        var options = TerminalOptions()
        options.width = width
        for line in try report().terminalText(options).split(separator: "\n") where !line.contains("railway variable") {
            #expect(VisibleText.columns(String(line)) <= max(width, 60), "\(line)")
        }
    }

    @Test func coloursNeedATerminalThatWantsThem() {
        #expect(TerminalOptions(isTerminal: true, columns: 80, environment: [:]).usesColor)
        #expect(!TerminalOptions(isTerminal: false, columns: 80, environment: [:]).usesColor)
        #expect(!TerminalOptions(isTerminal: true, columns: 80, environment: ["NO_COLOR": "1"]).usesColor)
        #expect(TerminalOptions(isTerminal: true, columns: 80, environment: ["NO_COLOR": ""]).usesColor)
        #expect(!TerminalOptions(isTerminal: true, columns: 80, environment: ["TERM": "dumb"]).usesColor)
        #expect(TerminalOptions(isTerminal: false, columns: nil, environment: ["COLUMNS": "72"]).width == 72)
        #expect(TerminalOptions(isTerminal: false, columns: 3, environment: [:]).width == 40)
    }

    @Test func theExitCodeFollowsTheThreshold() throws {
        let warnings = try audit([Make.variable("A", .optional)], values: ["A": ""])
        #expect(warnings.exitCode() == 0)
        #expect(warnings.exitCode(failingFrom: .warning) == 1)
        #expect(try report().exitCode() == 1)
        #expect(try audit([], values: [:]).exitCode(failingFrom: .note) == 0)
    }
}
