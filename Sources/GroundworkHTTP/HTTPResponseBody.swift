/// The body of a response: a sequence of chunks that is read once, as fast as its reader asks.
///
/// Dropping it before the end aborts the exchange; a second iteration throws
/// ``HTTPTransportError/Code/bodyAlreadyConsumed``.
public struct HTTPResponseBody: AsyncSequence, Sendable {
    /// A chunk of the body; never empty.
    public typealias Element = [UInt8]
    /// ``HTTPTransportError``, or `CancellationError`.
    public typealias Failure = any Error

    private let storage: Storage

    /// Makes a body from a function that gives the next chunk, and nil at the end.
    /// - Parameters:
    ///   - next: called by one task at a time, and not again after it returned nil or threw.
    ///   - abandon: called once when the body is dropped before its end.
    public init(
        next: @escaping @Sendable () async throws -> [UInt8]?,
        abandon: @escaping @Sendable () -> Void = {}
    ) {
        storage = Storage(next: next, abandon: abandon)
    }

    /// A body that is there already.
    public init(bytes: [UInt8]) {
        let rest = Locked<[UInt8]?>(bytes.isEmpty ? nil : bytes)
        self.init(next: {
            rest.withLock { bytes in
                defer { bytes = nil }
                return bytes
            }
        })
    }

    /// A body without bytes.
    public static var empty: HTTPResponseBody { HTTPResponseBody(bytes: []) }

    /// Reads the whole body into memory.
    /// - Throws: ``HTTPTransportError`` with ``HTTPTransportError/Code/responseTooLarge`` beyond `limit` bytes.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var result: [UInt8] = []
        for try await chunk in self {
            guard chunk.count <= limit - result.count else {
                throw HTTPTransportError(
                    .responseTooLarge,
                    "The response's body is larger than the \(limit) bytes that this call accepts."
                )
            }
            if result.isEmpty { result = chunk } else { result.append(contentsOf: chunk) }
        }
        return result
    }

    /// Starts reading; a second call gives an iterator that throws.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(storage: storage, isFirst: storage.begin())
    }

    /// Reads chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let storage: Storage
        fileprivate let isFirst: Bool

        /// The next chunk, or nil at the end of the body.
        public mutating func next() async throws -> [UInt8]? {
            guard isFirst else {
                throw HTTPTransportError(
                    .bodyAlreadyConsumed,
                    "The response's body was read before; a body that is needed twice must be collected."
                )
            }
            return try await storage.read()
        }
    }

    fileprivate final class Storage: Sendable {
        private struct State { var begun = false, ended = false }
        private let state = Locked(State())
        private let next: @Sendable () async throws -> [UInt8]?
        private let abandon: @Sendable () -> Void

        init(next: @escaping @Sendable () async throws -> [UInt8]?, abandon: @escaping @Sendable () -> Void) {
            self.next = next
            self.abandon = abandon
        }

        deinit {
            if !state.withLock({ $0.ended }) { abandon() }
        }

        func begin() -> Bool {
            state.withLock { state in
                defer { state.begun = true }
                return !state.begun
            }
        }

        func read() async throws -> [UInt8]? {
            guard !state.withLock({ $0.ended }) else { return nil }
            do {
                while let chunk = try await next() {
                    if !chunk.isEmpty { return chunk }
                }
                state.withLock { $0.ended = true }
                return nil
            } catch {
                state.withLock { $0.ended = true }
                throw error
            }
        }
    }
}
