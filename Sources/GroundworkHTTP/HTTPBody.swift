/// The body of a request: bytes in memory, a range of a file, or a sequence of chunks.
///
/// A body knows its length or does not, and can be read again or not. What can be read again can be retried.
public struct HTTPBody: Sendable {
    /// A sequence of chunks, whatever its concrete type.
    public typealias Chunks = any AsyncSequence<[UInt8], any Error> & Sendable

    /// Where the bytes come from; a transport with fast paths switches over it.
    public enum Source: Sendable {
        /// Chunks in memory, sent one after the other.
        case bytes([[UInt8]])
        /// A range of a file.
        case file(HTTPFileRange)
        /// A sequence, made anew for each reading.
        case sequence(@Sendable () throws -> Chunks)
    }

    /// Where the bytes come from.
    public let source: Source
    /// The length in bytes; nil when it is not known beforehand.
    public let length: Int64?
    /// Whether the body can be read more than once.
    public let isReplayable: Bool
    /// Whether reading was begun, where that can be done once only.
    private let used: Locked<Bool>?

    /// Whether the body cannot be read any more.
    package var isSpent: Bool { used?.withLock { $0 } ?? false }

    private init(source: Source, length: Int64?, isReplayable: Bool, used: Locked<Bool>? = nil) {
        self.source = source
        self.used = used
        self.length = length
        self.isReplayable = isReplayable
    }

    /// Bytes in memory.
    public static func bytes(_ bytes: [UInt8]) -> HTTPBody {
        HTTPBody(source: .bytes([bytes]), length: Int64(bytes.count), isReplayable: true)
    }

    /// Chunks in memory, sent one after the other without being joined.
    public static func bytes(_ chunks: [[UInt8]]) -> HTTPBody {
        let length = chunks.reduce(Int64(0)) { $0 + Int64($1.count) }
        return HTTPBody(source: .bytes(chunks), length: length, isReplayable: true)
    }

    /// The UTF-8 bytes of a text.
    public static func text(_ text: String) -> HTTPBody { .bytes(Array(text.utf8)) }

    /// A range of a file, which is opened now and read as it is sent.
    /// - Parameters:
    ///   - path: the file; it must not shrink while it is sent.
    ///   - offset: the first byte.
    ///   - length: how many bytes; nil means up to the end.
    /// - Throws: `SystemCallError` when it cannot be opened, ``HTTPTransportError`` when the range is not in it.
    public static func file(_ path: String, offset: Int64 = 0, length: Int64? = nil) throws -> HTTPBody {
        .file(try HTTPFileRange(path: path, offset: offset, length: length))
    }

    /// A range of an open file.
    public static func file(_ range: HTTPFileRange) -> HTTPBody {
        HTTPBody(source: .file(range), length: range.length, isReplayable: true)
    }

    /// A sequence of chunks that can be made anew for each try.
    /// - Parameters:
    ///   - length: the sum of the chunks' lengths; the transport holds the sequence to it. nil if unknown.
    ///   - make: makes the sequence, once for each try.
    public static func replayable<S: AsyncSequence & Sendable>(
        length: Int64?,
        _ make: @escaping @Sendable () throws -> S
    ) -> HTTPBody where S.Element == [UInt8] {
        HTTPBody(source: .sequence { ErasedChunks(try make()) }, length: length, isReplayable: true)
    }

    /// A sequence of chunks that can be read once.
    /// - Parameters:
    ///   - length: the sum of the chunks' lengths; the transport holds the sequence to it. nil if unknown.
    ///   - chunks: the sequence.
    public static func stream<S: AsyncSequence & Sendable>(
        length: Int64?,
        _ chunks: S
    ) -> HTTPBody where S.Element == [UInt8] {
        let used = Locked(false)
        return HTTPBody(
            source: .sequence {
                let isFirst = used.withLock { isUsed in
                    defer { isUsed = true }
                    return !isUsed
                }
                guard isFirst else {
                    throw HTTPTransportError(
                        .bodyAlreadyConsumed,
                        "The request's body can be read once only and was read before; use a replayable body to send it again."
                    )
                }
                return ErasedChunks(chunks)
            },
            length: length,
            isReplayable: false,
            used: used
        )
    }

    /// The bytes as a sequence, from the first byte.
    /// - Throws: ``HTTPTransportError`` with ``HTTPTransportError/Code/bodyAlreadyConsumed``.
    public func chunks() throws -> Chunks {
        switch source {
        case .bytes(let chunks): ErasedChunks(InMemoryChunks(chunks: chunks))
        case .file(let range): ErasedChunks(range.chunks())
        case .sequence(let make): try make()
        }
    }
}

/// Gives any sequence the failure type `any Error`.
struct ErasedChunks<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == [UInt8] {
    typealias Element = [UInt8]
    typealias Failure = any Error
    let base: Base

    init(_ base: Base) { self.base = base }

    struct Iterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await base.next(isolation: actor)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }
}

/// Chunks that are there already.
struct InMemoryChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    let chunks: [[UInt8]]

    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<[UInt8]>

        mutating func next() async throws -> [UInt8]? {
            while let first = rest.popFirst() {
                if !first.isEmpty { return first }
            }
            return nil
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: chunks[...]) }
}
