import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import S3CompatTesting
import Testing

/// A program of `Examples`.
enum ExampleProgram: String, Sendable {
    case backup, store, demo

    var path: String { "\(TestTools.examples)/\(rawValue)" }
}

/// Somebody who runs the programs: with an environment and a temporary directory of their own.
struct ExampleUser: Sendable {
    var environment: [String: String]
    /// Nothing that is printed may hold one of these.
    var secrets: [String]
    /// A folder for the user's files.
    let folder: String

    var temporaryDirectory: String { "\(folder)/tmp" }

    /// Calls `body` with a user, and expects that nothing of the programs is left in their temporary directory.
    static func with<Result>(
        _ environment: [String: String] = [:],
        secrets: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (ExampleUser) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { folder in
            var all = ChildProcess.cleanEnvironment
            all["HOME"] = folder
            all["TMPDIR"] = "\(folder)/tmp"
            all.merge(environment) { $1 }
            try FileManager.default.createDirectory(atPath: "\(folder)/tmp", withIntermediateDirectories: false)
            let secretNames = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "R2_SECRET_ACCESS_KEY"]
            let known = secretNames.compactMap { environment[$0] }
            let user = ExampleUser(environment: all, secrets: secrets + known, folder: folder)
            let result = try await body(user)
            let left = try FileManager.default.contentsOfDirectory(atPath: user.temporaryDirectory)
            #expect(left == [], "left in the temporary directory", sourceLocation: sourceLocation)
            return result
        }
    }

    /// A copy with other variables; nil removes one.
    func changing(_ changes: [String: String?]) -> ExampleUser {
        var copy = self
        for (name, value) in changes { copy.environment[name] = value }
        return copy
    }

    /// How a program is started.
    func configuration(_ program: ExampleProgram, _ arguments: [String], input: [UInt8] = [])
        -> ChildProcess.Configuration
    {
        configuration(program.path, arguments, input: input)
    }

    /// How any program is started in this user's place.
    func configuration(_ program: String, _ arguments: [String], input: [UInt8] = []) -> ChildProcess.Configuration {
        var configuration = ChildProcess.Configuration(program, arguments)
        configuration.environment = environment
        configuration.standardInput = input
        configuration.outputLimit = 16 << 20
        return configuration
    }

    /// Runs a program to its end. No secret may show, and nothing that only a terminal understands.
    func run(
        _ program: ExampleProgram,
        _ arguments: [String],
        input: [UInt8] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Outcome {
        let outcome = try await ChildProcess.run(configuration(program, arguments, input: input), limit: 64 << 20)
        expectNoSecret(outcome, sourceLocation)
        let isPlain = [outcome.outputText, outcome.errorText].allSatisfy {
            !$0.contains("\r") && !$0.contains("\u{1B}")
        }
        #expect(isPlain, "control characters without a terminal", sourceLocation: sourceLocation)
        return outcome
    }

    /// Runs a program on a terminal and types Ctrl-C when `pattern` shows; what shows is in the outcome's output.
    func runOnTerminal(
        _ program: ExampleProgram,
        _ arguments: [String],
        typingInterruptAt pattern: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Outcome {
        let outcome = try await ChildProcess.run(
            configuration(
                TestTools.program("python"),
                [TestTools.support("terminal.py"), pattern, program.path] + arguments
            )
        )
        expectNoSecret(outcome, sourceLocation)
        return outcome
    }

    func expectNoSecret(_ outcome: ChildProcess.Outcome, _ sourceLocation: SourceLocation) {
        for secret in secrets where !secret.isEmpty {
            let shows = outcome.outputText.contains(secret) || outcome.errorText.contains(secret)
            #expect(!shows, "a secret shows", sourceLocation: sourceLocation)
        }
    }
}

extension ChildProcess.Outcome {
    /// What `backup run` calls the backup that it made.
    var backupID: String {
        get throws {
            let line = try #require(outputText.split(separator: "\n").first)
            #expect(line.hasPrefix("Backup "))
            return String(line.dropFirst("Backup ".count))
        }
    }

    /// The lines of standard error.
    var errorLines: [String] { errorText.split(separator: "\n").map(String.init) }
}
