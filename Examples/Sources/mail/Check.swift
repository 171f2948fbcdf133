import ArgumentParser
import Mailer
import Terminal

/// Whether mail would be sent.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prove credentials, TLS and the From domain, and say in words what is wrong. Sends nothing."
    )

    @Option(help: "Give up after this many seconds.")
    var timeout = 30

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout is 1 to 600 seconds.") }
    }

    func run() async throws {
        let (json, timeout) = (json, timeout)
        try await reportingErrors(json: json) {
            let report = try await makeMailer().check(timeout: .seconds(timeout))
            Console.print(json ? Self.json(report) : "\(report)")
            if !report.isReady { throw ExitCode(1) }
        }
    }

    private static func json(_ report: MailCheckReport) -> String {
        let findings = report.findings.map { finding -> JSONText in
            .object([
                ("severity", .string(finding.severity.rawValue)), ("transport", .string(finding.transport)),
                ("subject", .string(finding.subject)), ("message", .string(finding.message)),
                ("advice", .string(finding.advice)),
            ])
        }
        return JSONText.object([("ok", .boolean(report.isReady)), ("findings", .array(findings))]).text
    }
}
