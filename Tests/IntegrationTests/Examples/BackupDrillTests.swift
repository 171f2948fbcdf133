import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// `backup drill`.
    @Suite struct BackupDrill {
        @Test func aThrowAwayServerProvesTheLatestBackup() async throws {
            try await withLoopbackUser { user, server in
                let run = try await user.run(.backup, ["run", "--quiet"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let drill = try await user.changing(["RESTORE_TARGET": "30min"]).run(.backup, ["drill", "--quiet"])
                #expect(drill.exit == .status(0), "\(drill.errorText)")
                #expect(drill.outputText.contains(" restores\n  place      a throw-away server, PostgreSQL"))
                #expect(drill.outputText.contains("  target     holds: The restore took "))
                #expect(drill.outputText.contains("within the target of 30 min."))
                #expect(server.keys(in: "backups").contains { $0.hasSuffix("-restored-passed.json") })
            }
        }

        @Test func aGivenServerIsUsedAndKeepsNothing() async throws {
            try await withLoopbackUser { user, server in
                let cluster = try ExampleScope.cluster
                let before = try await cluster.databases()
                let user = user.changing(["DRILL_DATABASE_URL": try ExampleSettings.url("postgres")])
                #expect(try await user.run(.backup, ["run", "--quiet"]).exit == .status(0))
                let drill = try await user.run(.backup, ["drill", "--contents", "--json"])
                #expect(drill.exit == .status(0), "\(drill.errorText)")
                #expect(drill.outputText.contains(#""holds":true"#))
                #expect(try await cluster.databases() == before)
            }
        }
    }
}
