import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// What `backup` offers beside backups: drill, prune, doctor, runbook, the objects of the template.
    @Suite struct BackupTools {
        @Test func aDrillSaysHowLongARestoreTakesAndWhetherTheTargetHolds() async throws {
            try await withDirectory(["DRILL_DATABASE_URL": try ExampleSettings.url("postgres")]) { user, folder in
                let cluster = try ExampleScope.cluster
                let before = try await cluster.databases()
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(run.outputText.contains("\n  verified   restored in "))
                let drill = try await user.run(.backup, ["drill"])
                #expect(drill.exit == .status(0), "\(drill.errorText)")
                #expect(drill.outputText.contains("  compared   "))
                let late = try await user.changing(["RESTORE_TARGET": "1ms"]).run(.backup, ["drill"])
                #expect(late.exit == .status(2), "a target of no length was taken")
                #expect(try await cluster.databases() == before)
                let page = try await user.run(.backup, ["runbook"]).outputText
                #expect(page.contains("The last drill, of `2") && page.contains(" holds."))
                let status = try String(contentsOfFile: "\(folder)/backup/status.html", encoding: .utf8)
                #expect(status.contains("restored"))
            }
        }

        @Test func pruningIsADryRunUnlessAsked() async throws {
            try await withDirectory { user, _ in
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                let dry = try await user.run(.backup, ["prune"])
                #expect(dry.exit == .status(0), "\(dry.errorText)")
                #expect(dry.outputText.contains("keep  ") && dry.outputText.contains("0 of 1 backups would be deleted"))
                let wet = try await user.run(.backup, ["prune", "--delete", "--json"])
                #expect(wet.outputText.hasPrefix(#"{"ok":true,"dryRun":false,"#))
                let none = try await user.changing(["BACKUP_RETENTION_DAYS": "0"]).run(.backup, ["prune"])
                #expect(none.exit == .status(2))
            }
        }

        @Test func theDoctorPassesAndSpeaksJSON() async throws {
            try await withDirectory { user, folder in
                let outcome = try await user.run(.backup, ["doctor"])
                #expect(outcome.exit == .status(0), "\(outcome.outputText)")
                #expect(outcome.outputText.contains("\nok       store      conditional put"))
                #expect(outcome.outputText.contains("BACKUP_DATABASE_URL  It is set."))
                let json = try await user.run(.backup, ["doctor", "--json"])
                let program = "import json,sys; d=json.load(sys.stdin); print(d['ready'], len(d['findings']) > 20)"
                let read = try await ChildProcess.output(
                    of: TestTools.program("python"),
                    ["-c", program],
                    input: json.standardOutput
                )
                #expect(String(decoding: read, as: UTF8.self) == "True True\n")
                let broken = user.changing(["BACKUP_DATABASE_URL": try ExampleSettings.url("absent")])
                #expect(try await broken.run(.backup, ["doctor"]).exit == .status(1))
                let left = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/backup")) ?? []
                #expect(left.filter { $0 != "check" } == [])
            }
        }

        @Test func theRunbooksOwnCommandsRestoreTheDatabase() async throws {
            try await withDirectory { user, _ in
                let cluster = try ExampleScope.cluster
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                let page = try await user.run(.backup, ["runbook"]).outputText
                #expect(page.hasPrefix("# Restore shop\n"))
                #expect(page.contains("| newest | `2") && page.contains("**Nobody.**"))
                let blocks = page.components(ofLanguage: "bash")
                try #require(blocks.count == 2)
                let rows = try await cluster.rowCounts(of: "shop")
                let path = "\(TestTools.examples):\(cluster.binaries):\(user.environment["PATH"] ?? "")"
                let admin = user.changing([
                    "PATH": path, "PGHOST": "127.0.0.1", "PGPORT": "\(cluster.port)", "PGUSER": cluster.user,
                    "PGPASSWORD": cluster.password.withValue { $0 },
                ])
                for block in blocks {
                    var configuration = admin.configuration("bash", ["-e", "-c", block])
                    configuration.workingDirectory = user.folder
                    let outcome = try await ChildProcess.run(configuration)
                    #expect(outcome.exit == .status(0), "\(block): \(outcome.errorText)")
                    #expect(try await cluster.rowCounts(of: "shop_restored") == rows)
                    try await cluster.dropDatabase("shop_restored")
                }
            }
        }

        @Test func objectsOfTheTemplateAreListedAndRestored() async throws {
            try await withDirectory { user, folder in
                let cluster = try ExampleScope.cluster
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let name = "backup-2026-01-25T05-00-00-123Z.tar.gz"
                let dump = try await ChildProcess.run(
                    user.changing([
                        "PGHOST": "127.0.0.1", "PGPORT": "\(cluster.port)", "PGUSER": cluster.user,
                        "PGPASSWORD": cluster.password.withValue { $0 },
                    ]).configuration(
                        "bash",
                        ["-ec", "\(cluster.binaries)/pg_dump --dbname=shop --format=tar | gzip > '\(folder)/\(name)'"]
                    )
                )
                #expect(dump.exit == .status(0), "\(dump.errorText)")
                let list = try await user.run(.backup, ["list", "--legacy"])
                #expect(list.outputText.hasPrefix("\(name)  2026-01-25T05:00:00Z  "))
                let restore = try await user.run(.backup, ["restore", "--key", name, "--into", "from_template"])
                #expect(restore.exit == .status(0), "\(restore.errorText)")
                #expect(try await cluster.rowCounts(of: "from_template") == cluster.rowCounts(of: "shop"))
                try await cluster.dropDatabase("from_template")
            }
        }
    }
}

extension String {
    /// The code blocks of a language in a page of Markdown.
    fileprivate func components(ofLanguage language: String) -> [String] {
        var blocks: [String] = []
        var block: [Substring]?
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```\(language)" {
                block = []
            } else if line == "```" {
                if let block { blocks.append(block.joined(separator: "\n")) }
                block = nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }
}
