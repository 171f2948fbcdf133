import ArgumentParser
import EnvSchema
import EnvSchemaTools
import Terminal

/// An env file to start from.
struct Example: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints an env file to copy and fill in.")

    @Argument(help: "The service.") var service: String

    func run() throws {
        let text = EnvDocuments.example(try Services.named(service).manifest).text
        Console.print(String(text.dropLast()))
    }
}
