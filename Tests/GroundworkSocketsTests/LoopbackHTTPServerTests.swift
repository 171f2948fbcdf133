import GroundworkCore
import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting
import HTTPTypes
import Testing

@Suite struct LoopbackHTTPServerTests {
    @Test func answersCurl() async throws {
        try await withServer { server in
            let get = try await curl("--path-as-is", "\(server.url)/a//b/../c%2F?q=1")
            #expect(get.outputText == "GET /a//b/../c%2F?q=1 1 0 ")
            let post = try await curl("-d", "hello", "\(server.url)/p")
            #expect(post.outputText == "POST /p 2 5 hello")
            let head = try await curl("-I", "\(server.url)/h")
            #expect(head.outputText.contains("Content-Length: 12\r\n") && head.outputText.hasSuffix("\r\n\r\n"))
            #expect(head.outputText.contains("\r\nDate: "))
            let empty = try await curl("-i", "\(server.url)/empty")
            #expect(empty.outputText.hasPrefix("HTTP/1.1 204 No Content\r\n"))
            #expect(!empty.outputText.lowercased().contains("content-length"))
            let stream = try await curl("-i", "\(server.url)/stream")
            #expect(stream.outputText.contains("Transfer-Encoding: chunked"))
            #expect(stream.outputText.hasSuffix("part 0\npart 1\npart 2\npart 3\npart 4\n"))
            let old = try await curl("-i", "--http1.0", "\(server.url)/stream")
            #expect(!old.outputText.contains("chunked") && old.outputText.hasSuffix("part 4\n"))
        }
    }

    @Test func aTakenPortIsOneSentence() async throws {
        try await withServer { server in
            var configuration = LoopbackHTTPServer.Configuration()
            configuration.port = server.port
            var text = ""
            do {
                let second = try await LoopbackHTTPServer.start(configuration) { _ in LoopbackResponse(status: .ok) }
                await second.stop()
            } catch { text = "\(error)" }
            let place = "port \(server.port) of 127.0.0.1 (port 0 takes a free one)"
            #expect(text == "addressUnavailable: Cannot listen on \(place): Address already in use.")
        }
    }

    @Test func keepsConnectionsAlive() async throws {
        try await withServer { server in
            let outcome = try await curl("-d", "x", "\(server.url)/1", "\(server.url)/2", "\(server.url)/3")
            #expect(outcome.outputText == "POST /1 1 1 xPOST /2 1 1 xPOST /3 1 1 x")
        }
    }

    @Test func speaksTLSWithCurl() async throws {
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.tls = .throwAway()
        try await withServer(configuration) { server in
            try await withCertificate(of: server) { file in
                for url in [server.url, "https://127.0.0.1:\(server.port)"] {
                    let outcome = try await curl("--cacert", file, "-d", "secret", "\(url)/s", "\(url)/t")
                    #expect(outcome.outputText.hasSuffix("6 secret"), "\(outcome.errorText)")
                }
                #expect(try await curl("\(server.url)/s").exit == .status(60))
            }
        }
    }

    @Test(arguments: [
        (LoopbackHTTPServer.TLS.throwAway(hosts: ["other.example"]), "no alternative certificate subject name"),
        (.throwAway(isExpired: true), "expired"),
    ])
    func showsFlawedCertificates(tls: LoopbackHTTPServer.TLS, reason: String) async throws {
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.tls = tls
        try await withServer(configuration) { server in
            try await withCertificate(of: server) { file in
                let outcome = try await curl("--cacert", file, "\(server.url)/s")
                #expect(outcome.exit == .status(60) && outcome.errorText.contains(reason), "\(outcome.errorText)")
            }
        }
    }

