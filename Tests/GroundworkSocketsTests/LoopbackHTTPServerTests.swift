import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import Testing

@Suite struct LoopbackHTTPServerTests {
    /// Answers with method, path and body; `/stream` with chunks, `/empty` with 204.
    static let echo: LoopbackHTTPServer.Handler = { request in
        let path = request.head.path ?? ""
        switch path {
        case "/empty": return LoopbackResponse(status: .noContent)
        case "/stream":
            let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                for index in 0..<5 { continuation.yield(Array("part \(index)\n".utf8)) }
                continuation.finish()
            }
            return LoopbackResponse(status: .ok, body: .stream(length: nil, chunks))
        case "/early": return LoopbackResponse(status: .contentTooLarge, body: .text("no"))
        default:
            let body = try await request.body.collect()
            let text = "\(request.head.method.rawValue) \(path) \(request.connectionID) \(body.count) "
            return LoopbackResponse(status: .ok, body: .bytes(Array(text.utf8) + body.prefix(20)))
        }
    }

    static func withServer(
        _ configuration: LoopbackHTTPServer.Configuration = .init(),
        _ handler: @escaping LoopbackHTTPServer.Handler = echo,
        _ body: (LoopbackHTTPServer) async throws -> Void
    ) async throws {
        let server = try await LoopbackHTTPServer.start(configuration, handler: handler)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    static func curl(_ arguments: String...) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(.init("curl", ["-sS", "--max-time", "20"] + arguments))
    }

    @Test func answersCurl() async throws {
        try await Self.withServer { server in
            let get = try await Self.curl("--path-as-is", "\(server.url)/a//b/../c%2F?q=1")
            #expect(get.outputText == "GET /a//b/../c%2F?q=1 1 0 ")
            let post = try await Self.curl("-d", "hello", "\(server.url)/p")
            #expect(post.outputText == "POST /p 2 5 hello")
            let head = try await Self.curl("-I", "\(server.url)/h")
            #expect(head.outputText.contains("Content-Length: 12\r\n") && head.outputText.hasSuffix("\r\n\r\n"))
            #expect(head.outputText.contains("\r\nDate: "))
            let empty = try await Self.curl("-i", "\(server.url)/empty")
            #expect(empty.outputText.hasPrefix("HTTP/1.1 204 No Content\r\n"))
            #expect(!empty.outputText.lowercased().contains("content-length"))
            let stream = try await Self.curl("-i", "\(server.url)/stream")
            #expect(stream.outputText.contains("Transfer-Encoding: chunked"))
            #expect(stream.outputText.hasSuffix("part 0\npart 1\npart 2\npart 3\npart 4\n"))
            let old = try await Self.curl("-i", "--http1.0", "\(server.url)/stream")
            #expect(!old.outputText.contains("chunked") && old.outputText.hasSuffix("part 4\n"))
        }
    }

    @Test func keepsConnectionsAlive() async throws {
        try await Self.withServer { server in
            let outcome = try await Self.curl("-d", "x", "\(server.url)/1", "\(server.url)/2", "\(server.url)/3")
            #expect(outcome.outputText == "POST /1 1 1 xPOST /2 1 1 xPOST /3 1 1 x")
        }
    }

    @Test func answersAnEarlyRefusalInTheMiddleOfAnUpload() async throws {
        try await Self.withServer { server in
            let script =
                "head -c 300000000 /dev/zero | "
                + "curl -sS --max-time 20 -w ' %{http_code}' -H Expect: -T - \(server.url)/early"
            let outcome = try await ChildProcess.run(.init("sh", ["-c", script]))
            #expect(outcome.outputText == "no 413", "\(outcome.errorText)")
        }
    }
}
