import FoundationEssentials
import GroundworkCore
import GroundworkStorage

/// A store in memory that calls a function in the middle of a put, changes what it answers, or fails on request.
final class HookedStore: ObjectStore {
    /// What is done otherwise than by the store below.
    struct Hooks: Sendable {
        /// Called with the key before a put reads its body, and again after each chunk with the sum so far.
        var duringPut: @Sendable (_ key: String, _ bytes: Int) async throws -> Void = { _, _ in }
        /// Does a put its own way; false leaves it to the store below.
        var insteadOfPut: @Sendable (_ key: String, _ body: ObjectBody) async throws -> Bool = { _, _ in false }
        /// Changes the outcome of a put.
        var afterPut: @Sendable (_ key: String, _ result: ObjectPutResult) async throws -> ObjectPutResult = { $1 }
        /// Whether listings come backwards.
        var listsBackwards = false
        /// Changes what a head finds.
        var afterHead: @Sendable (_ info: ObjectInfo) -> ObjectInfo = { $0 }
    }

    let below = InMemoryObjectStore()
    private let hooks: Hooks

    init(_ change: (inout Hooks) -> Void) {
        var hooks = Hooks()
        change(&hooks)
        self.hooks = hooks
    }

    var location: String { "memory:hooked" }

    func capabilities() async throws -> ObjectStoreCapabilities { try await below.capabilities() }

    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        if try await hooks.insteadOfPut(key, body) { return ObjectPutResult(size: 0, etag: nil, proof: .none) }
        try await hooks.duringPut(key, 0)
        var body = body
        if case .stream(let chunks) = body.source {
            body = .stream(HookedChunks(chunks: chunks, key: key, hooks: hooks), length: body.length)
        }
        return try await hooks.afterPut(key, below.put(key, body, options: options))
    }

    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        try await below.get(key, options: options)
    }

    func head(_ key: String) async throws -> ObjectInfo { hooks.afterHead(try await below.head(key)) }

    func delete(_ key: String) async throws { try await below.delete(key) }

    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] { try await below.deleteMany(keys) }

    func list(_ options: ObjectListOptions) -> ObjectListing {
        guard hooks.listsBackwards else { return below.list(options) }
        return ObjectListing { [below] in
            let ended = Locked(false)
            return {
                if ended.withLock({ $0 }) { return nil }
                ended.withLock { $0 = true }
                var objects: [ObjectInfo] = []
                for try await object in below.list(options) { objects.append(object) }
                return ObjectListPage(objects: objects.reversed(), commonPrefixes: [])
            }
        }
    }

    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] { [] }

    func abort(_ upload: AbandonedUpload) async throws {}
}

private struct HookedChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let chunks: ObjectBody.Chunks
    let key: String
    let hooks: HookedStore.Hooks

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(next: chunks.iterator(), key: key, hooks: hooks) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let next: @Sendable () async throws -> [UInt8]?
        let key: String
        let hooks: HookedStore.Hooks
        var sum = 0

        mutating func next() async throws -> [UInt8]? {
            guard let chunk = try await next() else { return nil }
            sum += chunk.count
            try await hooks.duringPut(key, sum)
            return chunk
        }
    }
}

extension AsyncSequence where Self: Sendable, Element == [UInt8], Failure == any Error {
    /// The sequence's `next` as a function, to be called by one task at a time.
    fileprivate func iterator() -> @Sendable () async throws -> [UInt8]? {
        let iterator = Locked(makeAsyncIterator() as any AsyncIteratorProtocol<[UInt8], any Error>)
        return {
            var current = iterator.withLock { $0 }
            defer { iterator.withLock { $0 = current } }
            return try await current.next()
        }
    }
}
