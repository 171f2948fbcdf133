import ArgumentParser
import EnvSchema
import EnvSchemaAudit
import FoundationEssentials
import Terminal

@main
struct EnvAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env-audit",
        abstract: "Compares what services declare with what they have.",
        discussion: """
            Exit codes: 0 nothing at or above the threshold, 1 findings, 2 input that cannot be read, 64 wrong usage. \
            No output ever holds a value.
            """,
        subcommands: [Audit.self, Check.self, Docs.self, Example.self, Explain.self, Lint.self, Diff.self],
        defaultSubcommand: Audit.self
    )
}

/// Runs `work` and turns an error into one sentence and the exit code 2.
func reportingErrors(_ work: () throws -> Void) throws {
    do { try work() } catch let exit as ExitCode { throw exit } catch let error as ValidationError { throw error } catch
    {
        Console.note("env-audit: \(error)")
        throw ExitCode(2)
    }
}

/// Where the inputs are, and how they are read.
struct InputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Folder with NAME.env, NAME.variables.json, railway-config.json, ...")
    var directory = "."

    @Option(help: "The kind of environment: production, preview, development, test, build.")
    var mode = "production"

    @Option(help: "The dialect of env files: compose, node, python, bash.")
    var dialect = "compose"

    /// Audits the folder. `ENVSCHEMA_AUDIT_KEY` of the own environment is the key of fingerprints.
    func report() throws -> AuditReport {
        let inputs = try AuditInputs(
            directory: directory,
            manifests: try Services.manifests(),
            dialect: try DotEnvDialect(argument: dialect)
        )
        var audit = EnvAudit(services: inputs.services, project: inputs.project, mode: EnvMode(rawValue: mode))
        audit.key = try AuditKey(environment: ProcessInfo.processInfo.environment)
        return try audit.report()
    }
}

extension DotEnvDialect {
    /// The dialect of an argument.
    init(argument: String) throws {
        guard let dialect = DotEnvDialect.all.first(where: { $0.rawValue == argument }) else {
            let names = DotEnvDialect.all.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no dialect '\(argument)'; known are \(names).")
        }
        self = dialect
    }
}

extension Services {
    /// The service of this name.
    static func named(_ name: String) throws -> any EnvSchema.Type {
        guard let service = all.first(where: { $0.serviceName == name }) else {
            let names = all.map { $0.serviceName }.joined(separator: ", ")
            throw ValidationError("There is no service '\(name)'; known are \(names).")
        }
        return service
    }
}
