import Glibc
import GroundworkTestProcesses
import PGBackupTesting
import S3CompatTesting
import Testing

extension ExampleTests {
    /// What `backup` leaves when it is interrupted half-way: no program, no file, no object, no begun upload.
    @Suite struct BackupInterruption {
        @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
        func aSignalEndsARunInOrder(_ signal: Int32, _ status: Int32) async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let child = try await ChildProcess.start(user.configuration(.backup, ["run"]))
                try await child.waitUntilReady {
                    try !server.pendingUploads(in: "backups").isEmpty && !ExampleProcesses.dumps(of: "bulk").isEmpty
                }
                let asked = ContinuousClock.now
                child.send(signal)
                #expect(await child.waitForExit() == .status(status))
                #expect(ContinuousClock.now - asked < .seconds(5))
                #expect(
                    child.log.contains("backup: Interrupted. What was begun and not stored is removed and no backup.")
                )
                #expect(server.pendingUploads(in: "backups") == [])
                #expect(server.backupKeys(in: "backups") == [])
                #expect(try ExampleProcesses.dumps(of: "bulk") == [])
            }
        }

        @Test func controlCOnATerminalEndsARunInOrder() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let outcome = try await user.runOnTerminal(
                    .backup,
                    ["run"],
                    typingInterruptAt: "Backing up .* [1-9][0-9.]* MB"
                )
                #expect(outcome.exit == .status(130), "\(outcome.outputText)")
                #expect(outcome.outputText.contains("backup: Interrupted."))
                #expect(server.pendingUploads(in: "backups") == [])
                #expect(server.backupKeys(in: "backups") == [])
                #expect(try ExampleProcesses.dumps(of: "bulk") == [])
            }
        }

        @Test func anInterruptedRunIsAnObjectInJSON() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let child = try await ChildProcess.start(user.configuration(.backup, ["run", "--json"]))
                try await child.waitUntilReady { !server.pendingUploads(in: "backups").isEmpty }
                child.send(SIGINT)
                #expect(await child.waitForExit() == .status(130))
                #expect(child.log.contains(#"{"ok":false,"error":"Interrupted."#))
            }
        }

        @Test func aRealStoreKeepsNoBegunUpload() async throws {
            try await withRealUser(.seaweed, database: "bulk") { user, server in
                let port = String(server.endpoint.split(separator: ":").last ?? "")
                try await HoldingProxy.with(before: port, holdingAfter: 6 << 20) { proxy in
                    let user = user.changing(["AWS_S3_ENDPOINT": proxy.endpoint])
                    let child = try await ChildProcess.start(user.configuration(.backup, ["run"]))
                    try await child.waitUntilReady {
                        try await proxy.waitUntilItHolds()
                        return true
                    }
                    #expect(try await server.uploads().count == 1)
                    child.send(SIGINT)
                    #expect(await child.waitForExit() == .status(130), "\(child.log)")
                    #expect(try await server.uploads() == [])
                    #expect(try await server.keys().filter { !$0.hasSuffix("/lease.json") } == [])
                }
            }
        }

        @Test func aRestoreThatIsInterruptedLeavesNoDatabase() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                let data = try #require(server.keys(in: "backups").first { $0.contains("/data/") })
                server.inject(.hang, into: LoopbackS3FaultFilter(.getObject, key: data), times: nil)
                let cluster = try ExampleScope.cluster
                let child = try await ChildProcess.start(
                    user.configuration(.backup, ["restore", "--into", "half_restored"])
                )
                try await child.waitUntilReady { try await cluster.databases().contains("half_restored") }
                child.send(SIGINT)
                #expect(await child.waitForExit() == .status(130), "\(child.log)")
                #expect(child.log.contains("The new database is dropped again."))
                #expect(try await cluster.databases().contains("half_restored") == false)
            }
        }

        @Test func aDatabaseThatCannotBeDroppedIsNotSaidToBeGone() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                #expect(try await user.run(.backup, ["run"]).exit == .status(0))
                let data = try #require(server.keys(in: "backups").first { $0.contains("/data/") })
                server.inject(.hang, into: LoopbackS3FaultFilter(.getObject, key: data), times: nil)
                let cluster = try ExampleScope.cluster
                try await cluster.run("CREATE ROLE restorer LOGIN CREATEDB PASSWORD 'geheim';\n", in: "postgres")
                let url = "postgresql://restorer:geheim@127.0.0.1:\(cluster.port)/postgres?sslmode=disable"
                let restorer = user.changing(["RESTORE_DATABASE_URL": url])
                let child = try await ChildProcess.start(
                    restorer.configuration(.backup, ["restore", "--into", "half_kept", "--no-owner"])
                )
                try await child.waitUntilReady { try await cluster.databases().contains("half_kept") }
                // A superuser is in it, whom the role may not put out.
                let guest = Task { try await cluster.run("SELECT pg_sleep(600);\n", in: "half_kept") }
                let question = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%';\n"
                try await child.waitUntilReady { try await cluster.run(question, in: "postgres") == "1\n" }
                child.send(SIGINT)
                #expect(await child.waitForExit() == .status(130), "\(child.log)")
                #expect(child.log.contains("backup: Interrupted. The database half_kept at "))
                #expect(child.log.contains("could not be dropped and may still be there: drop it by hand."))
                #expect(!child.log.contains("is dropped again") && !child.log.contains("geheim"))
                #expect(try await cluster.databases().contains("half_kept"))
                guest.cancel()
                _ = await guest.result
                try await cluster.dropDatabase("half_kept")
                try await cluster.run("DROP ROLE restorer;\n", in: "postgres")
            }
        }
    }

    /// What `backup` shows on a terminal.
    @Suite struct BackupOnATerminal {
        @Test func aBarShowsAndGoes() async throws {
            try await withLoopbackUser(database: "bulk") { user, _ in
                let run = try await user.runOnTerminal(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.outputText)")
                let bar = #/\r\u{1B}\[KBacking up \[#*\.*\] +\d+ % [\d.]+ (B|kB|MB) [\d.]+ (B|kB|MB|GB)/s/#
                #expect(run.outputText.contains(bar))
                // The last of it is taken away before the report.
                #expect(run.outputText.contains("\r\u{1B}[KBackup 2"))

                let verify = try await user.runOnTerminal(.backup, ["verify"])
                #expect(verify.outputText.contains(#/\r\u{1B}\[KVerifying \[/#))
                let quiet = try await user.runOnTerminal(.backup, ["verify", "--quiet"])
                #expect(quiet.exit == .status(0))
                #expect(!quiet.outputText.contains("\u{1B}"))
            }
        }

        @Test func aTerminalThatCannotWriteOverALineGetsPlainLines() async throws {
            try await withLoopbackUser(database: "bulk") { user, _ in
                let run = try await user.changing(["TERM": "dumb"]).runOnTerminal(.backup, ["run"])
                #expect(run.exit == .status(0))
                #expect(!run.outputText.contains("\u{1B}"))
            }
        }

        @Test func withoutATerminalALineShowsEveryTenSeconds() async throws {
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.delay(.seconds(11)), into: LoopbackS3FaultFilter(.uploadPart), times: 2)
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(run.errorLines.count == 1)
                #expect(run.errorText.hasPrefix("Backing up: ") && run.errorText.hasSuffix("/s\n"))
            }
        }
    }
}
