import EnvSchema
import EnvSchemaAudit
import FoundationEssentials

/// usage: env-bench parse FILE DIALECT | read FILE | load | audit
///
/// Each prints the best and the middle time of many rounds in seconds of processor time, and what was done.
@main struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "parse": try parse(Array(arguments.dropFirst()))
        case "read": try read(Array(arguments.dropFirst()))
        case "load": try load()
        case "audit": try audit()
        default: print("usage: env-bench parse FILE DIALECT | read FILE | load | audit")
        }
    }

    private static func parse(_ arguments: [String]) throws {
        guard arguments.count == 2 else { return print("usage: env-bench parse FILE DIALECT") }
        let bytes = try EnvFileReader.read(path: arguments[0])
        let options = DotEnvOptions(dialect: DotEnvDialect(rawValue: arguments[1]))
        var entries = 0
        try measure(rounds: 60) { entries = try DotEnvFile(parsing: bytes, options: options).entries.count }
        print("bytes \(bytes.count) entries \(entries)")
    }

    /// The file as a source of values: read, parsed and ready to be asked.
    private static func read(_ arguments: [String]) throws {
        guard let path = arguments.first else { return print("usage: env-bench read FILE") }
        var entries = 0
        try measure(rounds: 20) {
            entries = try DotEnvFile(parsing: EnvFileReader.read(path: path)).entries.count
        }
        print("entries \(entries)")
    }

    private static func load() throws {
        let environment = FortyVariables.environment
        // What a service pays at its start: the first load reads the declarations too.
        try measure(rounds: 1) { _ = try FortyVariables.load(environment) }
        try measure(rounds: 300) { _ = try FortyVariables.load(environment) }
        print("variables \(FortyVariables.variables.count)")
    }

    private static func audit() throws {
        let services = Fleet.services(count: 50, variables: 100)
        var cells = 0
        try measure(rounds: 5) {
            let report = try EnvAudit(services: services).report()
            cells = report.services.reduce(0) { $0 + $1.cells.count }
        }
        print("cells \(cells)")
    }

    private static func measure(rounds: Int, _ work: () throws -> Void) rethrows {
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = processorTime()
            try work()
            times.append(processorTime() - start)
        }
        times.sort()
        print("best \(times[0]) middle \(times[times.count / 2])")
    }
}
