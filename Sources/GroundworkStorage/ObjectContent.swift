/// The bytes of an object: a sequence of chunks that is read once, as fast as its reader asks.
///
/// Dropping it early ends the transfer.
public struct ObjectContent: AsyncSequence, Sendable {
    /// A chunk; never empty.
    public typealias Element = [UInt8]
    /// ``ObjectStoreError``, or `CancellationError`.
    public typealias Failure = any Error

    fileprivate final class Owner: Sendable {
        let next: @Sendable () async throws -> [UInt8]?
        let abandon: @Sendable () -> Void
        let begun = Locked(false)

        init(next: @escaping @Sendable () async throws -> [UInt8]?, abandon: @escaping @Sendable () -> Void) {
            self.next = next
            self.abandon = abandon
        }

        deinit { abandon() }
    }

    private let owner: Owner

    /// Makes content from a function that gives the next chunk, and nil at the end.
    /// - Parameters:
    ///   - next: called by one task at a time.
    ///   - abandon: called once when the content is dropped, read to its end or not.
    public init(
        next: @escaping @Sendable () async throws -> [UInt8]?,
        abandon: @escaping @Sendable () -> Void = {}
    ) {
        owner = Owner(next: next, abandon: abandon)
    }

    /// Starts reading; a second call gives an iterator that throws.
    public func makeAsyncIterator() -> AsyncIterator {
        let isFirst = owner.begun.withLock { begun in
            defer { begun = true }
            return !begun
        }
        return AsyncIterator(owner: owner, isFirst: isFirst)
    }

    /// Reads chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let owner: Owner
        private let isFirst: Bool

        fileprivate init(owner: Owner, isFirst: Bool) {
            self.owner = owner
            self.isFirst = isFirst
        }

        /// The next chunk, or nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            guard isFirst else {
                throw ObjectStoreError(.alreadyConsumed, "The object's content was read before; open it anew with get.")
            }
            return try await owner.next()
        }
    }
}
