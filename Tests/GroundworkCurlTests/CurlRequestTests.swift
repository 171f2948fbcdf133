import GroundworkCurl
import GroundworkHTTP
import Testing

@Suite struct CurlRequestTests {
    @Test(arguments: [
        "/a//b", "/../x", "/a/./b", "/a/../../b", "/a%2Fb+c", "/?", "/a?b=c/../d&e=%20", "//host/path", "/%F0%9F%98%80",
        "/é", "/a;b=c,d:e@f$g!h'(i)*", "/a\\b|c^d`e{f}\"<g>", "/.", "/..",
    ])
    func sendsTheTargetByteForByte(_ path: String) async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.answer() }
        }) { server in
            try await withTransport { transport in
                let (head, _) = try await transport.collect(request(.get, server.authority, path))
                #expect(head.status == .ok)
                #expect(server.heads.first?.hasPrefix("GET \(path) HTTP/1.1\r\nHost: \(server.authority)\r\n") == true)
            }
        }
    }

    @Test func sendsOnlyTheHeadersItMust() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.answer() }
        }) { server in
            try await withTransport { transport in
                _ = try await transport.collect(request(.get, server.authority, fields: [.accept: "x/y"]))
                _ = try await transport.collect(request(.get, server.authority, fields: [.userAgent: "mine/1"]))
                let lines = server.heads.map { $0.split(separator: "\r\n").map(String.init) }
                let host = "Host: \(server.authority)"
                #expect(lines.first == ["GET / HTTP/1.1", host, "User-Agent: swift-groundwork", "Accept: x/y"])
                #expect(lines.last == ["GET / HTTP/1.1", host, "User-Agent: mine/1"])
            }
        }
    }

    @Test func announcesAnEmptyBodyWhereTheMethodExpectsOne() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.answer() }
        }) { server in
            try await withTransport { transport in
                for method in [HTTPRequest.Method.post, .put, .patch, .get, .delete] {
                    _ = try await transport.collect(request(method, server.authority))
                }
                #expect(
                    server.heads.map { $0.contains("\r\nContent-Length: 0\r\n") } == [true, true, true, false, false]
                )
                #expect(
                    server.heads.map { String($0.prefix { $0 != " " }) } == ["POST", "PUT", "PATCH", "GET", "DELETE"]
                )
            }
        }
    }

    @Test func sendsBodiesOfEveryKind() async throws {
        try await withServer({ connection in
            while let head = connection.readHead() {
                if head.contains("Transfer-Encoding: chunked") {
                    let expected = "5\r\nhello\r\n0\r\n\r\n"
                    connection.answer(String(decoding: connection.readBody(expected.utf8.count), as: UTF8.self))
                } else {
                    connection.answer(String(decoding: connection.readBody(5), as: UTF8.self))
                }
            }
        }) { server in
            try await withTransport { transport in
                let bodies: [HTTPBody] = [
                    .text("hello"), .bytes([Array("he".utf8), [], Array("llo".utf8)]),
                    .stream(length: 5, Chunks([Array("hel".utf8), Array("lo".utf8)])),
                ]
                for body in bodies {
                    let (_, answer) = try await transport.collect(request(.post, server.authority), body: body)
                    #expect(String(decoding: answer, as: UTF8.self) == "hello")
                }
                let (_, chunked) = try await transport.collect(
                    request(.put, server.authority),
                    body: .stream(length: nil, Chunks([Array("hello".utf8)]))
                )
                #expect(String(decoding: chunked, as: UTF8.self) == "5\r\nhello\r\n0\r\n\r\n")
                #expect(server.heads.allSatisfy { !$0.contains("Expect") })
            }
        }
    }

    @Test(arguments: [
        ("ftp", "h", "/"), ("http", "user:pw@h", "/"), ("http", "", "/"), ("http", "h:0", "/"),
        ("http", "h:99999", "/"),
        ("http", "bücher.example", "/"), ("http", "h/x", "/"), ("http", "h", "x"), ("http", "h", "/a b"),
        ("http", "h", "/a\r\nX: y"), ("http", "h", "/a#b"), ("http", "[::1", "/"), ("http", "[x]", "/"),
    ])
    func refusesWhatIsNoRequest(_ scheme: String, _ authority: String, _ path: String) async throws {
        try await withTransport { transport in
            let error = await transportError {
                _ = try await transport.collect(request(.get, authority, path, scheme: scheme))
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.sent == .nothing)
            #expect(error?.description.contains("pw") == false)
        }
    }

    @Test func refusesFramingHeadersThatContradictTheBody() async throws {
        try await withTransport { transport in
            let all: [HTTPFields] = [
                [.contentLength: "6"], [.transferEncoding: "chunked"], [HTTPField.Name("Host")!: "other"],
            ]
            for fields in all {
                let error = await transportError {
                    _ = try await transport.collect(
                        request(.post, "127.0.0.1:9", fields: fields),
                        body: .text("hello")
                    )
                }
                #expect(error?.code == .invalidRequest)
            }
        }
    }

    @Test func errorsShowNoQuery() async throws {
        try await withTransport { transport in
            let error = await transportError {
                _ = try await transport.collect(request(.get, "127.0.0.1:1", "/a?X-Amz-Signature=secret"))
            }
            #expect(error?.code == .connectionFailed)
            #expect(error?.isRetryable == true)
            #expect(error?.underlyingError is SystemCallError)
            #expect(error?.description.contains("/a") == true)
            #expect(error?.description.contains("secret") == false)
        }
    }

    @Test func unknownHostsAreNamed() async throws {
        try await withTransport { transport in
            let error = await transportError { _ = try await transport.collect(request(.get, "nowhere.invalid")) }
            #expect(error?.code == .nameResolutionFailed)
            #expect(error?.sent == .nothing)
        }
    }
}
