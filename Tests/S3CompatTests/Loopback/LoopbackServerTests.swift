import FoundationEssentials
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import GroundworkTesting
import HTTPTypes
import S3Compat
import S3CompatTesting
import Testing

/// The server over its sockets, with presigned requests of the client's and libcurl.
@Suite struct LoopbackServerTests {
    struct Answer {
        let status: Int
        let fields: HTTPFields
        let body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private func bucket(_ server: LoopbackS3Server) throws -> S3Bucket {
        let configuration = S3Client.Configuration(
            provider: try .custom(endpoint: server.endpoint, region: server.configuration.region),
            credentials: S3StaticCredentials(server.credentials),
            transport: CurlHTTPTransport.shared
        )
        return try S3Client(configuration).bucket("bucket")
    }

    private func send(
        _ server: LoopbackS3Server,
        _ method: HTTPRequest.Method,
        _ key: String,
        _ body: [UInt8]? = nil,
        headers: [String: String] = [:],
        overrides: [String: String] = [:],
        patience: Duration = .seconds(60)
    ) async throws -> Answer {
        var options = S3PresignOptions()
        options.responseHeaders = overrides
        let signed = try await bucket(server).presign(method, key, options: options)
        let path = try #require(signed.url.split(separator: "/", maxSplits: 2).last)
        var request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "127.0.0.1:\(server.port)",
            path: "/\(path)"
        )
        for (name, value) in headers { request.headerFields[try #require(HTTPField.Name(name))] = value }
        var limits = HTTPRequestOptions()
        limits.responseHeadTimeout = patience
        limits.replay = .never
        let (head, bytes) = try await CurlHTTPTransport.shared.collect(
            request,
            body: body.map { .bytes($0) },
            options: limits
        )
        return Answer(status: head.status.code, fields: head.headerFields, body: bytes)
    }

    @Test func aTakenPortIsNamedAndLeavesNoFolder() async throws {
        let server = try await LoopbackS3Server.start()
        try await withTemporaryDirectory { (folder: String) async throws -> Void in
            var configuration = LoopbackS3Server.Configuration()
            configuration.port = server.port
            configuration.storage = .directory(folder)
            var text = ""
            do {
                let second = try await LoopbackS3Server.start(configuration)
                await second.stop()
            } catch { text = "\(error)" }
            #expect(text.contains("Cannot listen on port \(server.port) of 127.0.0.1"), "\(text)")
            #expect(text.contains("Address already in use"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
        await server.stop()
    }

    private func withServer(
        _ configuration: LoopbackS3Server.Configuration = .init(),
        _ body: (LoopbackS3Server) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.buckets = ["bucket"]
        let server = try await LoopbackS3Server.start(configuration)
        do { try await body(server) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private let hello = Array("hello, world".utf8)

    @Test func presignedPutAndGetWork() async throws {
        try await withServer { server in
            #expect(try await send(server, .put, "a/b c", hello).status == 200)
            let answer = try await send(
                server,
                .get,
                "a/b c",
                overrides: ["content-type": "text/x-other", "content-disposition": "attachment"]
            )
            #expect(answer.body == hello)
            #expect(answer.fields[.contentType] == "text/x-other")
            #expect(answer.fields[.contentDisposition] == "attachment")
            #expect(server.keys(in: "bucket") == ["a/b c"])
            #expect(try await server.contents(of: "a/b c", in: "bucket") == hello)
            #expect(server.requests.map(\.operation) == [.putObject, .getObject])
        }
    }

    @Test func requestsAreRecordedWithoutSecrets() async throws {
        try await withServer { server in
            _ = try await send(server, .put, "k", hello)
            let request = try #require(server.requests.first)
            #expect(request.query["X-Amz-Signature"] == "<redacted>")
            #expect(request.query["X-Amz-Credential"] == "<redacted>")
            #expect(request.isPresigned && request.status == 200)
        }
    }

    @Test func movedClockRefusesTheSignature() async throws {
        try await withServer { server in
            server.moveClock(by: .seconds(3600))
            let answer = try await send(server, .get, "k")
            #expect(answer.status == 403 && answer.text.contains("Request has expired"))
        }
    }

    @Test(arguments: [LoopbackS3Storage.memory, .discard])
    func storagesKeepTheLength(_ storage: LoopbackS3Storage) async throws {
        var configuration = LoopbackS3Server.Configuration()
        configuration.storage = storage
        try await withServer(configuration) { server in
            _ = try await send(server, .put, "k", [UInt8](repeating: 7, count: 1 << 20))
            let answer = try await send(server, .get, "k")
            let isWhole = answer.body == [UInt8](repeating: storage == .memory ? 7 : 0, count: 1 << 20)
            #expect(isWhole)
            #expect(answer.fields[.eTag]?.hasSuffix("-0\"") == (storage == .discard))
        }
    }

    @Test func directoryKeepsBytesInFilesAndCleansUp() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = LoopbackS3Server.Configuration()
            configuration.storage = .directory(directory)
            func files() throws -> [String] {
                let folders = try FileManager.default.contentsOfDirectory(atPath: directory)
                return try folders.flatMap { try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\($0)") }
            }
            try await withServer(configuration) { server in
                _ = try await send(server, .put, "k", hello)
                _ = try await send(server, .put, "k", hello + hello)
                #expect(try files().count == 1)
                #expect(try await send(server, .get, "k", headers: ["Range": "bytes=10-13"]).text == "ldhe")
                // One that is refused leaves nothing.
                #expect(
                    try await send(server, .put, "k", hello, headers: ["Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="])
                        .status == 400
                )
                #expect(try files().count == 1)
                _ = try await send(server, .delete, "k")
                #expect(try files().isEmpty)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test func errorsAreInjectedForTheChosenRequestsOnly() async throws {
        try await withServer { server in
            server.inject(.slowDown, into: .init(.getObject, key: "k"), times: 2, skipping: 1)
            _ = try await send(server, .put, "k", hello)
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await send(server, .get, "k").status) }
            #expect(statuses == [200, 503, 503, 200])
            #expect(server.pendingFaults == 0)
            server.inject(.error(status: 429, code: "TooMany", retryAfter: 7))
            #expect(try await send(server, .get, "k").fields[.retryAfter] == "7")
            server.inject(.errorInsideSuccess())
            let inside = try await send(server, .get, "k")
            #expect(inside.status == 200 && inside.text.contains("<Code>InternalError</Code>"))
        }
    }

    @Test func answersAreSpoiltAsInjected() async throws {
        try await withServer { server in
            _ = try await send(server, .put, "k", hello)
            server.inject(.corruptResponse(atOffset: 4))
            #expect(try await send(server, .get, "k").text == "helln, world")
            let right = try await send(server, .get, "k").fields[.eTag]
            server.inject(.wrongETag)
            #expect(try await send(server, .get, "k").fields[.eTag] != right)
            for fault in [LoopbackS3Fault.truncateResponse(afterBytes: 5), .resetResponse(afterBytes: 5)] {
                server.inject(fault)
                await #expect(throws: HTTPTransportError.self) { try await send(server, .get, "k") }
            }
            #expect(try await send(server, .get, "k").body == hello)
        }
    }

    @Test func lostAnswersAreLostBeforeOrAfterTheWork() async throws {
        try await withServer { server in
            server.inject(.closeBeforeWork)
            await #expect(throws: HTTPTransportError.self) { try await send(server, .put, "before", hello) }
            server.inject(.closeAfterWork)
            await #expect(throws: HTTPTransportError.self) { try await send(server, .put, "after", hello) }
            #expect(server.keys(in: "bucket") == ["after"])
            #expect(server.requests.map(\.status) == [nil, nil])
        }
    }

    @Test func hangingAnswersRunIntoTheClientsLimit() async throws {
        try await withServer { server in
            server.inject(.hang)
            let error = await #expect(throws: HTTPTransportError.self) {
                try await send(server, .get, "k", patience: .milliseconds(300))
            }
            #expect(error?.timeout == .responseHead)
        }
    }

    @Test func connectionsEndWithinTheRequestBody() async throws {
        try await withServer { server in
            server.inject(.closeDuringRequestBody(afterBytes: 1 << 20))
            await #expect(throws: HTTPTransportError.self) {
                try await send(server, .put, "k", [UInt8](repeating: 0, count: 16 << 20))
            }
            #expect(server.keys(in: "bucket").isEmpty)
        }
    }

    @Test func conditionsOnWritesAreKeptIgnoredOrRefused() async throws {
        for (setting, expected) in [
            (LoopbackS3Server.ConditionalWrites.enforced, 412), (.ignored, 200), (.refused, 501),
        ] {
            var configuration = LoopbackS3Server.Configuration()
            configuration.conditionalWrites = setting
            try await withServer(configuration) { server in
                _ = try await send(server, .put, "k", hello)
                #expect(try await send(server, .put, "k", hello, headers: ["If-None-Match": "*"]).status == expected)
            }
        }
    }
}
