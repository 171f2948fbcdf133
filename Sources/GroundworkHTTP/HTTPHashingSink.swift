import GroundworkCore
public import HTTPTypes

/// A hash that takes its input in pieces, of whatever library.
///
///     struct SHA256Hash: HTTPIncrementalHash {
///         var hasher = SHA256()   // of swift-crypto
///         mutating func update(_ bytes: RawSpan) { bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
///         mutating func finalize() -> [UInt8] { Array(hasher.finalize()) }
///     }
public protocol HTTPIncrementalHash {
    /// Takes the next bytes.
    mutating func update(_ bytes: RawSpan) throws

    /// Returns the digest of all bytes; called once, as the last thing.
    mutating func finalize() throws -> [UInt8]
}

/// Hashes a body as it comes, and hands it on to another sink: a download is written and verified in one pass.
///
///     let sink = HTTPHashingSink(into: try HTTPFileSink(path: path)) { SHA256Hash() }
///     _ = try await transport.send(request, body: nil, options: .init(), into: sink)
///     guard sink.digest == expected else { throw Corrupted() }
public final class HTTPHashingSink: HTTPBodySink {
    private struct State {
        var hash: (any HTTPIncrementalHash)?
        var digest: [UInt8]?
    }

    private let make: @Sendable () throws -> any HTTPIncrementalHash
    private let next: (any HTTPBodySink)?
    private let state = Locked(State())

    /// Makes a sink.
    /// - Parameters:
    ///   - next: takes the bytes too, and decides which bodies are accepted; nil means that the bytes are only hashed,
    ///     those of the successful statuses.
    ///   - hash: makes a fresh hash for each accepted body; it must be nobody else's.
    public init(into next: (any HTTPBodySink)? = nil, hash: @escaping @Sendable () throws -> any HTTPIncrementalHash) {
        self.next = next
        make = hash
    }

    /// The digest of the last accepted body; nil until that is complete.
    public var digest: [UInt8]? { state.withLock { $0.digest } }

    /// Decides as the next sink does; without one accepts the successful statuses, 200 to 299.
    public func accept(_ head: HTTPResponse) throws -> Bool {
        let isAccepted = try next?.accept(head) ?? (head.status.kind == .successful)
        let hash = isAccepted ? try make() : nil
        state.withLock { $0 = State(hash: hash) }
        return isAccepted
    }

    /// Hands the next bytes on, then hashes them.
    public func write(_ bytes: RawSpan) throws {
        try next?.write(bytes)
        try state.withLock { try $0.hash?.update(bytes) }
    }

    /// Ends the next sink, then the hash.
    public func finish() throws {
        try next?.finish()
        try state.withLock { state in
            state.digest = try state.hash?.finalize()
            state.hash = nil
        }
    }
}
