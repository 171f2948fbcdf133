import ArgumentParser
import EnvSchema
import EnvSchemaAudit
import Terminal

/// How two sources differ.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares two sources by name; values are compared and never shown.",
        discussion:
            "A file that ends with .json is the output of `railway variable list --json`, any other an env file."
    )

    @Argument(help: "The first file.") var first: String
    @Argument(help: "The second file.") var second: String
    @Option(help: "The dialect of env files.") var dialect = "compose"

    func run() throws {
        try reportingErrors {
            let difference = ValuesDifference(try values(first), try values(second))
            if !difference.text.isEmpty { Console.print(String(difference.text.dropLast())) }
            guard difference.isEmpty else { throw ExitCode(1) }
        }
    }

    private func values(_ path: String) throws -> ServiceValues {
        let bytes = try AuditInputs.read(path)
        if path.hasSuffix(".json") { return try ServiceValues(railwayVariables: bytes, label: path) }
        return try ServiceValues(environmentFile: bytes, label: path, dialect: try DotEnvDialect(argument: dialect))
    }
}
