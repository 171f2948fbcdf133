import GroundworkSockets
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@Suite struct SocketStreamTests {
    @Test func saysWhereNobodyListens() async throws {
        let port = try LoopbackPort.free()
        do {
            _ = try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: .now + .seconds(10))
            Issue.record("somebody listens")
        } catch let error as SocketError {
            #expect(error.code == .connectionFailed && error.message.contains("127.0.0.1:\(port)"))
            #expect(error.message.contains("refused"))
        }
    }

    @Test(arguments: ["", "a b", "host\0", "ü", String(repeating: "a", count: 300)])
    func refusesWhatIsNoHostName(name: String) async {
        let code = await socketErrorCode {
            _ = try await SocketStream.connect(host: name, port: 1, deadline: .now + .seconds(10))
        }
        #expect(code == .invalidConfiguration)
    }

    @Test func saysWhichNameDoesNotResolve() async {
        do {
            _ = try await SocketStream.connect(host: "nobody.invalid", port: 1, deadline: .now + .seconds(30))
            Issue.record("it resolves")
        } catch {
            #expect((error as? SocketError)?.code == .nameResolutionFailed)
            #expect("\(error)".contains("nobody.invalid"))
        }
    }

    @Test func connectsByNameToWhicheverFamilyListens() async throws {
        let listener = try SocketListener(try .loopback())
        async let accepted = listener.accept(deadline: .now + .seconds(10))
        let client = try await SocketStream.connect(
            host: "localhost",
            port: listener.port,
            deadline: .now + .seconds(10)
        )
        try await client.write("by name")
        #expect(try await accepted.read(upTo: 10, deadline: .now + .seconds(10)) == Array("by name".utf8))
    }

    @Test func speaksIPv6() async throws {
        let address = try #require(SocketAddress(numeric: "::1", port: 0))
        #expect(address.isIPv6 && address.description == "::1")
        let listener: SocketListener
        do throws(SocketError) {
            listener = try SocketListener(address)
        } catch {
            // A machine without IPv6 says so, and by the right name.
            #expect(error.code == .addressUnavailable)
            return
        }
        async let accepted = listener.accept(deadline: .now + .seconds(10))
        let client = try await SocketStream.connect(host: "::1", port: listener.port, deadline: .now + .seconds(10))
        try await client.write("six")
        #expect(try await accepted.read(upTo: 10, deadline: .now + .seconds(10)) == Array("six".utf8))
    }

    @Test func aTakenPortIsNamed() throws {
        let listener = try SocketListener(try .loopback())
        #expect {
            try SocketListener(try .loopback(port: listener.port))
        } throws: { error in
            (error as? SocketError)?.code == .addressUnavailable && "\(error)".contains("in use")
                && "\(error)".contains("port \(listener.port) ")
        }
    }

    @Test func acceptEndsAtItsDeadlineAndWhenClosed() async throws {
        let listener = try SocketListener(try .loopback())
        let late = await socketErrorCode { _ = try await listener.accept(deadline: .now + .milliseconds(20)) }
        #expect(late == .timedOut)
        async let code = socketErrorCode { _ = try await listener.accept() }
        listener.close()
        #expect(await code == .closed)
    }

    @Test func connectEndsAtItsDeadline() async throws {
        // A listener whose queue is full answers no further connection.
        let listener = try SocketListener(try .loopback(), backlog: 0)
        let port = listener.port
        var queued: [SocketStream] = []
        var code: SocketError.Code?
        for _ in 0..<20 where code == nil {
            code = await socketErrorCode {
                queued.append(
                    try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: .now + .milliseconds(200))
                )
            }
        }
        #expect(code == .timedOut)
    }

    @Test func exchangesWithPython() async throws {
        let port = try LoopbackPort.free()
        let script = """
            import socket, hashlib
            server = socket.create_server(("127.0.0.1", \(port)))
            while True:
                connection, _ = server.accept()
                digest = hashlib.sha256()
                while data := connection.recv(65536): digest.update(data)
                connection.sendall(digest.hexdigest().encode())
                connection.close()
            """
        let server = try await ChildProcess.start(.init("python3", ["-c", script]))
        try await server.waitUntilReady { await LoopbackPort.accepts(port) }
        let stream = try await SocketStream.connect(host: "127.0.0.1", port: port, deadline: .now + .seconds(10))
        try await stream.write([UInt8](repeating: 0, count: 20_000_000), deadline: .now + .seconds(60))
        try await stream.closeWrite(deadline: nil)
        let answer = try await stream.readAll()
        await server.stop()
        // head -c 20000000 /dev/zero | sha256sum
        #expect(
            String(decoding: answer, as: UTF8.self)
                == "9e21c61969cd3e077a1b2b58ddb583b175e13c6479d2d83912eaddc23c0cdd52"
        )
    }
}
