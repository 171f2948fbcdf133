import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import Testing

/// Servers that keep a connection alive, take the next request on it, and die.
@Suite struct CurlReplayTests {
    /// Answers the first request of each connection; reads the next with its body and closes without an answer.
    private static func fickle(_ connection: RawConnection) {
        guard connection.readHead() != nil else { return }
        connection.answer("first")
        guard let head = connection.readHead() else { return }
        if head.contains("Content-Length: 5") { _ = connection.readBody(5) }
    }

    @Test(arguments: [HTTPBody?.none, .text("hello"), .text("")])
    func aPostIsNeverRepeated(_ body: HTTPBody?) async throws {
        try await withServer(Self.fickle) { server in
            try await withTransport { transport in
                _ = try await transport.collect(request(.get, server.authority))
                let error = await transportError {
                    _ = try await transport.collect(request(.post, server.authority), body: body)
                }
                #expect(error?.code == .outcomeUnknown)
                #expect(error?.sent == .possibly)
                #expect(error?.isRetryable == false)
                #expect(server.heads.filter { $0.hasPrefix("POST") }.count == 1)
            }
        }
    }

    @Test func aPostThatIsResetIsNeverRepeated() async throws {
        try await withServer({ connection in
            guard connection.readHead() != nil else { return }
            connection.answer("first")
            guard connection.readHead() != nil else { return }
            connection.reset()
        }) { server in
            try await withTransport { transport in
                _ = try await transport.collect(request(.get, server.authority))
                let error = await transportError {
                    _ = try await transport.collect(request(.post, server.authority), body: .text("hello"))
                }
                #expect(error?.code == .outcomeUnknown)
                #expect(server.heads.filter { $0.hasPrefix("POST") }.count == 1)
            }
        }
    }

    @Test func aPostOnAFreshConnectionIsNotRepeatedEither() async throws {
        try await withServer({ connection in
            guard connection.readHead() != nil else { return }
            _ = connection.readBody(5)
        }) { server in
            try await withTransport { transport in
                let error = await transportError {
                    _ = try await transport.collect(request(.post, server.authority), body: .text("hello"))
                }
                #expect(error?.code == .outcomeUnknown)
                #expect(server.heads.count == 1)
            }
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .put])
    func whatMayBeRepeatedIsRepeatedOnALostConnection(_ method: HTTPRequest.Method) async throws {
        try await withServer(Self.fickle) { server in
            try await withTransport { transport in
                _ = try await transport.collect(request(.get, server.authority))
                let body: HTTPBody? = method == .put ? .text("hello") : nil
                let (head, answer) = try await transport.collect(request(method, server.authority, "/2"), body: body)
                #expect(head.status == .ok)
                #expect(String(decoding: answer, as: UTF8.self) == "first")
                #expect(server.heads.filter { $0.hasPrefix("\(method.rawValue) /2 ") }.count == 2)
            }
        }
    }

    @Test func anExplicitNeverHoldsForEveryMethod() async throws {
        try await withServer(Self.fickle) { server in
            try await withTransport { transport in
                var options = HTTPRequestOptions()
                options.replay = .never
                _ = try await transport.collect(request(.get, server.authority))
                let error = await transportError {
                    _ = try await transport.collect(
                        request(.put, server.authority),
                        body: .text("hello"),
                        options: options
                    )
                }
                #expect(error?.code == .outcomeUnknown)
                #expect(server.heads.filter { $0.hasPrefix("PUT") }.count == 1)
            }
        }
    }

    @Test func ifNothingSentDoesNotRepeatWhatWasSent() async throws {
        try await withServer(Self.fickle) { server in
            try await withTransport { transport in
                var options = HTTPRequestOptions()
                options.replay = .ifNothingSent
                _ = try await transport.collect(request(.get, server.authority))
                let error = await transportError {
                    _ = try await transport.collect(
                        request(.post, server.authority),
                        body: .text("hello"),
                        options: options
                    )
                }
                #expect(error?.code == .outcomeUnknown)
                #expect(server.heads.filter { $0.hasPrefix("POST") }.count == 1)
            }
        }
    }

    @Test func aConnectionThatDiedIdleIsNoticedBeforeItIsUsed() async throws {
        try await withServer({ connection in
            guard connection.readHead() != nil else { return }
            connection.answer("only")
        }) { server in
            try await withTransport { transport in
                for _ in 0..<20 {
                    let (head, _) = try await transport.collect(request(.post, server.authority), body: nil)
                    #expect(head.status == .ok)
                    // The kernel may still carry the end of the connection to the client when the server has closed it.
                    #expect(await eventually { server.openConnections == 0 && server.clientsSawTheEnd })
                }
                #expect(server.heads.count == 20)
            }
        }
    }

    @Test func aStreamedBodyIsNotRepeatedOnceItsBytesAreGone() async throws {
        try await withServer(Self.fickle) { server in
            try await withTransport { transport in
                _ = try await transport.collect(request(.get, server.authority))
                let error = await transportError {
                    _ = try await transport.collect(
                        request(.put, server.authority),
                        body: .stream(length: 5, Chunks([Array("hello".utf8)]))
                    )
                }
                #expect(error?.code == .connectionLost)
                #expect(error?.isRetryable == true)
                #expect(server.heads.filter { $0.hasPrefix("PUT") }.count == 1)
            }
        }
    }
}
