import GroundworkSockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct BriefWaitsTests {
    /// How many of some reads wait on their thread when the answer is never there in time.
    @Test func waitsInVainBecomeRare() {
        var waits = BriefWaits()
        var count = 0
        for _ in 0..<100_000 where waits.begin() {
            count += 1
            waits.end(isReady: false)
        }
        #expect((10...40).contains(count))
    }

    @Test func oneAnswerInTimeMakesThemWorthItAgain() {
        var waits = BriefWaits()
        for _ in 0..<1000 where waits.begin() { waits.end(isReady: false) }
        while !waits.begin() {}
        waits.end(isReady: true)
        for _ in 0..<100 {
            let waitsAgain = waits.begin()
            #expect(waitsAgain)
            waits.end(isReady: true)
        }
    }

    @Test func answersComeWhetherTheyAreQuickOrNot() async throws {
        let listener = try SocketListener(try .loopback())
        async let accepted = listener.accept(deadline: .now + .seconds(10))
        let client = try await SocketStream.connect(
            host: "127.0.0.1",
            port: listener.port,
            deadline: .now + .seconds(10)
        )
        let server = try await accepted
        client.allowBriefWaits()
        for number in 0..<50 {
            async let read = client.read(upTo: 10, deadline: .now + .seconds(10))
            // Every fifth answer is later than any brief wait.
            if number % 5 == 0 { for _ in 0..<2000 { await Task.yield() } }
            try await server.write([UInt8(number)], deadline: .now + .seconds(10))
            #expect(try await read == [UInt8(number)])
        }
        // A deadline that is over is not waited for.
        await #expect(throws: SocketError.self) { _ = try await client.read(upTo: 10, deadline: .now) }
        server.close()
        #expect(try await client.read(upTo: 10, deadline: .now + .seconds(10)).isEmpty)
        client.close()
        listener.close()
    }
}
