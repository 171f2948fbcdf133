/// Chunks in which one bit is flipped.
struct CorruptedChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let base: ObjectChunks
    let offset: Int

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), offset: offset) }

    struct Iterator: AsyncIteratorProtocol {
        var base: ObjectChunks.Iterator
        var offset: Int

        mutating func next() async throws -> [UInt8]? {
            guard var chunk = try await base.next() else { return nil }
            if chunk.indices.contains(offset) { chunk[offset] ^= 1 }
            offset -= chunk.count
            return chunk
        }
    }
}
