import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import Testing

/// What holds for connections in clear and through TLS alike.
@Suite struct ByteStreamTests {
    @Test(arguments: [false, true]) func carriesBytesBothWays(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        try await client.write("question")
        #expect(try await server.read(upTo: 100, deadline: .now + .seconds(10)) == Array("question".utf8))
        try await server.write("answer")
        #expect(try await client.read(upTo: 3, deadline: .now + .seconds(10)) == Array("ans".utf8))
        #expect(try await client.read(upTo: 100, deadline: .now + .seconds(10)) == Array("wer".utf8))
    }

    @Test(arguments: [false, true]) func carriesMuchBothWaysAtOnce(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        let data = ManualRandom(seed: 3).bytes(8 << 20)
        let reversed = Array(data.reversed())
        async let sent: Void = client.write(data, deadline: .now + .seconds(60))
        async let answered: Void = server.write(reversed, deadline: .now + .seconds(60))
        async let atServer = Self.read(data.count, from: server)
        async let atClient = Self.read(data.count, from: client)
        try await sent
        try await answered
        let reachedServer = try await atServer == data
        #expect(reachedServer)
        let reachedClient = try await atClient == reversed
        #expect(reachedClient)
    }

    static func read(_ count: Int, from stream: any ByteStream) async throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let bytes = try await stream.read(upTo: 100_000, deadline: .now + .seconds(60))
            if bytes.isEmpty { break }
            all += bytes
        }
        return all
    }

    @Test(arguments: [false, true]) func halfClosesAndStillReads(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        try await client.write("all I have")
        try await client.closeWrite(deadline: .now + .seconds(10))
        #expect(try await server.readAll() == Array("all I have".utf8))
        try await server.write("thanks")
        try await server.closeWrite(deadline: .now + .seconds(10))
        #expect(try await client.readAll() == Array("thanks".utf8))
    }

    @Test(arguments: [false, true]) func readingGoesOnAfterACancelledRead(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        let task = Task { try await client.read(upTo: 1, deadline: nil) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await server.write("x")
        #expect(try await client.read(upTo: 10, deadline: .now + .seconds(10)) == Array("x".utf8))
    }

    @Test(arguments: [false, true]) func waitsEndAtTheirDeadline(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        let start = ContinuousClock.now
        #expect(
            await socketErrorCode { _ = try await client.read(upTo: 1, deadline: start + .milliseconds(60)) }
                == .timedOut
        )
        #expect(start.duration(to: .now) >= .milliseconds(60))
        let much = [UInt8](repeating: 0, count: 64 << 20)
        #expect(await socketErrorCode { try await client.write(much, deadline: .now + .milliseconds(60)) } == .timedOut)
        #expect(start.duration(to: .now) < .seconds(10))
        withExtendedLifetime(server) {}
    }

    @Test func aTornWriteThroughTLSIsTheLast() async throws {
        let (client, server) = try await connectedTLSPair()
        let much = [UInt8](repeating: 0, count: 64 << 20)
        #expect(await socketErrorCode { try await client.write(much, deadline: .now + .milliseconds(60)) } == .timedOut)
        #expect(await socketErrorCode { try await client.write("more") } == .connectionLost)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: [false, true]) func aResetIsAnError(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        server.reset()
        #expect(await socketErrorCode { _ = try await client.readAll() } == .connectionLost)
        #expect(await socketErrorCode { for _ in 0..<10 { try await client.write("x") } } == .connectionLost)
    }

    @Test func anEndWithoutTLSBeingClosedIsAnError() async throws {
        let (client, server) = try await connectedTLSPair()
        try await server.write("half")
        server.close()
        #expect(await socketErrorCode { _ = try await client.readAll() } == .connectionLost)
    }

    @Test(arguments: [false, true]) func writingToAPeerThatIsGoneIsAnErrorAndNoSignal(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        server.close()
        let code = await socketErrorCode {
            for _ in 0..<1000 { try await client.write(String(repeating: "x", count: 10_000)) }
        }
        #expect(code == .connectionLost)
    }

    @Test(arguments: [false, true]) func closingWakesTheReader(secured: Bool) async throws {
        let (client, server) = try await pair(secured: secured)
        async let code = socketErrorCode { _ = try await client.read(upTo: 1, deadline: nil) }
        client.close()
        client.close()
        #expect(await code == .closed)
        #expect(await socketErrorCode { try await client.write("x") } == .closed)
        withExtendedLifetime(server) {}
    }

    @Test func noticesThatTheOtherSideHungUp() async throws {
        let (client, server) = try await connectedPair()
        try await client.write("unread")
        #expect(
            await socketErrorCode { try await server.waitUntilHungUp(deadline: .now + .milliseconds(30)) } == .timedOut
        )
        async let noticed: Void = server.waitUntilHungUp(deadline: .now + .seconds(10))
        client.close()
        try await noticed
    }

    @Test func waitsUntilAllIsDelivered() async throws {
        let (client, server) = try await connectedPair()
        let data = [UInt8](repeating: 1, count: 50_000)
        try await client.write(data, deadline: .now + .seconds(10))
        try await client.waitUntilDelivered(deadline: .now + .seconds(10))
        client.reset()
        let isWhole = try await server.read(upTo: 100_000, deadline: .now + .seconds(10)) == data
        #expect(isWhole)
    }

    @Test func manyConnectionsShareThePoller() async throws {
        let listener = try SocketListener(try .loopback())
        let server = Task {
            await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    guard let stream = try? await listener.accept(deadline: .now + .seconds(30)) else { break }
                    group.addTask {
                        try await stream.write(try await stream.readAll(), deadline: .now + .seconds(30))
                    }
                }
            }
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                let port = listener.port
                group.addTask {
                    let stream = try await SocketStream.connect(
                        host: "127.0.0.1",
                        port: port,
                        deadline: .now + .seconds(30)
                    )
                    let message = "message \(index)"
                    try await stream.write(message)
                    try await stream.closeWrite(deadline: nil)
                    return try await stream.readAll() == Array(message.utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        await server.value
    }
}
