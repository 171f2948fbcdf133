import ArgumentParser
import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import Terminal

/// The documents that follow from the schema.
struct VariablesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "variables",
        abstract: "Write ENVIRONMENT_VARIABLES.md and .env.example from the declarations of the variables."
    )

    @Option(name: .shortAndLong, help: "The folder of the documents.") var directory = "."
    @Flag(help: "Write nothing; exit with 1 when a document is out of date.") var check = false

    func run() throws {
        let manifest = try BackupEnvironment.manifest
        var isStale = false
        for document in [EnvDocuments.variables([manifest]), EnvDocuments.example(manifest)] {
            let path = "\(directory)/\(document.name)"
            let existing = try? String(contentsOfFile: path, encoding: .utf8)
            guard let difference = document.difference(from: existing) else { continue }
            if check {
                Console.note("\(path): \(difference)")
                isStale = true
            } else {
                try document.updating(existing).write(toFile: path, atomically: true, encoding: .utf8)
                Console.print("\(path) written")
            }
        }
        if isStale { throw ExitCode(1) }
    }
}
