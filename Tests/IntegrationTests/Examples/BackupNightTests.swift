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
    /// `backup` as it runs where nobody watches.
    @Suite struct BackupNights {
        @Test func everyProblemOfTheEnvironmentIsToldAtOnce() async throws {
            let wrong = [
                "BACKUP_DATABASE_URL": "mysql://u:geheim@h/d", "BACKUP_CRON_SCHEDULE": "61 * * * *",
                "RUN_ON_STARTUP": "perhaps", "AWS_ACCESS_KEY_ID": "half", "BACKUP_VERIFY": "hoped",
            ]
            try await ExampleUser.with(wrong, secrets: ["geheim"]) { user in
                for command in [["run"], ["serve"], [], ["doctor"]] {
                    let outcome = try await user.run(.backup, command)
                    #expect(outcome.exit == .status(2))
                    let text = outcome.errorText + outcome.outputText
                    for name in wrong.keys { #expect(text.contains(name), "\(command) \(name): \(text)") }
                    #expect(text.contains("AWS_S3_ENDPOINT"), "the store is not told of")
                }
            }
        }

        @Test func theDocumentsOfTheVariablesAreUpToDate() async throws {
            try await ExampleUser.with { user in
                let outcome = try await user.run(
                    .backup,
                    ["variables", "--check", "--directory", "\(PackageRoot.path)/Examples/Backup"]
                )
                #expect(outcome.exit == .status(0), "\(outcome.errorText)")
            }
        }

        @Test func aRunLeavesAProofAHistoryAndAPage() async throws {
            try await withDirectory { user, folder in
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let id = try run.backupID
                #expect(run.outputText.contains("\n  verified   decoded in "))
                let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/backup")
                #expect(
                    Set(names).isSuperset(of: ["history.json", "status.html", "data", "manifests", "verifications"])
                )
                let proofs = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/backup/verifications/\(id)")
                #expect(proofs.count == 1 && proofs.allSatisfy { $0.hasSuffix("-decoded-passed.json") })
                let page = try String(contentsOfFile: "\(folder)/backup/status.html", encoding: .utf8)
                #expect(page.contains("shop") && !page.contains("http://") && page.utf8.count < 200_000)
            }
        }

        @Test func withTheVariablesOfTheTemplateAloneANightIsRestoredForProof() async throws {
            try await withDirectory(["BACKUP_VERIFY": nil]) { user, folder in
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(run.outputText.contains("\n  verified   restored in "), "\(run.errorText)")
                #expect(!run.errorText.contains("restored for proof"))
                let proofs = try FileManager.default.contentsOfDirectory(
                    atPath: "\(folder)/backup/verifications/\(run.backupID)"
                )
                #expect(proofs.count == 1 && proofs.allSatisfy { $0.hasSuffix("-restored-passed.json") })
                let doctor = try await user.run(.backup, ["doctor"])
                #expect(doctor.outputText.contains("Each backup is restored for proof."), "\(doctor.outputText)")
            }
        }

        @Test func withoutTheServersProgramsANightIsDecodedAndSaysWhatToInstall() async throws {
            try await withDirectory(["BACKUP_VERIFY": nil]) { user, folder in
                // The client's programs alone: those of the system are hidden from the program.
                let programs = "\(user.folder)/programs"
                try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: false)
                for name in ["pg_dump", "pg_dumpall", "pg_restore", "psql"] {
                    let original = "\(try ExampleScope.cluster.binaries)/\(name)"
                    try FileManager.default.copyItem(atPath: original, toPath: "\(programs)/\(name)")
                }
                let path = "\(programs):\(user.environment["PATH"] ?? "")"
                let configuration = user.changing(["PATH": path]).configuration(.backup, ["run"])
                let run = try await ChildProcess.run(
                    hiding("/usr/lib/postgresql", from: configuration),
                    limit: 64 << 20
                )
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(run.outputText.contains("\n  verified   decoded in "))
                for word in ["No backup is restored for proof here", "postgresql-", "DRILL_DATABASE_URL"] {
                    #expect(run.errorText.contains(word), "\(word) is not in \(run.errorText)")
                }
                let page = try String(contentsOfFile: "\(folder)/backup/status.html", encoding: .utf8)
                #expect(page.contains("No backup is restored for proof here"))
            }
        }

        @Test func databasesThatAreLeftOutOfAllHaveNoBackup() async throws {
            let cluster = try ExampleScope.cluster
            try await cluster.createDatabase("scratch_1")
            let settings = ["BACKUP_DATABASE_URL": try ExampleSettings.url("*")]
            try await withDirectory(settings) { user, folder in
                let excluding = user.changing(["BACKUP_EXCLUDE_DATABASES": "bulk, postgres, scratch_*"])
                let run = try await excluding.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let folders = Set(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/backup"))
                #expect(folders.contains("shop"))
                #expect(folders.isDisjoint(with: ["bulk", "postgres", "scratch_1"]), "\(folders)")
                let none = try await user.changing(["BACKUP_EXCLUDE_DATABASES": "*"]).run(.backup, ["run"])
                #expect(none.exit == .status(2), "a night without any backup passed")
            }
            try await cluster.dropDatabase("scratch_1")
        }

        @Test(arguments: ["true", "t"])
        func asTheTemplateSaysSingleShotMakesOneBackupAndExits(_ value: String) async throws {
            try await withDirectory(["SINGLE_SHOT_MODE": value, "BUCKET_SUBFOLDER": "daily"]) { user, folder in
                let run = try await user.run(.backup, [])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let data = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/daily/backup/data")
                #expect(data.filter { $0.hasSuffix(".dump.gz") }.count == 1)
            }
        }

        @Test func twoRunsAtOnceAreOneAndTheOtherIsBusy() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let first = try await ChildProcess.start(user.configuration(.backup, ["run"]))
                try await first.waitUntilReady { !server.pendingUploads(in: "backups").isEmpty }
                let second = try await user.run(.backup, ["run"])
                #expect(second.exit == .status(3), "\(second.errorText)")
                #expect(second.errorText.contains("busy"))
                let json = try await user.run(.backup, ["run", "--json"])
                #expect(json.exit == .status(3) && json.outputText.hasPrefix(#"{"ok":false,"error":"busy: "#))
                first.send(SIGTERM)
                #expect(await first.waitForExit() == .status(143))
                #expect(server.pendingUploads(in: "backups") == [])
            }
        }

        @Test(arguments: ["true", "t", "T", "ON", "false", "f", nil] as [String?])
        func bucketsWithObjectLockGetWhatTheyAskFor(_ value: String?) async throws {
            try await withLoopbackUser { user, server in
                let run = try await user.changing(["SUPPORT_OBJECT_LOCK": value]).run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let puts = server.requests.filter { $0.method == "PUT" }
                #expect(!puts.isEmpty)
                let haveMD5 = puts.allSatisfy { $0.headers["content-md5"] != nil }
                #expect(haveMD5 == ["true", "t", "T", "ON"].contains(value))
            }
        }

        @Test("Rule 18: one run of all databases ends by one deadline, closes everything and tells of each")
        func aDeadlineIsForAllDatabasesTogether() async throws {
            let cluster = try ExampleScope.cluster
            try await cluster.createDatabase("late")
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let urls = try "\(ExampleSettings.url("bulk")) \(ExampleSettings.url("late"))"
                let user = user.changing(["BACKUP_DATABASE_URL": urls, "BACKUP_DEADLINE": "4"])
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(1), "\(run.errorText)")
                #expect(run.errorText.contains("The run was stopped at its deadline of "))
                #expect(run.errorText.contains("The run was not begun: its deadline passed before its turn."))
                #expect(!run.errorText.contains("did not end in time"), "the watchdog ended it")
                let keys = Set(server.keys(in: "backups"))
                #expect(keys.isSuperset(of: ["backup/bulk/history.json", "backup/late/history.json"]))
                #expect(server.pendingUploads(in: "backups") == [])
                #expect(try ExampleProcesses.dumps(of: "bulk") == [])
            }
            try await cluster.dropDatabase("late")
        }

        @Test func severalDatabasesAreOneRunAndEachHasItsFolder() async throws {
            let cluster = try ExampleScope.cluster
            try await cluster.createDatabase("second")
            let urls = try "\(ExampleSettings.url("shop")) \(ExampleSettings.url("second"))"
            try await withDirectory(["BACKUP_DATABASE_URL": urls]) { user, folder in
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                for name in ["shop", "second"] {
                    #expect(FileManager.default.fileExists(atPath: "\(folder)/backup/\(name)/manifests"))
                    #expect(FileManager.default.fileExists(atPath: "\(folder)/backup/\(name)/status.html"))
                }
                let unclear = try await user.run(.backup, ["list"])
                #expect(unclear.exit == .status(2) && unclear.errorText.contains("--database NAME: shop, second"))
                let list = try await user.run(.backup, ["list", "--database", "second"])
                #expect(list.outputText.hasSuffix("  second\n"))

                let half = try user.changing([
                    "BACKUP_DATABASE_URL": "\(ExampleSettings.url("absent")) \(ExampleSettings.url("second"))"
                ])
                let failed = try await half.run(.backup, ["run"])
                #expect(failed.exit == .status(1) && failed.errorText.contains("databaseNotFound"))
                #expect(failed.outputText.contains("  database   second"), "one that fails stopped the other")
            }
            try await cluster.dropDatabase("second")
        }
    }
}
