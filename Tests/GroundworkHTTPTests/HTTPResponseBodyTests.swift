import GroundworkCore
import GroundworkHTTP
import Testing

@Suite struct HTTPResponseBodyTests {
    private static func body(_ chunks: [[UInt8]], abandoned: Locked<Int>) -> HTTPResponseBody {
        let rest = Locked(chunks[...])
        return HTTPResponseBody(
            next: { rest.withLock { $0.popFirst() } },
            abandon: { abandoned.withLock { $0 += 1 } }
        )
    }

    @Test func isReadOnceAndSkipsEmptyChunks() async throws {
        let abandoned = Locked(0)
        let body = Self.body([[1], [], [2, 3]], abandoned: abandoned)
        var chunks: [[UInt8]] = []
        for try await chunk in body { chunks.append(chunk) }
        #expect(chunks == [[1], [2, 3]])
        let error = await #expect(throws: HTTPTransportError.self) { for try await _ in body {} }
        #expect(error?.code == .bodyAlreadyConsumed)
    }

    @Test func droppingItBeforeTheEndAbandonsTheExchangeOnce() async throws {
        let abandoned = Locked(0)
        do { _ = Self.body([[1]], abandoned: abandoned) }
        #expect(abandoned.withLock { $0 } == 1)
        do {
            let body = Self.body([[1], [2]], abandoned: abandoned)
            for try await _ in body { break }
        }
        #expect(abandoned.withLock { $0 } == 2)
        do { _ = try await Self.body([[1], [2]], abandoned: abandoned).collect(upTo: 2) }
        #expect(abandoned.withLock { $0 } == 2)
    }

    @Test func collectingKeepsToItsLimit() async throws {
        let abandoned = Locked(0)
        let bytes = try await Self.body([[1, 2], [3]], abandoned: abandoned).collect(upTo: 3)
        #expect(bytes == [1, 2, 3])
        let error = await #expect(throws: HTTPTransportError.self) {
            try await Self.body([[1, 2], [3]], abandoned: abandoned).collect(upTo: 2)
        }
        #expect(error?.code == .responseTooLarge)
        #expect(abandoned.withLock { $0 } == 1)
    }

    @Test func nothingIsAskedForAfterAnError() async throws {
        struct Broken: Error {}
        let calls = Locked(0)
        let body = HTTPResponseBody(next: {
            calls.withLock { $0 += 1 }
            throw Broken()
        })
        var iterator = body.makeAsyncIterator()
        await #expect(throws: Broken.self) { try await iterator.next() }
        let next = try await iterator.next()
        #expect(next == nil)
        #expect(calls.withLock { $0 } == 1)
    }
}
