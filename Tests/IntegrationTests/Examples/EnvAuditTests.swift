import FoundationEssentials
import GroundworkTestProcesses
import Testing

/// `env-audit`, run as users run it.
@Suite struct EnvAuditTests {
    private static let folder = "\(TestTools.packageRoot)/Examples/Environment"

    private func run(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> ChildProcess.Outcome {
        var configuration = ChildProcess.Configuration("\(TestTools.examples)/env-audit", arguments)
        configuration.environment.merge(environment) { $1 }
        configuration.outputLimit = 4 << 20
        let outcome = try await ChildProcess.run(configuration, limit: 4 << 20)
        #expect(!outcome.outputText.contains("\u{1B}") && !outcome.errorText.contains("\u{1B}"))
        return outcome
    }

    @Test func auditsByDefaultAndEndsWithOne() async throws {
        let outcome = try await run(["--directory", Self.folder])
        #expect(outcome.exit == .status(1))
        #expect(outcome.outputText.contains("backup-service (NEW)"))
        #expect(outcome.outputText.contains("4 services in production: 5 errors, no warnings"))
    }

    @Test(arguments: [("never", Int32(0)), ("error", 1), ("warning", 1), ("note", 1)])
    func theThresholdDecidesTheExitCode(_ threshold: String, _ code: Int32) async throws {
        let outcome = try await run(["--directory", Self.folder, "--fail-on", threshold])
        #expect(outcome.exit == .status(code))
    }

    @Test(arguments: [("markdown", "### auth-service"), ("json", "{\n"), ("html", "<!DOCTYPE html>")])
    func writesEveryFormat(_ format: String, _ start: String) async throws {
        let outcome = try await run(["-d", Self.folder, "--format", format, "--fail-on", "never"])
        #expect(outcome.exit == .status(0))
        #expect(outcome.outputText.hasPrefix(start))
    }

    @Test func theDocumentsAreUpToDate() async throws {
        let outcome = try await run(["docs", "--check", "--directory", Self.folder])
        #expect(outcome.exit == .status(0), "\(outcome.errorText)")
    }

    @Test func inputThatCannotBeReadEndsWithTwo() async throws {
        let outcome = try await run(["--directory", "/nowhere"])
        #expect(outcome.exit == .status(2))
        #expect(outcome.errorText.hasPrefix("env-audit: /nowhere: "))
        let key = try await run(["--directory", Self.folder], ["ENVSCHEMA_AUDIT_KEY": "short"])
        #expect(key.exit == .status(2))
    }

    @Test(arguments: [["--bogus"], ["explain", "NOTHING"], ["check", "no-service"], ["lint"], ["--dialect", "perl"]])
    func wrongUsageEndsWithSixtyFour(_ arguments: [String]) async throws {
        #expect(try await run(arguments).exit == .status(64))
    }

    @Test func explainsLintsComparesAndChecks() async throws {
        let explained = try await run(["explain", "jwt_secret", "-d", Self.folder])
        #expect(explained.exit == .status(0) && explained.outputText.contains("chat-service: Must match auth"))
        let linted = try await run(["lint", "\(Self.folder)/auth-service.env"])
        #expect(linted.exit == .status(1) && linted.outputText.contains("line 4 reads differently"))
        let same = try await run(["diff", "\(Self.folder)/auth-service.env", "\(Self.folder)/auth-service.env"])
        #expect(same.exit == .status(0) && same.outputText.isEmpty)
        let other = try await run(["diff", "\(Self.folder)/auth-service.env", "\(Self.folder)/chat-service.env"])
        #expect(other.exit == .status(1) && other.outputText.contains("~ PORT\n"))
        #expect(try await run(["check", "--schema-only", "auth-service"]).exit == .status(0))
        #expect(
            try await run(["check", "chat-service", "--file", "\(Self.folder)/auth-service.env"]).exit == .status(1)
        )
        #expect(try await run(["example", "backup-service"]).outputText.contains("AWS_S3_BUCKET=vlvt-backups"))
    }
}
