import ArgumentParser
import EnvSchemaAudit
import FoundationEssentials
import Terminal

/// The audit itself.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Audits all services (what is done by default).")

    enum Format: String, ExpressibleByArgument, CaseIterable { case terminal, markdown, json, html }
    enum Threshold: String, ExpressibleByArgument, CaseIterable { case error, warning, note, never }

    @OptionGroup var inputs: InputOptions

    @Option(name: .shortAndLong, help: "The form of the report.")
    var format = Format.terminal

    @Option(name: .shortAndLong, help: "Write the report to this file instead of standard output.")
    var output: String?

    @Option(help: "The least severity that gives the exit code 1.")
    var failOn = Threshold.error

    @Option(help: "The columns of the terminal.")
    var width: Int?

    @Flag(help: "Show the tables alone.")
    var tables = false

    func run() throws {
        try reportingErrors {
            let report = try inputs.report()
            let text = try render(report)
            if let output {
                try text.write(toFile: output, atomically: true, encoding: .utf8)
            } else {
                Console.print(String(text.hasSuffix("\n") ? text.dropLast() : text[...]))
            }
            let threshold = AuditFinding.Severity(rawValue: failOn.rawValue)
            if let threshold, report.exitCode(failingFrom: threshold) != 0 { throw ExitCode(1) }
        }
    }

    private func render(_ report: AuditReport) throws -> String {
        switch format {
        case .markdown: return report.markdown(showsFindings: !tables)
        case .json: return try report.json()
        case .html: return try report.html()
        case .terminal:
            var options = TerminalOptions(
                isTerminal: output == nil && Console.outputIsTerminal,
                columns: width ?? Console.columns,
                environment: ProcessInfo.processInfo.environment
            )
            options.showsFindings = !tables
            return report.terminalText(options)
        }
    }
}
