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
        /// Somebody whose backups lie in a directory.
        private func withDirectory(
            database: String = "shop",
            _ changes: [String: String?] = [:],
            _ body: (ExampleUser, String) async throws -> Void
        ) async throws {
            let environment = ["BACKUP_DATABASE_URL": try ExampleSettings.url(database)]
            let password = try ExampleScope.cluster.password.withValue { $0 }
            try await ExampleUser.with(environment, secrets: [password]) { user in
                let folder = "\(user.folder)/store"
                try await body(user.changing(["BACKUP_DESTINATION": "file://\(folder)"]).changing(changes), folder)
            }
        }

        private func get(_ path: String, _ port: UInt16) async throws -> (status: String, body: String) {
            let outcome = try await ChildProcess.run(
                .init("/usr/bin/curl", ["-s", "-g", "-w", "\n%{http_code}", "http://127.0.0.1:\(port)\(path)"])
            )
            let lines = outcome.outputText.split(separator: "\n", omittingEmptySubsequences: false)
            return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
        }

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

        @Test func asTheTemplateSaysSingleShotMakesOneBackupAndExits() async throws {
            try await withDirectory(["SINGLE_SHOT_MODE": "true", "BUCKET_SUBFOLDER": "daily"]) { user, folder in
                let run = try await user.run(.backup, [])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let data = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/daily/backup/data")
                #expect(data.count == 1)
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

        @Test func withoutArgumentsItIsADaemonThatServesItsHealth() async throws {
            let port = try LoopbackPort.free()
            try await withDirectory(["PORT": "\(port)", "RUN_ON_STARTUP": "true"]) { user, folder in
                let daemon = try await ChildProcess.start(user.configuration(.backup, []))
                try await daemon.waitUntilReady { daemon.log.contains("\n  manifest   ") }
                try await daemon.waitUntilReady { try await get("/health", port).status == "200" }
                let health = try await get("/health", port)
                #expect(health.body.hasPrefix("ok: The last verified backup is "))
                let metrics = try await get("/metrics", port).body
                #expect(metrics.contains("\npgbackup_healthy{database=\"shop\"} 1\n"))
                let page = try await get("/", port)
                #expect(page.status == "200" && page.body.contains("</html>"))
                let json = try await get("/status.json", port).body
                #expect(json.contains("\"healthy\" : true") || json.contains("\"healthy\": true"))
                #expect(try await get("/other", port).status == "404")
                #expect(daemon.log.contains("Following 0 5 * * * (UTC)"))
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
            }
        }

        @Test func aDaemonWithoutABackupThatIsOverdueSaysSo() async throws {
            let port = try LoopbackPort.free()
            // A folder with a failed run and no backup.
            try await withDirectory(["PORT": "\(port)", "RUN_ON_STARTUP": "true"]) { user, _ in
                let broken = user.changing(["BACKUP_DATABASE_URL": try ExampleSettings.url("absent")])
                let daemon = try await ChildProcess.start(broken.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { daemon.log.contains("The run failed: databaseNotFound") }
                try await daemon.waitUntilReady { try await get("/health", port).status == "503" }
                #expect(try await get("/health", port).body.contains("There is no backup. The last run failed"))
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "a failed run ended the daemon")
            }
        }

        @Test func sigtermInTheMiddleOfADaemonsRunLeavesNothing() async throws {
            let port = try LoopbackPort.free()
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let user = user.changing(["PORT": "\(port)", "RUN_ON_STARTUP": "true"])
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { !server.pendingUploads(in: "backups").isEmpty }
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(143), "\(daemon.log)")
                #expect(server.pendingUploads(in: "backups") == [])
                #expect(server.backupKeys(in: "backups") == [])
                #expect(try ExampleProcesses.dumps(of: "bulk") == [])
            }
        }

        @Test func aWebhookAndAPingAreToldAndOneThatFailsIsReported() async throws {
            let seen = Locked<[String]>([])
            let refuses = Locked(false)
            let server = try await LoopbackHTTPServer.start { request in
                let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
                seen.withLock { $0.append("\(request.head.method) \(request.head.path ?? "") \(body)") }
                return LoopbackResponse(status: refuses.withLock { $0 } ? .forbidden : .ok)
            }
            try await withDirectory([
                "BACKUP_WEBHOOK_URL": "\(server.url)/hook/geheim", "BACKUP_PING_URL": "\(server.url)/ping/geheim",
            ]) { user, folder in
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                let told = seen.withLock { $0 }
                #expect(told.count == 2)
                #expect(told.contains { $0.hasPrefix("POST /hook/geheim {") && $0.contains("firstSuccess") })
                #expect(told.contains("GET /ping/geheim "))

                let broken = user.changing(["BACKUP_DATABASE_URL": try ExampleSettings.url("absent")])
                #expect(try await broken.run(.backup, ["run"]).exit == .status(1))
                let failed = seen.withLock { $0 }.dropFirst(2)
                #expect(failed.count == 1 && failed.allSatisfy { $0.contains("databaseNotFound") }, "a ping was sent")

                refuses.withLock { $0 = true }
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(5), "\(run.errorText)")
                #expect(run.errorText.contains("not told: ") && !run.errorText.contains("geheim"))
                #expect(run.outputText.hasPrefix("Backup 2"))
                let page = try String(contentsOfFile: "\(folder)/backup/status.html", encoding: .utf8)
                #expect(page.contains("did not deliver"))
            }
            await server.stop()
        }

        @Test(arguments: ["true", "false", nil] as [String?])
        func bucketsWithObjectLockGetWhatTheyAskFor(_ value: String?) async throws {
            try await withLoopbackUser { user, server in
                let run = try await user.changing(["SUPPORT_OBJECT_LOCK": value]).run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                let puts = server.requests.filter { $0.method == "PUT" }
                #expect(!puts.isEmpty)
                let haveMD5 = puts.allSatisfy { $0.headers["content-md5"] != nil }
                #expect(haveMD5 == (value == "true"))
            }
        }

        @Test func mailArrivesThroughAServerOfOthers() async throws {
            let port = try LoopbackPort.free()
            let program = """
                import asyncio, sys
                from aiosmtpd.smtp import SMTP
                class Handler:
                    async def handle_DATA(self, server, session, envelope):
                        print("to", envelope.rcpt_tos, envelope.content.decode(), flush=True)
                        return "250 Ok"
                async def main():
                    loop = asyncio.get_running_loop()
                    server = await loop.create_server(lambda: SMTP(Handler()), "127.0.0.1", int(sys.argv[1]))
                    print("ready", flush=True)
                    await server.serve_forever()
                asyncio.run(main())
                """
            let server = try await ChildProcess.start(.init(TestTools.program("python"), ["-c", program, "\(port)"]))
            try await server.waitUntilReady { server.log.contains("ready") }
            try await withDirectory([
                "BACKUP_MAIL_TO": "Ops <ops@example.com>", "BACKUP_MAIL_FROM": "backups@example.com",
                "SMTP_URL": "smtp://127.0.0.1:\(port)?tls=off",
            ]) { user, _ in
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                try await server.waitUntilReady { server.log.contains("The first backup is there.") }
                #expect(server.log.contains("to ['ops@example.com']"))
                #expect(server.log.contains("Subject: [backup] shop: firstSuccess"))
            }
            await server.stop()
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
