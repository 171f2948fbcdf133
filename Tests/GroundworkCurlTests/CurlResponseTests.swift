import Glibc
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import Testing

@Suite struct CurlResponseTests {
    /// The error with which a raw answer ends.
    private static func failure(
        of answer: String,
        options: HTTPRequestOptions = .init(),
        method: HTTPRequest.Method = .get
    ) async throws -> HTTPTransportError? {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write(answer)
        }) { server in
            try await withTransport { transport in
                await transportError {
                    _ = try await transport.collect(request(method, server.authority), options: options)
                }
            }
        }
    }

    @Test func interimAnswersArePassedOver() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            connection.answer("end", fields: "A: 1\r\nA:  2 \r\nEmpty:\r\nFolded: a\r\n  b\r\n")
        }) { server in
            try await withTransport { transport in
                let (head, body) = try await transport.collect(request(.get, server.authority))
                #expect(head.status.code == 200)
                #expect(head.status.reasonPhrase == "OK")
                #expect(head.headerFields[values: HTTPField.Name("A")!] == ["1", "2"])
                #expect(head.headerFields[HTTPField.Name("Empty")!] == "")
                #expect(head.headerFields[HTTPField.Name("Folded")!] == "a b")
                #expect(head.headerFields[HTTPField.Name("X")!] == nil)
                #expect(String(decoding: body, as: UTF8.self) == "end")
            }
        }
    }

    @Test func statusCodesAreNeverErrorsAndRedirectsAreNotFollowed() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil {
                connection.answer("", status: "302 Found", fields: "Location: /elsewhere\r\n")
            }
        }) { server in
            try await withTransport { transport in
                let (head, _) = try await transport.collect(request(.get, server.authority, "/here"))
                #expect(head.status == .found)
                #expect(server.heads.count == 1)
            }
        }
    }

    @Test func contentIsNotDecoded() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.answer("not gzip at all", fields: "Content-Encoding: gzip\r\n")
        }) { server in
            try await withTransport { transport in
                let (_, body) = try await transport.collect(request(.get, server.authority))
                #expect(String(decoding: body, as: UTF8.self) == "not gzip at all")
                #expect(server.heads.first?.contains("Accept-Encoding") == false)
            }
        }
    }

    @Test func chunkedBodiesAndTheirTrailersAreRead() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil {
                connection.write(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nSum: 1\r\n\r\n"
                )
            }
        }) { server in
            try await withTransport { transport in
                for _ in 0..<2 {
                    let (head, body) = try await transport.collect(request(.get, server.authority))
                    #expect(String(decoding: body, as: UTF8.self) == "hello!")
                    #expect(head.headerFields[HTTPField.Name("Sum")!] == nil)
                }
                #expect(server.connections == 1)
            }
        }
    }

    @Test func aHeadRequestHasNoBody() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") }
        }) { server in
            try await withTransport { transport in
                for _ in 0..<2 {
                    let (head, body) = try await transport.collect(request(.head, server.authority))
                    #expect(head.headerFields[.contentLength] == "5")
                    #expect(body.isEmpty)
                }
                #expect(server.connections == 1)
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc OK\r\n\r\n",
    ])
    func whatIsNoWholeAnswerIsInvalid(_ answer: String) async throws {
        let error = try await Self.failure(of: answer)
        #expect(error?.code == .invalidResponse)
        #expect(error?.isRetryable == true)
        #expect(try await Self.failure(of: answer, method: .post)?.isRetryable == false)
    }

    @Test func aResetInTheBodyIsALostConnectionForAGet() async throws {
        let isHeard = Locked(false)
        try await withServer({ connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
            while !isHeard.withLock({ $0 }) { usleep(1000) }
            connection.reset()
        }) { server in
            try await withTransport { transport in
                func failure(_ method: HTTPRequest.Method) async throws -> HTTPTransportError? {
                    isHeard.withLock { $0 = false }
                    let response = try await transport.send(
                        request(method, server.authority),
                        body: nil,
                        options: .init()
                    )
                    return await transportError {
                        for try await _ in response.body { isHeard.withLock { $0 = true } }
                    }
                }
                let error = try await failure(.get)
                #expect(error?.code == .connectionLost)
                #expect(error?.isRetryable == true)
                let post = try await failure(.post)
                #expect(post?.isRetryable == false)
            }
        }
    }

    @Test func headsAreBounded() async throws {
        var options = HTTPRequestOptions()
        options.maximumHeadBytes = 1000
        let field = "X: " + String(repeating: "x", count: 90) + "\r\n"
        let many = "HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 20) + "Content-Length: 0\r\n\r\n"
        #expect(try await Self.failure(of: many, options: options)?.code == .responseTooLarge)
        #expect(try await Self.failure(of: many) == nil)
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 100)
        #expect(try await Self.failure(of: interim, options: options)?.code == .responseTooLarge)
        let huge = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 5 << 20) + "\r\n\r\n"
        #expect(try await Self.failure(of: huge)?.code == .responseTooLarge)
    }

    @Test(arguments: ["a:\n", "a: b\r\n", " \r\n"])
    func headsHaveNoMoreThanAThousandFieldLines(_ line: String) async throws {
        // More than 65,535 fields would end the process inside swift-http-types.
        for (count, code) in [(70_000, HTTPTransportError.Code.responseTooLarge), (1000, .responseTooLarge)] {
            let lines = String(repeating: line, count: min(count, 250_000 / line.utf8.count))
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\(lines)\r\n"
            #expect(try await Self.failure(of: answer)?.code == code)
        }
        let most = String(repeating: line, count: 999)
        #expect(try await Self.failure(of: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\(most)\r\n") == nil)
    }

    @Test func bodiesAreBounded() async throws {
        var options = HTTPRequestOptions()
        options.maximumBodyBytes = 4
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        #expect(try await Self.failure(of: answer, options: options)?.code == .responseTooLarge)
        options.maximumBodyBytes = 5
        #expect(try await Self.failure(of: answer, options: options) == nil)
    }

    @Test func anEarlyRefusalIsDeliveredWithItsBody() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            _ = connection.readBody(100_000)
            connection.answer("too much", status: "413 Content Too Large", fields: "Connection: close\r\n")
            _ = connection.drain()
        }) { server in
            try await withTransport { transport in
                for body in [
                    HTTPBody.bytes([UInt8](repeating: 1, count: 64 << 20)),
                    .stream(length: nil, Chunks { _ in [UInt8](repeating: 1, count: 100_000) }),
                ] {
                    let (head, answer) = try await transport.collect(request(.put, server.authority), body: body)
                    #expect(head.status == .contentTooLarge)
                    #expect(String(decoding: answer, as: UTF8.self) == "too much")
                }
            }
        }
    }

    @Test func anEarlyRefusalReachesAProducerThatWaits() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.answer("no", status: "403 Forbidden", fields: "Connection: close\r\n")
            _ = connection.drain()
        }) { server in
            try await withTransport { transport in
                let ended = Locked(false)
                let body = HTTPBody.stream(
                    length: nil,
                    Chunks { _ in
                        defer { ended.withLock { $0 = true } }
                        try await Task.sleep(for: .seconds(60))
                        return nil
                    }
                )
                let (head, answer) = try await transport.collect(request(.put, server.authority), body: body)
                #expect(head.status == .forbidden)
                #expect(String(decoding: answer, as: UTF8.self) == "no")
                #expect(await eventually { ended.withLock { $0 } })
            }
        }
    }
}
