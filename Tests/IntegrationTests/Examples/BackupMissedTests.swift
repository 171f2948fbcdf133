import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import PGBackupTesting
import Testing

extension ExampleTests {
    /// Nights in which nothing ran: each database is told of by itself.
    @Suite struct BackupMisses {
        /// What a webhook was told of runs that were missed.
        private final class Hook: Sendable {
            private let seen = Locked<[String]>([])
            var missed: [String] { seen.withLock { $0 }.filter { $0.contains(#""event":"missed""#) } }

            static func with(_ body: (Hook, String) async throws -> Void) async throws {
                let hook = Hook()
                let server = try await LoopbackHTTPServer.start { request in
                    let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
                    hook.seen.withLock { $0.append(body) }
                    return LoopbackResponse(status: .ok)
                }
                do {
                    try await body(hook, "\(server.url)/hook")
                } catch {
                    await server.stop()
                    throw error
                }
                await server.stop()
            }
        }

        /// A history whose only run was one that failed in January.
        private func writeOldHistory(_ folder: String, at time: String = "05:00:00") throws {
            let history = #"""
                {"formatVersion":1,"runs":[{"errorCode":"timedOut","message":"late","seconds":1,"startedAt":"2026-01-25T\#(time)Z"}]}
                """#
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try history.write(toFile: "\(folder)/history.json", atomically: true, encoding: .utf8)
        }

        /// The last run of which the history tells began at five, soon after, or when the platform was told to.
        @Test(arguments: [("05:00:00", true), ("05:20:31", true), ("02:00:00", false), ("05:40:00", false)])
        func withoutAScheduleThatOfTheTemplateCountsWhereTheLastRunFollowedIt(_ time: String, _ isTold: Bool)
            async throws
        {
            try await Hook.with { hook, url in
                try await withDirectory(["BACKUP_WEBHOOK_URL": url]) { user, folder in
                    let first = try await user.run(.backup, ["run"])
                    #expect(first.exit == .status(0) && first.errorText == "", "\(first.errorText)")
                    #expect(hook.missed.isEmpty)
                    try FileManager.default.removeItem(atPath: "\(folder)/backup")
                    try writeOldHistory("\(folder)/backup", at: time)
                    let run = try await user.run(.backup, ["run"])
                    #expect(run.exit == .status(0), "\(run.errorText)")
                    #expect(run.errorText.contains("did not take place") == isTold, "\(run.errorText)")
                    #expect(hook.missed.count == (isTold ? 1 : 0))
                }
            }
        }

        @Test func aDatabaseThatRanHidesNoneThatDidNotFromTheDaemon() async throws {
            try await Hook.with { hook, url in
                let port = try LoopbackPort.free()
                let variables = [
                    "BACKUP_WEBHOOK_URL": url, "PORT": "\(port)",
                    "BACKUP_DATABASE_URL": "\(try ExampleSettings.url("shop")) \(try ExampleSettings.url("postgres"))",
                ]
                try await withDirectory(variables) { user, folder in
                    let run = try await user.run(.backup, ["run", "--database", "shop"])
                    #expect(run.exit == .status(0), "\(run.errorText)")
                    try writeOldHistory("\(folder)/backup/postgres")
                    let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                    try await daemon.waitUntilReady { !hook.missed.isEmpty }
                    #expect(daemon.log.contains("/postgres: ") && daemon.log.contains("did not take place"))
                    try await daemon.waitUntilReady {
                        let url = "http://127.0.0.1:\(port)/2"
                        let page = try await ChildProcess.run(.init("/usr/bin/curl", ["-s", "-g", url])).outputText
                        return page.contains("did not take place")
                    }
                    daemon.send(SIGTERM)
                    #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
                    #expect(hook.missed.count == 1 && hook.missed.allSatisfy { $0.contains("/postgres\"") })
                }
            }
        }

        @Test func whatWasMissedIsToldAsSoonAsTheServerAnswers() async throws {
            try await Hook.with { hook, url in
                let (port, serverPort) = (try LoopbackPort.free(), try LoopbackPort.free())
                let own = try ExampleScope.cluster.port
                let server = try ExampleSettings.url("*").replacing(":\(own)/", with: ":\(serverPort)/")
                let variables = ["BACKUP_WEBHOOK_URL": url, "PORT": "\(port)", "BACKUP_DATABASE_URL": server]
                try await withDirectory(variables) { user, folder in
                    try writeOldHistory("\(folder)/backup/shop")
                    let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                    try await daemon.waitUntilReady { daemon.log.contains("Following 0 5 * * * (UTC)") }
                    #expect(daemon.log.contains("The databases cannot be asked for") && hook.missed.isEmpty)
                    let arguments = [TestTools.support("holding_proxy.py"), "\(serverPort)", "\(own)", "\(1 << 40)"]
                    let proxy = try await ChildProcess.start(.init(TestTools.program("python"), arguments))
                    try await daemon.waitUntilReady { !hook.missed.isEmpty }
                    daemon.send(SIGTERM)
                    #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
                    await proxy.stop()
                    #expect(hook.missed.count == 1 && hook.missed.allSatisfy { $0.contains("/shop\"") })
                }
            }
        }

        /// Two hours after its time, and the daemon knows of no run.
        @Test(arguments: [(nil, "503"), ("1h", "503"), ("3h", "200")] as [(String?, String)])
        func aRunMayBeLateForAnHourUnlessItIsSaidOtherwise(_ grace: String?, _ status: String) async throws {
            let port = try LoopbackPort.free()
            try await withDirectory(["BACKUP_VERIFY": "stored", "PORT": "\(port)"]) { user, folder in
                let id = try await user.run(.backup, ["run"]).backupID
                // As if it had been made an hour before that time.
                let begun = Date().addingTimeInterval(-3 * 3600).formatted(.iso8601)
                let older = "\(begun.filter { $0 != "-" && $0 != ":" })\(id.dropFirst(16))"
                let path = "\(folder)/backup/manifests"
                let text = try String(contentsOfFile: "\(path)/\(id).manifest.json", encoding: .utf8)
                    .replacing(id, with: older).replacing(#/"(startedAt|finishedAt)" ?: ?"[^"]*"/#) {
                        "\"\($0.output.1)\":\"\(begun)\""
                    }
                try text.write(toFile: "\(path)/\(older).manifest.json", atomically: true, encoding: .utf8)
                try FileManager.default.removeItem(atPath: "\(path)/\(id).manifest.json")
                try FileManager.default.removeItem(atPath: "\(folder)/backup/history.json")

                let due = Date().addingTimeInterval(-2 * 3600).formatted(.iso8601).dropFirst(11)
                let schedule = "\(due.dropFirst(3).prefix(2)) \(due.prefix(2)) * * *"
                let late = user.changing(["BACKUP_CRON_SCHEDULE": schedule, "BACKUP_HEALTH_GRACE": grace])
                let daemon = try await ChildProcess.start(late.configuration(.backup, ["serve"]))
                let arguments = ["-s", "-g", "-w", "\n%{http_code}", "http://127.0.0.1:\(port)/health"]
                var health = ""
                try await daemon.waitUntilReady {
                    health = try await ChildProcess.run(.init("/usr/bin/curl", arguments)).outputText
                    return health.hasPrefix("ok") || health.contains("too old")
                }
                #expect(health.hasSuffix("\n\(status)") && health.contains("The last verified backup is "), "\(health)")
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
            }
        }
    }
}
