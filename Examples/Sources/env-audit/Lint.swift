import ArgumentParser
import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import Terminal

/// The lines of an env file that programs read differently.
struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the lines of an env file that Compose, Node, Python and Bash read differently."
    )

    @Argument(help: "The env file.") var file: String
    @Option(help: "The dialect that is meant.") var dialect = "compose"

    func run() throws {
        try reportingErrors {
            let meant = try DotEnvDialect(argument: dialect)
            let bytes = try AuditInputs.read(file)
            let dialects = [meant] + DotEnvDialect.all.filter { $0 != meant }
            let findings = DotEnvPortability.findings(in: bytes, dialects: dialects)
            for finding in findings { Console.print("\(file): \(finding)") }
            guard findings.isEmpty else { throw ExitCode(1) }
            Console.print("\(file): every program reads it alike.")
        }
    }
}
