import ArgumentParser
import EnvSchema
import Terminal

/// Whether one service would start.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Loads a service's schema from a file or the own environment and lists every problem."
    )

    @Argument(help: "The service.") var service: String
    @Option(name: .shortAndLong, help: "An env file; without it the environment of this process is read.")
    var file: String?
    @Option(help: "The kind of environment: production, preview, development, test, build.")
    var mode = "production"
    @Flag(help: "Check the schema itself, without any environment.")
    var schemaOnly = false

    func run() throws {
        let schema = try Services.named(service)
        do {
            if schemaOnly {
                try schema.check()
            } else {
                try load(schema)
            }
            Console.print("\(service): everything is in order.")
        } catch {
            Console.note("\(error)")
            throw ExitCode(1)
        }
    }

    private func load(_ schema: (some EnvSchema).Type) throws(EnvErrors) {
        let source = file.map { EnvSource.file($0) } ?? .process
        _ = try schema.load(from: [source], mode: EnvMode(rawValue: mode)) { Console.note("\($0)") }
    }
}
