import GroundworkCore
import GroundworkHTTP

/// What a case works with: the transport, a server of its own, and a list of what is wrong.
final class TransportContext: ConformanceFindings {
    /// A request as the server saw it.
    struct Seen: Sendable {
        var head: HTTPRequest
        var body: [UInt8] = []
        /// Whether the body came to its end.
        var isWhole = false
    }

    let transport: any HTTPTransport
    let server: LoopbackHTTPServer
    let found = Locked<[String]>([])
    private let log: Locked<[Seen]>
    private let produced: Locked<Int>

    /// How many chunks of 64 KiB the server's endless body consists of.
    static let endlessChunks = 4096

    init(_ transport: any HTTPTransport) async throws {
        let log = Locked<[Seen]>([])
        let produced = Locked(0)
        self.transport = transport
        self.log = log
        self.produced = produced
        server = try await LoopbackHTTPServer.start { request in
            try await Self.answer(request, log: log, produced: produced)
        }
    }

    /// The requests so far, in order of arrival.
    var seen: [Seen] { log.withLock { $0 } }
    /// How many chunks of the endless body were made.
    var producedChunks: Int { produced.withLock { $0 } }

    func request(
        _ method: HTTPRequest.Method = .get,
        _ path: String,
        fields: HTTPFields = [:]
    ) -> HTTPRequest {
        HTTPRequest(
            method: method,
            scheme: "http",
            authority: "127.0.0.1:\(server.port)",
            path: path,
            headerFields: fields
        )
    }

    /// Expects an error of the transport, and gives it back.
    @discardableResult
    func expectError(
        _ codes: [HTTPTransportError.Code],
        _ what: String,
        _ work: () async throws -> Void
    ) async -> HTTPTransportError? {
        await expectError(
            HTTPTransportError.self,
            what,
            "\(codes)",
            message: \.message,
            isExpected: { codes.contains($0.code) },
            work
        )
    }

    /// Waits until a condition holds, for at most ten seconds.
    func eventually(_ condition: () -> Bool) async throws -> Bool {
        let time = SystemTime()
        let end = time.monotonic.advanced(by: .seconds(10))
        while time.monotonic < end {
            if condition() { return true }
            try await time.sleep(for: .milliseconds(5))
        }
        return condition()
    }

    // MARK: The server

    private static func answer(
        _ request: LoopbackRequest,
        log: Locked<[Seen]>,
        produced: Locked<Int>
    ) async throws -> LoopbackResponse {
        let index = log.withLock { log in
            log.append(Seen(head: request.head))
            return log.count - 1
        }
        let path = request.head.path ?? ""
        if path.hasPrefix("/early") {
            return LoopbackResponse(status: .contentTooLarge, headerFields: [.connection: "close"], body: .text("no"))
        }
        for try await chunk in request.body { log.withLock { $0[index].body += chunk } }
        log.withLock { $0[index].isWhole = true }
        let body = log.withLock { $0[index].body }
        var response = LoopbackResponse(status: .ok, body: .bytes(body))
        switch path.prefix(while: { $0 != "?" }) {
        case "/hang": response.fault = .hang
        case "/close": response.fault = .closeWithoutAnswer
        case "/truncate":
            response.body = .text("hello")
            response.fault = .truncateBody(afterBytes: 3)
        case "/reset":
            response.body = .bytes([UInt8](repeating: 1, count: 1 << 20))
            response.fault = .resetAfterBodyBytes(100_000)
        case "/endless":
            let chunk = [UInt8](repeating: 0x2E, count: 64 << 10)
            let chunks = ChunkSource { index in
                guard index < endlessChunks else { return nil }
                produced.withLock { $0 += 1 }
                return chunk
            }
            response.body = .stream(length: Int64(chunk.count * endlessChunks), HTTPBody.erased(chunks))
        case "/fields":
            for index in 0..<20 {
                response.headerFields.append(
                    HTTPField(name: conformanceField, value: "\(index) " + String(repeating: "x", count: 100))
                )
            }
        case "/moved":
            response.status = .movedPermanently
            response.headerFields[.location] = "/elsewhere"
        case let path where path.hasPrefix("/status/"):
            response.status = .init(code: min(max(Int(path.dropFirst(8)) ?? 500, 200), 999))
        default: break
        }
        return response
    }
}

/// The header field that the cases use.
let conformanceField = HTTPField.Name("X-Conformance") ?? .from

extension HTTPBody {
    /// A sequence of chunks without its type.
    static func erased(_ chunks: ChunkSource) -> Chunks {
        AsyncThrowingStream<[UInt8], any Error>.pulling(chunks)
    }
}

extension AsyncThrowingStream where Element == [UInt8], Failure == any Error {
    /// A stream that asks the source for each chunk as it is asked itself.
    static func pulling(_ source: ChunkSource) -> Self {
        let next = Locked(0)
        return Self {
            let index = next.withLock { next in
                defer { next += 1 }
                return next
            }
            return try await source.next(index)
        }
    }
}
