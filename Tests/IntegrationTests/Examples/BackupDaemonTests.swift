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
    /// `backup serve`, and `backup` without arguments.
    @Suite struct BackupDaemons {
        private func get(_ path: String, _ port: UInt16) async throws -> (status: String, body: String) {
            let outcome = try await ChildProcess.run(
                .init("/usr/bin/curl", ["-s", "-g", "-w", "\n%{http_code}", "http://127.0.0.1:\(port)\(path)"])
            )
            let lines = outcome.outputText.split(separator: "\n", omittingEmptySubsequences: false)
            return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
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

        @Test func atItsStartItSaysWhetherBackupsCanBeMadeAndWithWhichPrograms() async throws {
            let port = try LoopbackPort.free()
            try await withDirectory(["PORT": "\(port)"]) { user, _ in
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { daemon.log.contains("Backups can be made. PostgreSQL ") }
                #expect(daemon.log.contains(": client programs ") && daemon.log.contains("The store is file://"))
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")

                let broken = user.changing(["BACKUP_DATABASE_URL": try ExampleSettings.url("absent")])
                let other = try await ChildProcess.start(broken.configuration(.backup, ["serve"]))
                try await other.waitUntilReady {
                    let page = try await get("/", port).body
                    return page.contains("Backups could not be made when this process began: databaseNotFound")
                }
                #expect(other.log.contains("warning: Backups cannot be made as things are: databaseNotFound"))
                #expect(try await get("/health", port).status == "200", "the first backup is not due yet")
                other.send(SIGTERM)
                #expect(await other.waitForExit() == .status(0), "\(other.log)")
            }
        }

        @Test("Rule 15: while a backup is made, the status says so")
        func aRunThatIsAtWorkShowsInTheStatus() async throws {
            let port = try LoopbackPort.free()
            try await withLoopbackUser(database: "bulk") { user, server in
                server.inject(.hang, into: LoopbackS3FaultFilter(.uploadPart), times: nil)
                let user = user.changing(["PORT": "\(port)", "RUN_ON_STARTUP": "true"])
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { !server.pendingUploads(in: "backups").isEmpty }
                try await daemon.waitUntilReady { try await get("/metrics", port).status == "200" }
                let metrics = try await get("/metrics", port).body
                #expect(metrics.contains("pgbackup_running{database=\"bulk\"} 1\n"), "\(metrics)")
                #expect(try await get("/status.json", port).body.contains("\"running\" : true"))
                #expect(try await get("/", port).body.contains("Running now"))
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(143))
            }
        }

        @Test func aServerThatIsDownAtTheStartIsToldByTheHealthAndEndsNothing() async throws {
            let port = try LoopbackPort.free()
            let url = try ExampleSettings.url("*").replacing(":\(ExampleScope.cluster.port)/", with: ":1/")
            try await withDirectory(["PORT": "\(port)", "BACKUP_DATABASE_URL": url]) { user, _ in
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { daemon.log.contains("Following 0 5 * * * (UTC)") }
                try await daemon.waitUntilReady { try await get("/health", port).status == "503" }
                let body = try await get("/health", port).body
                #expect(body.hasPrefix("not ok: The databases cannot be asked for: "), "\(body)")
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
            }
        }

        @Test func whereIPv6IsNotToBeHadItServesIPv4() async throws {
            let port = try LoopbackPort.free()
            let holder = """
                import socket, sys, time
                s = socket.socket(socket.AF_INET6)
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                s.bind(("::", int(sys.argv[1]))); s.listen(); print("ready", flush=True); time.sleep(600)
                """
            let taken = try await ChildProcess.start(.init(TestTools.program("python"), ["-c", holder, "\(port)"]))
            try await taken.waitUntilReady { taken.log.contains("ready") }
            try await withDirectory(["PORT": "\(port)"]) { user, _ in
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { try await get("/other", port).status == "404" }
                #expect(daemon.log.contains("over IPv4 alone"))
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
            }
            await taken.stop()
        }

        @Test(arguments: [
            (["TZ": "Europe/Berlin"], "0 5 * * * (Europe/Berlin)", false),
            (["TZ": ":America/New_York", "BACKUP_TIME_ZONE": " "], "0 5 * * * (America/New_York)", false),
            (["TZ": "Europe/Berlin", "BACKUP_TIME_ZONE": "UTC"], "0 5 * * * (UTC)", false),
            (["TZ": "Nowhere/Atall"], "0 5 * * * (UTC)", true), (["TZ": ""], "0 5 * * * (UTC)", false),
            (["BACKUP_CRON_SCHEDULE": "0 30 3 * * *"], "0 30 3 * * * (UTC); next ", false),
        ])
        func theScheduleIsReadAsTheTemplateReadsIt(
            _ variables: [String: String],
            _ following: String,
            _ warns: Bool
        ) async throws {
            let port = try LoopbackPort.free()
            try await withDirectory(["PORT": "\(port)", "TZ": nil]) { user, _ in
                let daemon = try await ChildProcess.start(user.changing(variables).configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { daemon.log.contains("Status on port \(port).") }
                #expect(daemon.log.contains("Following \(following)"), "\(daemon.log)")
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
                #expect(daemon.log.contains("warning: TZ is \"Nowhere/Atall\"") == warns)
            }
        }

        @Test func aPortThatIsTakenStopsNoBackupAndIsTriedAgain() async throws {
            let port = try LoopbackPort.free()
            let holder = """
                import socket, sys, time
                for family, host in ((socket.AF_INET6, "::"), (socket.AF_INET, "0.0.0.0")):
                    s = socket.socket(family)
                    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    s.bind((host, int(sys.argv[1]))); s.listen(); globals()[host] = s
                print("ready", flush=True); time.sleep(600)
                """
            let taken = try await ChildProcess.start(.init(TestTools.program("python"), ["-c", holder, "\(port)"]))
            try await taken.waitUntilReady { taken.log.contains("ready") }
            try await withDirectory(["PORT": "\(port)", "RUN_ON_STARTUP": "true"]) { user, folder in
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { daemon.log.contains("\n  manifest   ") }
                try await daemon.waitUntilReady { daemon.log.contains("The status cannot be served on port \(port)") }
                #expect(daemon.log.contains("Backups go on, and it is tried again."))
                await taken.stop()
                let notice = "The status was not served on port \(port) from "
                try await daemon.waitUntilReady { try await get("/", port).body.contains(notice) }
                #expect(try await get("/health", port).status == "200")
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
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
    }
}
