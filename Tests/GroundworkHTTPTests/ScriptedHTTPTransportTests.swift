import GroundworkHTTP
import GroundworkTesting
import Testing

@Suite struct ScriptedHTTPTransportTests {
    private static func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            scheme: "http",
            authority: "h",
            path: path,
            headerFields: [.authorization: "Bearer x"]
        )
    }

    @Test func goesThroughItsStepsAndKeepsTheRequests() async throws {
        struct Down: Error {}
        let transport = ScriptedHTTPTransport([
            .fail(Down(), to: .put), .respond(.created, to: .put, "/a", body: [1]),
            .breakOff(.ok, after: [1, 2], with: Down()),
            .answer { (HTTPResponse(status: .ok), $0.body ?? []) },
        ])
        await #expect(throws: Down.self) { try await transport.collect(Self.request(.put, "/a?x=y"), body: .text("1")) }
        let (head, _) = try await transport.collect(Self.request(.put, "/a?x=y"), body: .text("2"))
        #expect(head.status == .created)
        let broken = try await transport.send(Self.request(.get, "/"), body: nil, options: .init())
        await #expect(throws: Down.self) { try await broken.body.collect(upTo: 10) }
        let (_, echo) = try await transport.collect(Self.request(.post, "/"), body: .text("echo"))
        #expect(echo == Array("echo".utf8))
        #expect(transport.requests.map(\.body) == [[0x31], [0x32], nil, Array("echo".utf8)])
        #expect(transport.remainingSteps == 0)
        try transport.verify()
    }

    @Test func tellsWhatDoesNotFitWithoutQueries() async throws {
        let transport = ScriptedHTTPTransport([.respond(.ok, to: .get, "/a"), .respond(.ok, to: .get, "/b")])
        await #expect(throws: ScriptedHTTPTransport.ScriptError.self) {
            try await transport.collect(Self.request(.put, "/a?signature=abc"))
        }
        let error = #expect(throws: ScriptedHTTPTransport.ScriptError.self) { try transport.verify() }
        #expect(
            error?.description
                == "PUT http://h/a came where GET /a was expected.\nThe step for GET /b was not taken."
        )
        _ = try await transport.collect(Self.request(.get, "/b"))
        await #expect(throws: ScriptedHTTPTransport.ScriptError.self) {
            try await transport.collect(Self.request(.get, "/c"))
        }
    }

    @Test func aHangingStepHonoursTimeLimits() async throws {
        let transport = ScriptedHTTPTransport([.hang()])
        var options = HTTPRequestOptions()
        options.totalTimeout = .milliseconds(1)
        let error = await #expect(throws: HTTPTransportError.self) {
            try await transport.collect(Self.request(.get, "/"), options: options)
        }
        #expect(error?.timeout == .total)
    }

    @Test func aRecordHoldsNoSecrets() async throws {
        let recorder = RecordingHTTPTransport(
            ScriptedHTTPTransport([
                .respond(.ok, headerFields: [.setCookie: "abracadabra", .contentType: "text/plain"], body: [1, 2]),
                .fail(HTTPTransportError(.timedOut, "No.")),
            ])
        )
        _ = try await recorder.collect(Self.request(.put, "/a?signature=abracadabra"), body: .text("abracadabra"))
        _ = try? await recorder.collect(Self.request(.get, "/b"))
        let exchanges = recorder.exchanges
        #expect(exchanges.map(\.description) == ["PUT http://h/a → 200", "GET http://h/b → timedOut"])
        #expect(exchanges.first?.responseBytes == 2)
        #expect(exchanges.first?.requestLength == 11)
        #expect(exchanges.first?.responseFields[.contentType] == "text/plain")
        #expect(exchanges.first?.requestFields[.authorization] == "redacted")
        #expect(!"\(exchanges)".contains("abracadabra"))
    }
}
