import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting

/// Keeps what it is given, and gives the data back with one byte changed.
final class DamagingStore: ObjectStore {
    let isDamaging = Locked(true)
    private let below = InMemoryObjectStore()
    var location: String { "memory:damaging" }
    func capabilities() async throws -> ObjectStoreCapabilities { try await below.capabilities() }
    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        var result = try await below.put(key, body, options: options)
        // The damage comes later: the run need not read it back.
        result.proof = .contentHash
        return result
    }
    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        guard key.contains("/data/"), isDamaging.withLock({ $0 }) else {
            return try await below.get(key, options: options)
        }
        let other = InMemoryObjectStore()
        var bytes = try await below.read(key, upTo: 1 << 30)
        bytes[bytes.count / 2] ^= 1
        try await other.put(key, .bytes(bytes))
        return try await other.get(key, options: options)
    }
    func head(_ key: String) async throws -> ObjectInfo { try await below.head(key) }
    func delete(_ key: String) async throws { try await below.delete(key) }
    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] { try await below.deleteMany(keys) }
    func list(_ options: ObjectListOptions) -> ObjectListing { below.list(options) }
    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] { [] }
    func abort(_ upload: AbandonedUpload) async throws {}
}
