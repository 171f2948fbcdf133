public import FoundationEssentials

/// A flat map from keys to objects: an S3 bucket, a directory, a dictionary in memory.
///
/// One job: store and return whole objects. A conformer does **not** interpret contents, keep a cache or lock; it
/// retries what it can repeat safely by itself, so callers never retry a store's calls a second time.
///
/// Keys are any text of 1 to 1,024 UTF-8 bytes. A store that cannot keep a key refuses it with
/// ``ObjectStoreError/Code/invalidKey``; no store ever changes one.
///
/// ### Write a store
/// Implement the requirements below and run `ObjectStoreConformance` of `GroundworkTesting` on it. A put must be
/// atomic: until it returns, readers see the old object or none, and a put that throws leaves no part of itself,
/// unless it throws ``ObjectStoreError/Code/outcomeUnknown``.
public protocol ObjectStore: Sendable {
    /// The store and the place in it, for messages: `s3://bucket`, `file:///backups`. It holds no secret.
    var location: String { get }

    /// What this store can do. A store that has to find out asks the server once and remembers.
    func capabilities() async throws -> ObjectStoreCapabilities

    /// Stores an object, replacing one with the same key unless `options` forbid it.
    /// - Throws: ``ObjectStoreError``, `CancellationError`, or what the source of the body throws.
    @discardableResult
    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult

    /// Opens an object for reading.
    /// - Throws: ``ObjectStoreError`` with ``ObjectStoreError/Code/notFound`` and others.
    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult

    /// Looks at an object without reading it.
    func head(_ key: String) async throws -> ObjectInfo

    /// Deletes an object. One that is not there is no error.
    func delete(_ key: String) async throws

    /// Deletes many objects. One that is not there is no error.
    /// - Returns: the keys that could not be deleted, with the reason; empty when all went.
    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure]

    /// Lists objects in the order of their keys' UTF-8 bytes, page by page as the sequence is read.
    func list(_ options: ObjectListOptions) -> ObjectListing

    /// Uploads in parts that were begun before a date and neither completed nor aborted.
    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload]

    /// Throws away an upload in parts. One that is not there is no error.
    func abort(_ upload: AbandonedUpload) async throws
}

extension ObjectStore {
    /// Stores an object with the default options.
    @discardableResult
    public func put(_ key: String, _ body: ObjectBody) async throws -> ObjectPutResult {
        try await put(key, body, options: ObjectPutOptions())
    }

    /// Opens an object for reading, from its first byte to its last.
    public func get(_ key: String) async throws -> ObjectGetResult {
        try await get(key, options: ObjectGetOptions())
    }

    /// Lists the objects whose keys begin with `prefix`.
    public func list(prefix: String = "") -> ObjectListing {
        var options = ObjectListOptions()
        options.prefix = prefix
        return list(options)
    }

    /// Reads a small object into memory.
    /// - Throws: ``ObjectStoreError`` with ``ObjectStoreError/Code/tooLarge`` beyond `limit` bytes.
    public func read(_ key: String, upTo limit: Int = 1 << 20) async throws -> [UInt8] {
        let result = try await get(key)
        guard result.info.size <= Int64(limit) else {
            throw ObjectStoreError(
                .tooLarge,
                "The object \(key) has \(result.info.size) bytes; this call accepts \(limit).",
                key: key,
                store: location
            )
        }
        var bytes: [UInt8] = []
        for try await chunk in result.content {
            guard chunk.count <= limit - bytes.count else {
                throw ObjectStoreError(
                    .tooLarge,
                    "The object \(key) has more than the \(limit) bytes that this call accepts.",
                    key: key,
                    store: location
                )
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }
}
