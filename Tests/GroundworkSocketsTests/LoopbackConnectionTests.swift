import Foundation
import GroundworkCore
import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import Testing

/// The server seen by clients that curl is too well-behaved to be.
@Suite struct LoopbackConnectionTests {
    /// Sends a text and returns all that comes back until the server closes.
    static func answer(
        to text: String,
        configuration: LoopbackHTTPServer.Configuration = .init(),
        closing: Bool = false
    ) async throws -> String {
        var answer: [UInt8] = []
        try await withServer(configuration) { server in
            let stream = try await connect(server)
            try await stream.write(text)
            if closing { try await stream.closeWrite(deadline: nil) }
            answer = try await stream.readAll()
        }
        return String(decoding: answer, as: UTF8.self)
    }

    static func connect(_ server: LoopbackHTTPServer) async throws -> SocketStream {
        try await SocketStream.connect(host: "127.0.0.1", port: server.port, deadline: .now + .seconds(10))
    }

    static func bodies(_ answers: String) -> [String] {
        answers.split(separator: "HTTP/1.1 200 OK").compactMap { answer in
            answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let requests = (1...50).map { "POST /\($0) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab" }
        let answers = try await Self.answer(
            to: requests.joined() + "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        )
        #expect(Self.bodies(answers) == (1...50).map { "POST /\($0) 1 2 ab" } + ["GET /last 1 0 "])
    }

    @Test func answersRequestsThatComeByteByByte() async throws {
        try await withServer { server in
            let stream = try await Self.connect(server)
            for byte in "PUT /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8
            {
                try await stream.write([byte], deadline: .now + .seconds(10))
            }
            try await stream.write("GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let answers = String(decoding: try await stream.readAll(), as: UTF8.self)
            #expect(Self.bodies(answers) == ["PUT /slow 1 3 abc", "GET /next 1 0 "])
        }
    }

    @Test(arguments: [
        ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/3\r\nHost: h\r\n\r\n", 505),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: br\r\n\r\n", 501),
        ("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\n\r\n", 417),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", 431),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\n", 400),
    ])
    func answersBrokenRequestsAndCloses(text: String, status: Int) async throws {
        #expect(try await Self.answer(to: text).hasPrefix("HTTP/1.1 \(status) "))
    }

    @Test func aConnectionThatEndsInARequestGetsNoAnswer() async throws {
        #expect(try await Self.answer(to: "GET / HTTP/1.1\r\nHo", closing: true) == "")
        #expect(try await Self.answer(to: "", closing: true) == "")
    }

    @Test func aClientThatHalfClosesGetsItsAnswer() async throws {
        let answer = try await Self.answer(to: "GET /half HTTP/1.1\r\nHost: h\r\n\r\n", closing: true)
        #expect(Self.bodies(answer) == ["GET /half 1 0 "])
    }

    @Test func slowAndIdleClientsAreLetGo() async throws {
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.idleTimeout = .milliseconds(100)
        configuration.stallTimeout = .milliseconds(100)
        configuration.lingerTimeout = .milliseconds(100)
        #expect(try await Self.answer(to: "", configuration: configuration) == "")
        #expect(try await Self.answer(to: "GET / HT", configuration: configuration) == "")
        let half = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"
        #expect(!(try await Self.answer(to: half, configuration: configuration)).contains("200"))
    }

    @Test func closesConnectionsBeyondTheLimit() async throws {
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.maximumConnections = 2
        try await withServer(configuration) { server in
            let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            var kept: [SocketStream] = []
            for _ in 0..<2 {
                let stream = try await Self.connect(server)
                try await stream.write(request)
                #expect(try await !stream.read(upTo: 1000, deadline: .now + .seconds(10)).isEmpty)
                kept.append(stream)
            }
            let third = try await Self.connect(server)
            #expect((try? await third.readAll()) == [])
            for stream in kept { stream.close() }
        }
    }

    @Test func stopEndsWhatever() async throws {
        let started = AsyncStream<Void>.makeStream()
        let ended = Locked(0)
        let handler: LoopbackHTTPServer.Handler = { request in
            started.continuation.yield()
            defer { ended.withLock { $0 += 1 } }
            if request.head.path == "/body" { _ = try await request.body.collect() }
            if request.head.path == "/sleep" { try await SystemTime().sleep(for: .seconds(600)) }
            var response = LoopbackResponse(status: .ok)
            if request.head.path == "/write" { response.body = .bytes([UInt8](repeating: 0, count: 64 << 20)) }
            if request.head.path == "/hang" { response.fault = .hang }
            return response
        }
        let server = try await LoopbackHTTPServer.start(handler: handler)
        var streams: [SocketStream] = []
        for path in ["/body", "/sleep", "/write", "/hang"] {
            let stream = try await Self.connect(server)
            try await stream.write("PUT \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n")
            streams.append(stream)
        }
        // One that says nothing.
        streams.append(try await Self.connect(server))
        var count = 0
        for await _ in started.stream {
            count += 1
            if count == 4 { break }
        }
        let start = ContinuousClock.now
        await server.stop()
        await server.stop()
        #expect(start.duration(to: .now) < .seconds(5))
        #expect(ended.withLock { $0 } == 4)
        for stream in streams { _ = try? await stream.readAll(within: .seconds(5)) }
        let code = await socketErrorCode { _ = try await Self.connect(server) }
        #expect(code == .connectionFailed)
    }

    @Test func droppingTheServerStopsIt() async throws {
        var server: LoopbackHTTPServer? = try await LoopbackHTTPServer.start(handler: echo)
        let port = try #require(server).port
        let stream = try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: .now + .seconds(10))
        server = nil
        #expect((try? await stream.readAll(within: .seconds(10)))?.isEmpty ?? true)
    }

    /// In a process of its own, where nobody else opens anything.
    @Test func leavesNoDescriptorOpen() async {
        await #expect(processExitsWith: .success) {
            func descriptors() -> Int {
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
            }
            func round() async throws {
                var configuration = LoopbackHTTPServer.Configuration()
                configuration.tls = .throwAway()
                let server = try await LoopbackHTTPServer.start(configuration, handler: echo)
                let trust = TLSContext.Trust.certificates(pem: server.certificateAuthorityPEM ?? "")
                let context = try TLSContext(clientTrusting: trust)
                for index in 0..<20 {
                    let socket = try await LoopbackConnectionTests.connect(server)
                    // Some never begin the handshake, some stay open, some end in the middle.
                    if index % 4 == 0 { continue }
                    let stream = try await TLSStream.open(
                        over: socket,
                        context: context,
                        host: "localhost",
                        deadline: .now + .seconds(10)
                    )
                    try await stream.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n")
                    if index % 4 == 1 { continue }
                    try await stream.write("abc")
                    _ = try await stream.read(upTo: 1000, deadline: .now + .seconds(10))
                    if index % 4 == 2 { stream.close() }
                }
                await server.stop()
            }
            try await round()
            let before = descriptors()
            for _ in 0..<3 { try await round() }
            #expect(descriptors() == before)
        }
    }
}
