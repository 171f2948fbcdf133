import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import Testing

/// Happy eyeballs over addresses of this machine.
@Suite(.timeLimit(.minutes(1))) struct ConnectionRaceTests {
    /// A port on which connections neither succeed nor fail: its queue is full, and nobody accepts.
    static func withSilentPort(_ body: (UInt16) async throws -> Void) async throws {
        let listener = try SocketListener(try .loopback(), backlog: 0)
        var filling: [SocketStream] = []
        while filling.count < 64 {
            do {
                filling.append(
                    try await SocketStream.connect(
                        host: "127.0.0.1",
                        port: listener.port,
                        deadline: .now + .milliseconds(200)
                    )
                )
            } catch {
                break
            }
        }
        #expect(filling.count < 64)
        try await body(listener.port)
        for stream in filling { stream.close() }
        listener.close()
    }

    static func address(_ port: UInt16, _ host: String = "127.0.0.1") throws -> SocketAddress {
        try #require(SocketAddress(numeric: host, port: port))
    }

    static func race(
        _ addresses: [SocketAddress],
        time: any TimeSource = SystemTime(),
        within limit: Duration = .seconds(20)
    ) async throws -> SocketStream {
        try await SocketStream.connectRacing(
            addresses,
            host: "test",
            port: 1,
            deadline: .now + limit,
            stagger: .milliseconds(250),
            time: time
        )
    }

    @Test func aSilentAddressHoldsNobodyForLong() async throws {
        let listener = try SocketListener(try .loopback())
        try await Self.withSilentPort { silent in
            let addresses = [try Self.address(silent), try Self.address(listener.port)]
            let time = ManualTime()
            async let racing = Self.race(addresses, time: time)
            await time.advance(by: .milliseconds(250), sleepers: 1)
            let client = try await racing
            let server = try await listener.accept(deadline: .now + .seconds(10))
            try await server.write("x")
            #expect(try await client.read(upTo: 10, deadline: .now + .seconds(10)) == [0x78])
        }
    }

    @Test func anAddressThatRefusesIsPassedOverAtOnce() async throws {
        let closed = try SocketListener(try .loopback())
        let refused = closed.port
        closed.close()
        let listener = try SocketListener(try .loopback())
        // The clock stands still: nothing waits for it.
        let addresses = [try Self.address(refused), try Self.address(refused, "::1"), try Self.address(listener.port)]
        let client = try await Self.race(addresses, time: ManualTime())
        _ = try await listener.accept(deadline: .now + .seconds(10))
        client.close()
    }

    @Test func whenAllRefuseTheFirstsErrorIsTold() async throws {
        let closed = try SocketListener(try .loopback())
        let port = closed.port
        closed.close()
        let addresses = [try Self.address(port), try Self.address(port, "127.0.0.2")]
        #expect(await socketErrorCode { _ = try await Self.race(addresses) } == .connectionFailed)
        #expect(await socketErrorCode { _ = try await Self.race([]) } == .nameResolutionFailed)
    }

    @Test func theDeadlineAndCancellationEndAllAttempts() async throws {
        try await Self.withSilentPort { silent in
            let addresses = [try Self.address(silent), try Self.address(silent)]
            let code = await socketErrorCode { _ = try await Self.race(addresses, within: .milliseconds(100)) }
            #expect(code == .timedOut)
            let task = Task { try await Self.race(addresses) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func namesAreRaced() async throws {
        let listener = try SocketListener(try .loopback())
        let client = try await SocketStream.connectRacing(
            host: "localhost",
            port: listener.port,
            deadline: .now + .seconds(20)
        )
        _ = try await listener.accept(deadline: .now + .seconds(10))
        client.close()
    }
}
