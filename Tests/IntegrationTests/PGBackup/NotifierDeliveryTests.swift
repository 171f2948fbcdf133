import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import PGBackup
import Testing

/// The documented sender on libcurl, before a server.
@Suite struct NotifierDeliveryTests {
    private let event = BackupEvent(
        .failed,
        date: Date(timeIntervalSince1970: 0),
        database: "shop",
        message: "It failed."
    )
    private let success = BackupEvent(
        .succeeded,
        date: Date(timeIntervalSince1970: 0),
        database: "shop",
        message: "Done."
    )

    @Test func aWebhookAndAPingArriveOverHTTP() async throws {
        let seen = Locked<[String]>([])
        let server = try await LoopbackHTTPServer.start { request in
            let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
            let type = request.head.headerFields[.contentType] ?? "-"
            seen.withLock { $0.append("\(request.head.method) \(request.head.path ?? "") \(type) \(body)") }
            return LoopbackResponse(status: .ok)
        }
        let notifications = try BackupSnippets.notifiers(
            webhookURL: "\(server.url)/hook/secret?x=1",
            pingURL: "\(server.url)/ping"
        )
        #expect(await notifications.deliver([event]).isEmpty)
        #expect(await notifications.deliver([success]).isEmpty)
        let lines = seen.withLock { $0 }
        try #require(lines.count == 2)
        #expect(lines[0].hasPrefix("POST /hook/secret?x=1 application/json {"))
        #expect(lines[0].contains("\"message\":\"It failed.\""))
        #expect(lines[1] == "GET /ping - ")
        await server.stop()
    }

    @Test func aServerThatHangsIsReportedAfterTheTimeLimit() async throws {
        let server = try await LoopbackHTTPServer.start { _ in
            var response = LoopbackResponse(status: .ok)
            response.fault = .hang
            return response
        }
        var notifications = try BackupSnippets.notifiers(
            webhookURL: "\(server.url)/hook",
            pingURL: "\(server.url)/ping"
        )
        notifications.timeout = .milliseconds(300)
        let failures = await notifications.deliver([event])
        #expect(failures.count == 1)
        #expect(failures.first?.reason.contains("did not end within") == true)
        await server.stop()
    }

    @Test func aServerThatIsNotThereIsReportedWithoutItsURL() async throws {
        let server = try await LoopbackHTTPServer.start { _ in LoopbackResponse(status: .ok) }
        let url = server.url
        await server.stop()
        let notifications = try BackupSnippets.notifiers(webhookURL: "\(url)/hook/secret", pingURL: "\(url)/ping")
        let failures = await notifications.deliver([event])
        #expect(failures.count == 1)
        #expect("\(failures)".contains("127.0.0.1"))
        #expect(!"\(failures)".contains("secret"))
    }
}
