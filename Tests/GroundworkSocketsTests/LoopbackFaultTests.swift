import GroundworkCore
import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import Testing

@Suite struct LoopbackFaultTests {
    /// What curl makes of a fault: its exit status and the bytes of the body that it got.
    static func outcome(
        of fault: LoopbackResponse.Fault,
        body: LoopbackResponse.Body = .bytes([UInt8](repeating: 0x61, count: 100_000)),
        tls: LoopbackHTTPServer.TLS? = nil,
        _ arguments: String...
    ) async throws -> (exit: ChildProcess.Exit, text: String) {
        var result: ChildProcess.Outcome?
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.tls = tls
        let handler: LoopbackHTTPServer.Handler = { request in
            _ = try await request.body.collect()
            var response = LoopbackResponse(status: .ok, body: body)
            response.fault = fault
            return response
        }
        try await withServer(configuration, handler) { server in
            result = try await curl(
                ["-o", "/dev/null", "-w", "%{http_code} %{size_download}", "-k"] + arguments + [server.url]
            )
        }
        guard let result else { throw TestProcessError("curl did not run") }
        return (result.exit, result.outputText)
    }

    static let kinds: [LoopbackHTTPServer.TLS?] = [nil, .throwAway()]

    @Test(arguments: kinds) func closesWithoutAnswer(tls: LoopbackHTTPServer.TLS?) async throws {
        let (exit, text) = try await Self.outcome(of: .closeWithoutAnswer, tls: tls, "-d", "body")
        // 52: empty reply.
        #expect(exit == .status(52) && text == "000 0")
    }

    @Test(arguments: kinds) func hangs(tls: LoopbackHTTPServer.TLS?) async throws {
        let (exit, text) = try await Self.outcome(of: .hang, tls: tls, "--max-time", "0.5")
        #expect(exit == .status(28) && text == "000 0")
    }

    @Test(arguments: kinds, [0, 1, 70_000]) func truncates(tls: LoopbackHTTPServer.TLS?, count: Int) async throws {
        let (exit, text) = try await Self.outcome(of: .truncateBody(afterBytes: count), tls: tls)
        #expect(exit == .status(18) && text == "200 \(count)")
    }

    @Test(arguments: kinds, [0, 1, 70_000]) func resets(tls: LoopbackHTTPServer.TLS?, count: Int) async throws {
        let (exit, text) = try await Self.outcome(of: .resetAfterBodyBytes(count), tls: tls)
        #expect(exit == .status(56) && text == "200 \(count)")
    }

    @Test func truncatesChunkedBodies() async throws {
        let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for _ in 0..<10 { continuation.yield([UInt8](repeating: 0x61, count: 1000)) }
            continuation.finish()
        }
        let (exit, text) = try await Self.outcome(
            of: .truncateBody(afterBytes: 3500),
            body: .stream(length: nil, chunks)
        )
        #expect(exit == .status(18) && text == "200 3500")
    }

    @Test func sendsWhatIsNoHTTP() async throws {
        let (exit, _) = try await Self.outcome(of: .raw(Array("SSH-2.0-nonsense\r\n".utf8)))
        #expect(exit == .status(1))
    }

    @Test(arguments: [(99, ChildProcess.Exit.status(18)), (101, .status(0))])
    func holdsStreamsToTheirLength(count: Int, exit: ChildProcess.Exit) async throws {
        let handler: LoopbackHTTPServer.Handler = { _ in
            let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                for _ in 0..<count { continuation.yield([0x61]) }
                continuation.finish()
            }
            return LoopbackResponse(status: .ok, body: .stream(length: 100, chunks))
        }
        try await withServer(.init(), handler) { server in
            let outcome = try await curl("-o", "/dev/null", "-w", "%{size_download}", server.url)
            #expect(outcome.exit == exit && outcome.outputText == "\(min(count, 100))")
        }
    }

    @Test func aStreamThatFailsEndsTheConnection() async throws {
        struct Broken: Error {}
        let handler: LoopbackHTTPServer.Handler = { _ in
            let chunks = AsyncThrowingStream<[UInt8], any Error> { continuation in
                continuation.yield(Array("beginning".utf8))
                continuation.finish(throwing: Broken())
            }
            return LoopbackResponse(status: .ok, body: .stream(length: nil, chunks))
        }
        try await withServer(.init(), handler) { server in
            let outcome = try await curl(server.url)
            #expect(outcome.exit == .status(18) && outcome.outputText == "beginning")
        }
    }
}
