public import FoundationEssentials
import GroundworkCore
public import GroundworkStorage

/// A store that does what another one does, except for the faults it is given: each happens once, at the first call that
/// fits, unless it says otherwise.
///
///     let store = FaultyStore(InMemoryObjectStore())
///     store.inject(.fails(.put, of: "/data/", after: 1 << 20, with: ObjectStoreError(.unavailable, "503")))
///     await #expect(throws: PGBackupError.self) { try await PostgresBackup(configuration, store: store).run() }
///     #expect(store.pendingFaults == 0)
public final class FaultyStore: ObjectStore {
    /// The store below, with everything that was really kept.
    public let below: any ObjectStore
    private let faults = Locked<[StoreFault]>([])
    private let called = Locked<[String]>([])

    /// A store without faults yet.
    public init(_ below: any ObjectStore) { self.below = below }

    /// Adds a fault.
    public func inject(_ fault: StoreFault) { faults.withLock { $0.append(fault) } }

    /// Removes all faults that have not happened.
    public func heal() { faults.withLock { $0 = [] } }

    /// How many faults have not happened yet.
    public var pendingFaults: Int { faults.withLock { $0.count } }

    /// The calls so far, as `put backup/data/…`, at most 10,000.
    public var calls: [String] { called.withLock { $0 } }

    /// The store's name, with a mark.
    public var location: String { "faulty:\(below.location)" }

    /// What the store below can do.
    public func capabilities() async throws -> ObjectStoreCapabilities { try await below.capabilities() }

    /// Puts, or fails as it was told.
    public func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        switch fault(.put, key) {
        case nil: return try await below.put(key, body, options: options)
        case .fails(let error): throw error
        case .failsAfter(let bytes, let error):
            return try await below.put(key, try cut(body, bytes) { throw error }, options: options)
        case .hangs(let bytes):
            return try await below.put(key, try cut(body, bytes) { try await Self.hang() }, options: options)
        case .losesAnswer:
            _ = try await below.put(key, body, options: options)
            throw ObjectStoreError(.outcomeUnknown, "The answer was lost.", key: key, store: location)
        case .keeps(let bytes):
            let kept = try await collect(body)
            _ = try await below.put(key, .bytes(Array(kept.prefix(Int(clamping: bytes)))), options: options)
            return ObjectPutResult(size: Int64(kept.count), etag: nil, proof: .none)
        case .changesByte(let offset):
            var kept = try await collect(body)
            if kept.indices.contains(Int(clamping: offset)) { kept[Int(clamping: offset)] ^= 1 }
            _ = try await below.put(key, .bytes(kept), options: options)
            return ObjectPutResult(size: Int64(kept.count), etag: nil, proof: .none)
        }
    }

    /// Gets, or fails as it was told.
    public func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        let limit: Int64
        let end: @Sendable () async throws -> Void
        switch fault(.get, key) {
        case .fails(let error): throw error
        case .failsAfter(let bytes, let error): (limit, end) = (bytes, { throw error })
        case .hangs(let bytes): (limit, end) = (bytes, { try await Self.hang() })
        default: return try await below.get(key, options: options)
        }
        var result = try await below.get(key, options: options)
        let chunks = CutChunks(ChunkReader(result.content), limit: limit, end: end)
        result.content = ObjectContent { try await chunks.next() }
        return result
    }

    /// Looks, or fails as it was told.
    public func head(_ key: String) async throws -> ObjectInfo {
        if case .fails(let error) = fault(.head, key) { throw error }
        return try await below.head(key)
    }

    /// Deletes, or fails as it was told.
    public func delete(_ key: String) async throws {
        if case .fails(let error) = fault(.delete, key) { throw error }
        try await below.delete(key)
    }

    /// Deletes, or fails for the first key that a fault fits.
    public func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] {
        for key in keys {
            if case .fails(let error) = fault(.delete, key) { throw error }
        }
        return try await below.deleteMany(keys)
    }

    /// Lists, or fails as it was told.
    public func list(_ options: ObjectListOptions) -> ObjectListing {
        guard case .fails(let error) = fault(.list, options.prefix) else { return below.list(options) }
        return ObjectListing { { throw error } }
    }

    /// What the store below has.
    public func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] {
        try await below.abandonedUploads(prefix: prefix, olderThan: date)
    }

    /// Aborts in the store below.
    public func abort(_ upload: AbandonedUpload) async throws { try await below.abort(upload) }

    private func fault(_ operation: StoreFault.Operation, _ key: String) -> StoreFault.Kind? {
        called.withLock { if $0.count < 10_000 { $0.append("\(operation.rawValue) \(key)") } }
        return faults.withLock { faults in
            for index in faults.indices
            where faults[index].operation == operation
                && (faults[index].part.isEmpty || key.contains(faults[index].part))
            {
                if faults[index].skips > 0 {
                    faults[index].skips -= 1
                    continue
                }
                let kind = faults[index].kind
                if !faults[index].repeats { faults.remove(at: index) }
                return kind
            }
            return nil
        }
    }

    private static func hang() async throws {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private func cut(
        _ body: ObjectBody,
        _ limit: Int64,
        _ end: @escaping @Sendable () async throws -> Void
    ) throws -> ObjectBody {
        let chunks = CutChunks(try ChunkReader(body), limit: limit, end: end)
        return .stream(CutSequence(chunks: chunks), length: .unknown(estimate: nil))
    }

    private func collect(_ body: ObjectBody) async throws -> [UInt8] {
        let reader = try ChunkReader(body)
        var bytes: [UInt8] = []
        while let chunk = try await reader.next() { bytes += chunk }
        return bytes
    }
}