    @Test(arguments: [false, true]) func servesPythonsClient(secured: Bool) async throws {
        let script = """
            import http.client, ssl, sys
            port, file = int(sys.argv[1]), sys.argv[2]
            context = ssl.create_default_context(cafile=file) if file else None
            if context: context.verify_flags |= ssl.VERIFY_X509_STRICT
            c = http.client.HTTPSConnection("localhost", port, context=context, timeout=20) if file else \\
                http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            def exchange(method, path, **more):
                c.request(method, path, **more)
                r = c.getresponse()
                print(r.status, r.read().decode())
            exchange("GET", "/one")
            exchange("PUT", "/two", body=b"x" * 1000000)
            exchange("PUT", "/three", body=iter([b"ab", b"cd" * 50000]), encode_chunked=True)
            exchange("HEAD", "/four")
            exchange("GET", "/stream")
            exchange("GET", "/empty")
            exchange("GET", "/five")
            """
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.tls = secured ? .throwAway() : nil
        try await withServer(configuration) { server in
            try await withCertificate(of: server) { file in
                let output = try await ChildProcess.output(
                    of: "python3",
                    ["-c", script, "\(server.port)", secured ? file : ""]
                )
                let x = String(repeating: "x", count: 20)
                #expect(
                    String(decoding: output, as: UTF8.self) == """
                        200 GET /one 1 0 \n200 PUT /two 1 1000000 \(x)
                        200 PUT /three 1 100002 abcdcdcdcdcdcdcdcdcd
                        200 \n200 part 0\npart 1\npart 2\npart 3\npart 4\n
                        204 \n200 GET /five 1 0 \n
                        """
                )
            }
        }
    }

    @Test func answersTheExpectationOfABody() async throws {
        try await withServer { server in
            let wanted = try await curl("-v", "-H", "Expect: 100-continue", "-d", "abc", "\(server.url)/wanted")
            #expect(wanted.errorText.contains("HTTP/1.1 100 Continue"))
            #expect(wanted.outputText == "POST /wanted 1 3 abc")
            // A refused body is not asked for, and the connection is not used again.
            let refused = try await curl("-v", "-H", "Expect: 100-continue", "-d", "abc", "\(server.url)/early")
            #expect(!refused.errorText.contains("100 Continue") && refused.outputText == "no")
            #expect(refused.errorText.contains("Connection: close"))
        }
    }

    @Test func answersAnEarlyRefusalInTheMiddleOfAnUpload() async throws {
        try await withServer { server in
            let script =
                "head -c 300000000 /dev/zero | "
                + "curl -sS --max-time 20 -w ' %{http_code}' -H Expect: -T - \(server.url)/early"
            let outcome = try await ChildProcess.run(.init("sh", ["-c", script]))
            #expect(outcome.outputText == "no 413", "\(outcome.errorText)")
        }
    }

    @Test func goesOnAfterASmallBodyThatNobodyRead() async throws {
        try await withServer { server in
            let outcome = try await curl(
                "-d",
                "unread",
                "\(server.url)/early",
                "\(server.url)/early",
                "\(server.url)/x"
            )
            #expect(outcome.outputText == "nonoPOST /x 1 6 unread")
        }
    }

    @Test func answersWhatAHandlerThrows() async throws {
        struct Broken: Error {}
        let handler: LoopbackHTTPServer.Handler = { request in
            if request.head.path == "/large" { _ = try await request.body.collect(upTo: 3) }
            if request.head.path == "/teapot" { throw LoopbackRequestError(.init(code: 418), "no coffee") }
            throw Broken()
        }
        try await withServer(.init(), handler) { server in
            let format = ["-w", " %{http_code}\n"]
            let outcome = try await curl(format + ["\(server.url)/teapot", "\(server.url)/other"])
            #expect(outcome.outputText == "no coffee\n 418\nThe handler threw: Broken()\n 500\n")
            let large = try await curl(format + ["-d", "four", "\(server.url)/large"])
            #expect(large.outputText.hasSuffix(" 413\n"))
        }
    }

    @Test func carriesLargeBodiesBothWays() async throws {
        let size = 64 << 20
        let handler: LoopbackHTTPServer.Handler = { request in
            guard request.head.method == .put else {
                return LoopbackResponse(status: .ok, body: .bytes([UInt8](repeating: 0x61, count: size)))
            }
            var count = 0
            for try await chunk in request.body { count += chunk.count }
            return LoopbackResponse(status: .ok, body: .text("\(count)"))
        }
        for tls in [nil, LoopbackHTTPServer.TLS.throwAway()] {
            var configuration = LoopbackHTTPServer.Configuration()
            configuration.tls = tls
            try await withServer(configuration, handler) { server in
                try await withCertificate(of: server) { file in
                    let script =
                        "curl -sS --max-time 60 --cacert '\(file)' \(server.url)/ | tee '\(file).copy' | sha256sum; "
                        + "curl -sS --max-time 60 --cacert '\(file)' -T '\(file).copy' \(server.url)/"
                    let outcome = try await ChildProcess.run(.init("sh", ["-c", script]))
                    // head -c 67108864 /dev/zero | tr '\0' a | sha256sum
                    let expected = "fae972222d455a2eaee1661ad9625502ec3bfc5ec38b87a6eec5afd5107331b5  -\n\(size)"
                    #expect(outcome.outputText == expected, "\(outcome.errorText)")
                }
            }
        }
    }

    @Test func readsABodyNoFasterThanItsHandler() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let handler: LoopbackHTTPServer.Handler = { request in
            for await _ in gate.stream {}
            return LoopbackResponse(status: .ok, body: .text("\(try await request.body.collect().count)"))
        }
        try await withServer(.init(), handler) { server in
            let stream = try await SocketStream.connect(
                host: "127.0.0.1",
                port: server.port,
                deadline: .now + .seconds(10)
            )
            try await stream.write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n")
            let chunk = [UInt8](repeating: 0, count: 100_000)
            var sent = 0
            let code = await socketErrorCode {
                while sent < 100_000_000 {
                    try await stream.write(chunk, deadline: .now + .milliseconds(200))
                    sent += chunk.count
                }
            }
            #expect(code == .timedOut && sent < 50_000_000)
            gate.continuation.finish()
        }
    }
}
