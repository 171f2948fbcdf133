import GroundworkCore
import GroundworkStorage

/// The chunks of a body or of an object's content, one call at a time.
final class ChunkReader: Sendable {
    private struct State {
        var bytes: [UInt8]?
        var file: OpenFile?
        var offset: Int64 = 0
        var iterator: (any AsyncIteratorProtocol<[UInt8], any Error>)?
    }

    private let state: Locked<State>

    init(_ body: ObjectBody) throws {
        switch body.source {
        case .bytes(let bytes): state = Locked(State(bytes: bytes))
        case .file(let path): state = Locked(State(file: try OpenFile(path)))
        case .stream(let chunks): state = Locked(State(iterator: Self.iterator(of: chunks)))
        }
    }

    init(_ content: ObjectContent) { state = Locked(State(iterator: content.makeAsyncIterator())) }

    private static func iterator<S: AsyncSequence>(of chunks: S) -> any AsyncIteratorProtocol<[UInt8], any Error>
    where S.Element == [UInt8], S.Failure == any Error { chunks.makeAsyncIterator() }

    func next() async throws -> [UInt8]? {
        var current = state.withLock { $0 }
        defer { state.withLock { $0 = current } }
        if let bytes = current.bytes {
            current.bytes = nil
            return bytes.isEmpty ? nil : bytes
        }
        if let file = current.file {
            let bytes = try file.read(1 << 20, at: current.offset)
            current.offset += Int64(bytes.count)
            return bytes.isEmpty ? nil : bytes
        }
        return try await current.iterator?.next()
    }
}

/// Chunks that end otherwise than they should: after so many bytes something is done, which throws.
final class CutChunks: Sendable {
    private let reader: ChunkReader
    private let remaining: Locked<Int64>
    private let end: @Sendable () async throws -> Void

    init(_ reader: ChunkReader, limit: Int64, end: @escaping @Sendable () async throws -> Void) {
        self.reader = reader
        remaining = Locked(max(0, limit))
        self.end = end
    }

    func next() async throws -> [UInt8]? {
        if remaining.withLock({ $0 == 0 }) { try await end() }
        guard let chunk = try await reader.next() else {
            // Shorter than the place of the fault: it happens at the end.
            try await end()
            return nil
        }
        return remaining.withLock { remaining in
            let count = min(Int64(chunk.count), remaining)
            remaining -= count
            return Array(chunk.prefix(Int(count)))
        }
    }
}

/// ``CutChunks`` as a sequence.
struct CutSequence: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let chunks: CutChunks

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: chunks) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: CutChunks

        mutating func next() async throws -> [UInt8]? { try await chunks.next() }
    }
}
