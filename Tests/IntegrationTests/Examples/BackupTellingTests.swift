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
    /// Whom `backup` tells.
    @Suite struct BackupTelling {
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

        @Test func ofSeveralDatabasesOneThatSucceedsHidesNoneThatFailsFromThePing() async throws {
            let seen = Locked<[String]>([])
            let server = try await LoopbackHTTPServer.start { request in
                seen.withLock { $0.append("\(request.head.method) \(request.head.path ?? "")") }
                return LoopbackResponse(status: .ok)
            }
            func urls(_ names: String...) throws -> String {
                try names.map { try ExampleSettings.url($0) }.joined(separator: " ")
            }
            let variables = [
                "BACKUP_DATABASE_URL": try urls("shop", "absent"), "BACKUP_PING_URL": "\(server.url)/ping",
                "BACKUP_WEBHOOK_URL": "\(server.url)/hook",
            ]
            try await withDirectory(variables) { user, _ in
                #expect(try await user.run(.backup, ["run"]).exit == .status(1))
                // The first success of the one, the failure of the other.
                #expect(seen.withLock { $0 } == ["POST /hook", "POST /hook"])
                seen.withLock { $0 = [] }
                let whole = user.changing(["BACKUP_DATABASE_URL": try urls("shop", "postgres")])
                let run = try await whole.run(.backup, ["run"])
                #expect(run.exit == .status(0), "\(run.errorText)")
                #expect(seen.withLock { $0 }.count { $0 == "GET /ping" } == 1)
                // A run of one of them says nothing of the other.
                seen.withLock { $0 = [] }
                let part = try await whole.run(.backup, ["run", "--database", "shop"])
                #expect(part.exit == .status(0), "\(part.errorText)")
                #expect(seen.withLock { $0 } == [], "a ping was sent although one database only was backed up")
            }
            await server.stop()
        }

        @Test func aPingOfSeveralDatabasesThatFailsIsOnThePageOfEach() async throws {
            let server = try await LoopbackHTTPServer.start { _ in LoopbackResponse(status: .forbidden) }
            let port = try LoopbackPort.free()
            let variables = [
                "BACKUP_DATABASE_URL": "\(try ExampleSettings.url("shop")) \(try ExampleSettings.url("postgres"))",
                "BACKUP_PING_URL": "\(server.url)/ping/geheim", "PORT": "\(port)", "RUN_ON_STARTUP": "true",
            ]
            try await withDirectory(variables) { user, folder in
                func pages() throws -> [String] {
                    try ["shop", "postgres"].map {
                        try String(contentsOfFile: "\(folder)/backup/\($0)/status.html", encoding: .utf8)
                    }
                }
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(5) && run.errorText.contains("not told: "), "\(run.errorText)")
                for page in try pages() {
                    #expect(page.contains("did not deliver the event succeeded") && !page.contains("geheim"))
                }
                let daemon = try await ChildProcess.start(user.configuration(.backup, ["serve"]))
                try await daemon.waitUntilReady { daemon.log.contains("not told: ") }
                for number in 1...2 {
                    try await daemon.waitUntilReady {
                        let url = "http://127.0.0.1:\(port)/\(number)"
                        let page = try await ChildProcess.run(.init("/usr/bin/curl", ["-s", "-g", url])).outputText
                        return page.contains("did not deliver the event succeeded")
                    }
                }
                daemon.send(SIGTERM)
                #expect(await daemon.waitForExit() == .status(0), "\(daemon.log)")
            }
            await server.stop()
        }

        @Test func nightsThatWereMissedAreToldByTheNextOneAndWhoCannotBeToldIsReported() async throws {
            let seen = Locked<[String]>([])
            let refuses = Locked(false)
            let server = try await LoopbackHTTPServer.start { request in
                let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
                seen.withLock { $0.append(body) }
                return LoopbackResponse(status: refuses.withLock { $0 } ? .forbidden : .ok)
            }
            let variables = ["BACKUP_WEBHOOK_URL": "\(server.url)/hook", "BACKUP_CRON_SCHEDULE": "0 5 * * *"]
            try await withDirectory(variables) { user, folder in
                // A run of days ago, as one that failed leaves it.
                func age() throws {
                    let path = "\(folder)/backup/history.json"
                    let text = try String(contentsOfFile: path, encoding: .utf8)
                    let start = #/"startedAt" ?: ?"[^"]*"/#
                    let dated = text.replacing(start, with: #""startedAt":"2026-01-25T05:00:00Z""#)
                    #expect(dated != text)
                    try dated.write(toFile: path, atomically: true, encoding: .utf8)
                }
                let broken = user.changing(["BACKUP_DATABASE_URL": try ExampleSettings.url("absent")])
                _ = try await broken.run(.backup, ["run"])
                try age()
                seen.withLock { $0 = [] }
                _ = try await broken.run(.backup, ["run"])
                #expect(seen.withLock { $0 }.count { $0.contains(#""event":"missed""#) } == 1)
                try age()
                refuses.withLock { $0 = true }
                let run = try await user.run(.backup, ["run"])
                #expect(run.exit == .status(5), "\(run.errorText)")
                #expect(run.errorText.contains("did not take place"))
                #expect(run.errorText.contains("did not deliver the event missed"))
                let page = try String(contentsOfFile: "\(folder)/backup/status.html", encoding: .utf8)
                #expect(page.contains("did not take place") && page.contains("did not deliver the event missed"))
            }
            await server.stop()
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
    }
}
