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
            let settings = ["DRILL_DATABASE_URL": try ExampleSettings.url("postgres"), "BACKUP_VERIFY": nil]
            try await withDirectory(settings) { user, folder in
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
            }
        }

        @Test func withoutRetentionAllBackupsStayAndLeftoversGo() async throws {
            try await withDirectory(["BACKUP_RETENTION_DAYS": "0", "BACKUP_KEEP_DAILY": "1"]) { user, folder in
                for _ in 0..<2 { #expect(try await user.run(.backup, ["run"]).exit == .status(0)) }
                // Of a run and a doctor that were killed long ago.
                let id = try await user.run(.backup, ["run"]).backupID
                let left = [
                    "data/20200125T050000Z\(id.dropFirst(16)).dump.gz", "check/0123456789abcdef.txt",
                ].map { "\(folder)/backup/\($0)" }
                for path in left { try await Self.write(path, touchedAt: "2020-01-25") }
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(left.filter { FileManager.default.fileExists(atPath: $0) } == [])
                let prune = try await user.run(.backup, ["prune", "--delete"])
                #expect(prune.outputText.contains("0 of 4 backups deleted"), "\(prune.outputText)")
            }
        }

        @Test func whatARunUnderWayHasStoredOutlivesThePruning() async throws {
            try await withDirectory { user, folder in
                let id = try await user.run(.backup, ["run"]).backupID
                let day = Date().addingTimeInterval(-5 * 86_400).formatted(.iso8601)
                let name = "\(day.filter { $0 != "-" && $0 != ":" })\(id.dropFirst(16)).dump.gz"
                let path = "\(folder)/backup/data/\(name)"
                try await Self.write(path, touchedAt: day)
                // A run may take seven days: five days ago it may have begun.
                let long = user.changing(["BACKUP_DEADLINE": "7d"])
                for command in [["prune", "--delete"], ["run"]] {
                    let outcome = try await long.run(.backup, command)
                    #expect(outcome.exit == .status(0), "\(outcome.errorText)")
                    #expect(FileManager.default.fileExists(atPath: path), "\(command) removed it")
                }
                #expect(try await user.run(.backup, ["prune", "--delete"]).exit == .status(0))
                #expect(!FileManager.default.fileExists(atPath: path))
            }
        }

        private static func write(_ path: String, touchedAt date: String) async throws {
            let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("left".utf8).write(to: URL(filePath: path))
            _ = try await ChildProcess.output(of: "/usr/bin/touch", ["-d", date, path])
        }

        @Test func aPinnedBackupStaysUntilItIsUnpinned() async throws {
            let variables = ["BACKUP_RETENTION_DAYS": "0", "BACKUP_KEEP_AT_LEAST": "1"]
            try await withDirectory(variables) { user, _ in
                var ids: [String] = []
                for _ in 0..<2 { ids.append(try await user.run(.backup, ["run"]).backupID) }
                // Two of one second are in the order of their ids.
                ids.sort()
                let pin = try await user.run(.backup, ["pin", ids[0], "--reason", "before the\nmigration"])
                #expect(pin.exit == .status(0) && pin.outputText.contains("is pinned"), "\(pin.errorText)")
                let list = try await user.run(.backup, ["list"]).outputText.split(separator: "\n")
                #expect(list.count == 2 && list[1].contains("  shop  pinned: before the"))
                #expect(try await user.run(.backup, ["prune"]).outputText.contains("it is pinned"))
                let unpin = try await user.run(.backup, ["unpin", ids[0], "--json"])
                #expect(unpin.outputText == "{\"ok\":true,\"id\":\"\(ids[0])\",\"pinned\":false}\n")
                #expect(try await !user.run(.backup, ["prune"]).outputText.contains("it is pinned"))
                #expect(try await user.run(.backup, ["unpin", ids[0]]).outputText.hasSuffix(" was not pinned.\n"))
                #expect(try await user.run(.backup, ["pin", "20200125T050000Z"]).exit == .status(2))
                let absent = "20200125T050000Z\(ids[0].dropFirst(16))"
                let none = try await user.run(.backup, ["pin", absent])
                #expect(none.exit == .status(1) && none.errorText.contains("backupNotFound"))
            }
        }

        @Test func goingFromOneURLToSeveralIsSaidByTheRunAndTheDoctor() async throws {
            try await withDirectory { user, _ in
                let first = try await user.run(.backup, ["run"])
                #expect(first.exit == .status(0) && first.errorText == "", "\(first.errorText)")
                let urls = try "\(ExampleSettings.url("shop")) \(ExampleSettings.url("postgres"))"
                let many = user.changing(["BACKUP_DATABASE_URL": urls])
                let run = try await many.run(.backup, ["run"])
                #expect(run.exit == .status(0))
                #expect(run.errorText.hasPrefix("warning: Backups of "), "\(run.errorText)")
                #expect(run.errorText.contains(" lie in backup too") && run.errorLines.count == 1)
                #expect(run.errorText.contains("BACKUP_FILE_PREFIX to backup."))
                let back = try await user.run(.backup, ["doctor"])
                #expect(back.exit == .status(0) && back.outputText.contains(" lie in backup/shop too"))
                let prefix = user.changing(["BACKUP_FILE_PREFIX": "backup/shop"])
                let verify = try await prefix.run(.backup, ["verify"])
                #expect(verify.exit == .status(0), "the way that is told leads nowhere")
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

        @Test(arguments: ["AWS_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3"])
        func theRunbooksCommandsGoToTheEndpointWhateverItsVariable(_ name: String) async throws {
            try await withLoopbackUser { user, server in
                let user = user.changing(["AWS_S3_ENDPOINT": " "]).changing([name: server.endpoint])
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let page = try await user.run(.backup, ["runbook"]).outputText
                #expect(page.contains(", at `\(server.endpoint)` |"), "\(page)")
                #expect(page.contains("\naws s3 cp s3://backups/backup/data/"))
                #expect(page.contains(".gz backup.dump.gz --endpoint-url \(server.endpoint)\n"))
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
                // The template knew no folders, so it does not matter how many databases there are now.
                let urls = try "\(ExampleSettings.url("shop")) \(ExampleSettings.url("other"))"
                let several = user.changing(["BACKUP_DATABASE_URL": urls])
                for option in [[], ["--database", "shop"]] {
                    let among = try await several.run(.backup, ["list", "--legacy"] + option)
                    #expect(among.outputText == list.outputText, "\(among.errorText)")
                }
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
