import ArgumentParser
import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import FoundationEssentials
import Terminal

/// The documents that follow from the schemas.
struct Docs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes ENVIRONMENT_VARIABLES.md, SECRETS_MANAGEMENT.md and an example file for each service."
    )

    @Option(name: .shortAndLong, help: "The folder of the documents.") var directory = "."
    @Flag(help: "Write nothing; exit with 1 when a document is out of date.") var check = false

    func run() throws {
        try reportingErrors {
            var isStale = false
            for (name, document) in try Services.documents() {
                let path = "\(directory)/\(name)"
                let existing =
                    FileManager.default.fileExists(atPath: path)
                    ? String(decoding: try AuditInputs.read(path), as: UTF8.self) : nil
                guard let difference = document.difference(from: existing) else { continue }
                if check {
                    Console.note("\(directory)/\(name): \(difference)")
                    isStale = true
                } else {
                    try document.updating(existing).write(toFile: path, atomically: true, encoding: .utf8)
                    Console.print("\(path) written")
                }
            }
            if isStale { throw ExitCode(1) }
        }
    }
}
