import FoundationEssentials
import S3Compat
import Synchronization

/// A store that remembers which keys it was asked to write, so that the demo can delete those and no other.
final class RecordingStore: ObjectStore {
    private let base: any ObjectStore
    private let asked = Mutex(Set<String>())

    init(_ base: any ObjectStore) { self.base = base }

    /// The keys that were asked to be written, whatever came of it.
    var written: [String] { asked.withLock { $0.sorted() } }

    var location: String { base.location }

    /// Whether a store keeps to conditions is found out by an object of its own: the demo writes none but its backup.
    func capabilities() async throws -> ObjectStoreCapabilities {
        ObjectStoreCapabilities(conditionalPut: .unknown, listsAbandonedUploads: true, arbitraryKeys: false)
    }

    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        asked.withLock { _ = $0.insert(key) }
        return try await base.put(key, body, options: options)
    }

    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        try await base.get(key, options: options)
    }

    func head(_ key: String) async throws -> ObjectInfo { try await base.head(key) }

    func delete(_ key: String) async throws { try await base.delete(key) }

    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] { try await base.deleteMany(keys) }

    func list(_ options: ObjectListOptions) -> ObjectListing { base.list(options) }

    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] {
        try await base.abandonedUploads(prefix: prefix, olderThan: date)
    }

    func abort(_ upload: AbandonedUpload) async throws { try await base.abort(upload) }
}
