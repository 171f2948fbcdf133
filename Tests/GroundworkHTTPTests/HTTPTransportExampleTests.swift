import GroundworkHTTP
import GroundworkTesting
import Testing

/// The example in the documentation of `HTTPTransport`, word for word.
struct CannedTransport: HTTPTransport {
    var answers: [String: String]

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        try Task.checkCancellation()
        if let body {
            var sent: Int64 = 0
            for try await chunk in try body.chunks() { sent += Int64(chunk.count) }
            if let declared = body.length, declared != sent {
                throw HTTPTransportError(
                    .bodyLengthMismatch,
                    "The body had \(sent) bytes, not \(declared).",
                    request: request
                )
            }
        }
        guard let answer = answers[request.path ?? "/"] else {
            return HTTPStreamedResponse(head: HTTPResponse(status: .notFound), body: .empty)
        }
        return HTTPStreamedResponse(head: HTTPResponse(status: .ok), body: HTTPResponseBody(bytes: Array(answer.utf8)))
    }
}

@Suite struct HTTPTransportExampleTests {
    private let transport = CannedTransport(answers: ["/a": "answer"])

    private static func request(_ path: String) -> HTTPRequest {
        HTTPRequest(method: .get, scheme: "http", authority: "h", path: path)
    }

    @Test func answersOnBothWays() async throws {
        let (head, body) = try await transport.collect(Self.request("/a"))
        #expect(head.status == .ok && body == Array("answer".utf8))
        let sink = HTTPMemorySink(limit: 100)
        let response = try await transport.send(Self.request("/a"), body: .text("x"), options: .init(), into: sink)
        #expect(response.bytesWritten == 6 && sink.bytes == body)
        let (missing, _) = try await transport.collect(Self.request("/b"))
        #expect(missing.status == .notFound)
    }

    @Test func holdsABodyToItsLength() async throws {
        let body = HTTPBody.replayable(length: 3) { AsyncStream<[UInt8]> { $0.finish() } }
        let error = await #expect(throws: HTTPTransportError.self) {
            try await transport.collect(Self.request("/a"), body: body)
        }
        #expect(error?.code == .bodyLengthMismatch)
    }
}
