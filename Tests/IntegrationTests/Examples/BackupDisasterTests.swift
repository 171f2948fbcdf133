import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import Testing

extension ExampleTests {
    /// `backup` on the day when the server is gone, or the backup is not what it should be.
    @Suite struct BackupDisasters {
        /// The URL with another port, where nobody listens.
        private func dead(_ database: String) throws -> String {
            let port = try ExampleScope.cluster.port
            return try ExampleSettings.url(database).replacing(":\(port)/", with: ":1/")
        }

        @Test func withTheNameOfTheDatabaseNoServerIsAsked() async throws {
            try await withDirectory { user, folder in
                let all = try user.changing(["BACKUP_DATABASE_URL": ExampleSettings.url("*")])
                let run = try await all.run(.backup, ["run", "--database", "shop"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(FileManager.default.fileExists(atPath: "\(folder)/backup/shop/manifests"))

                let gone = try user.changing([
                    "BACKUP_DATABASE_URL": dead("*"), "RESTORE_DATABASE_URL": ExampleSettings.url("postgres"),
                ])
                let list = try await gone.run(.backup, ["list", "--database", "shop"])
                #expect(list.exit == .status(0) && list.outputText.hasSuffix("  shop\n"), "\(list.errorText)")
                for command in [["verify"], ["prune", "--delete"], ["restore", "--into", "shop_saved"]] {
                    let outcome = try await gone.run(.backup, command + ["--database", "shop"])
                    #expect(outcome.exit == .status(0), "\(command): \(outcome.errorText)")
                }
                let cluster = try ExampleScope.cluster
                #expect(try await cluster.rowCounts(of: "shop_saved") == cluster.rowCounts(of: "shop"))
                try await cluster.dropDatabase("shop_saved")

                let unclear = try await gone.run(.backup, ["list"])
                #expect(unclear.exit == .status(2) && unclear.errorText.contains("Say --database NAME"))
            }
        }

        @Test func ofTwoServersWithOneNameNoneIsTakenSilently() async throws {
            let (port, url) = (try ExampleScope.cluster.port, try ExampleSettings.url("shop"))
            let other = url.replacing("@127.0.0.1:", with: "@localhost:")
            try await withDirectory(["BACKUP_DATABASE_URL": "\(url) \(other)"]) { user, _ in
                for command in [["list"], ["prune", "--delete"]] {
                    let outcome = try await user.run(.backup, command + ["--database", "shop"])
                    #expect(outcome.exit == .status(2))
                    let hint = "--database shop@127.0.0.1_\(port) or --database shop@localhost_\(port)"
                    #expect(outcome.errorText.contains(hint), "\(outcome.errorText)")
                }
                let list = try await user.run(.backup, ["list", "--database", "shop@localhost_\(port)"])
                #expect(list.exit == .status(0) && list.outputText.contains("backup/shop@localhost_\(port)"))
            }
        }

        @Test func aDrillSaysWithItsExitCodeThatTheBackupIsAtFault() async throws {
            let server = ["DRILL_DATABASE_URL": try ExampleSettings.url("postgres"), "BACKUP_VERIFY": "decoded"]
            try await withDirectory(server) { user, folder in
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let drill = try await user.run(.backup, ["drill"])
                #expect(drill.exit == .status(0), "\(drill.errorText)")
                let path = try "\(folder)/backup/data/\(run.backupID).dump.gz"
                var bytes = try Data(contentsOf: URL(filePath: path))
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: URL(filePath: path))
                let damaged = try await user.run(.backup, ["drill"])
                #expect(
                    damaged.exit == .status(4) && damaged.errorText.contains("dataCorrupted"),
                    "\(damaged.errorText)"
                )
            }
        }

        @Test func aVerificationIsRecordedAndItsExitCodeSaysThatTheBackupIsAtFault() async throws {
            try await withDirectory(["BACKUP_VERIFY": "stored"]) { user, folder in
                let id = try await user.run(.backup, ["run"]).backupID
                func proofs(_ ending: String) -> Int {
                    let folder = "\(folder)/backup/verifications/\(id)"
                    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                    return names.count { $0.hasSuffix("-decoded-\(ending).json") }
                }
                #expect(proofs("passed") == 0)
                let verify = try await user.run(.backup, ["verify"])
                #expect(verify.exit == .status(0), "\(verify.errorText)")
                #expect(verify.outputText.contains("\n  decoded    ") && verify.outputText.contains(" by pg_restore 1"))
                #expect(proofs("passed") == 1 && proofs("failed") == 0)

                let path = "\(folder)/backup/data/\(id).dump.gz"
                var bytes = try Data(contentsOf: URL(filePath: path))
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: URL(filePath: path))
                let damaged = try await user.run(.backup, ["verify", id])
                #expect(damaged.exit == .status(4), "\(damaged.errorText)")
                #expect(damaged.outputText == "" && damaged.errorText.contains("dataCorrupted"))
                #expect(proofs("failed") == 1)
                let json = try await user.run(.backup, ["verify", id, "--json"])
                #expect(json.exit == .status(4) && json.errorText == "")
                #expect(json.outputText.hasPrefix(#"{"ok":false,"error":"dataCorrupted: "#), "\(json.outputText)")
                let absent = try await user.run(.backup, ["verify", "20200125T050000Z\(id.dropFirst(16))"])
                #expect(absent.exit == .status(1), "a backup that is not there is none that is at fault")
            }
        }

        @Test func aDrillSaysWithItsExitCodeThatTheTargetDoesNotHold() async throws {
            let cluster = try ExampleScope.cluster
            try await cluster.createDatabase("growing")
            try await cluster.load(.shop(orders: 50), into: "growing")
            let variables = [
                "DRILL_DATABASE_URL": try ExampleSettings.url("postgres"), "BACKUP_VERIFY": "decoded",
                "RESTORE_TARGET": "1",
            ]
            try await withDirectory(database: "growing", variables) { user, _ in
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                // What was restored in a moment has grown to much more since.
                try await cluster.run(
                    """
                    CREATE UNLOGGED TABLE big (body text);
                    ALTER TABLE big ALTER body SET STORAGE EXTERNAL;
                    INSERT INTO big SELECT repeat('x', 1000000) FROM generate_series(1, 400);

                    """,
                    in: "growing"
                )
                let drill = try await user.run(.backup, ["drill"])
                #expect(drill.exit == .status(4), "\(drill.outputText) \(drill.errorText)")
                #expect(drill.outputText.contains("more than the target"))
            }
            try await cluster.dropDatabase("growing")
        }
    }
}
