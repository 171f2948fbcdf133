import ArgumentParser
import EnvSchemaAudit
import Terminal

/// All that is known of one variable.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Explains one variable, service by service.")

    @Argument(help: "The variable.") var name: String
    @OptionGroup var inputs: InputOptions

    func run() throws {
        try reportingErrors {
            let report = try inputs.report()
            guard let text = report.explanation(of: name) else {
                let names = report.variableNames.joined(separator: ", ")
                throw ValidationError("No service declares or has '\(name)'. Known are \(names).")
            }
            Console.print(text)
        }
    }
}
