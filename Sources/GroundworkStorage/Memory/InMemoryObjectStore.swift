public import FoundationEssentials
public import GroundworkCore

/// A store in memory: for tests, previews and small caches. It keeps every key and all conditions.
public final class InMemoryObjectStore: ObjectStore {
    /// A call of the store.
    public struct Operation: Sendable, Hashable, CustomStringConvertible {
        /// The call's name: `put`, `get`, `head`, `delete` or `list`.
        public let name: String
        /// The key, or the prefix of a listing.
        public let key: String

        /// The name and the key.
        public var description: String { "\(name) \(key)" }
    }

    /// How the store behaves.
    public struct Configuration: Sendable {
        /// The bytes of all objects together; a put beyond is ``ObjectStoreError/Code/noSpace``.
        public var byteLimit: Int64 = 1 << 30
        /// Called before every operation; what it throws, the operation throws. A test injects failures here.
        public var beforeOperation: (@Sendable (Operation) async throws -> Void)?
        /// Where the objects' dates come from.
        public var time: any TimeSource = SystemTime()

        /// Makes the default configuration.
        public init() {}
    }

    /// Bytes as a key: Swift's strings are equal when they look alike, keys when their bytes are.
    private struct Key: Hashable, Comparable {
        let bytes: [UInt8]
        init(_ text: String) { bytes = Array(text.utf8) }
        static func < (lhs: Key, rhs: Key) -> Bool { lhs.bytes.lexicographicallyPrecedes(rhs.bytes) }
    }

    private struct State {
        var objects: [Key: (info: ObjectInfo, bytes: [UInt8])] = [:]
        var used: Int64 = 0
        var version = 0
    }

    /// `memory://` and a number that tells the stores of a process apart.
    public let location: String
    private let configuration: Configuration
    private let state = Locked(State())

    /// Makes an empty store.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        location = "memory://\(Hex.encode(SystemRandom().bytes(4)))"
    }

    /// The bytes of all objects together.
    public var byteCount: Int64 { state.withLock { $0.used } }

    /// Conditions are kept and every key is.
    public func capabilities() async throws -> ObjectStoreCapabilities {
        ObjectStoreCapabilities(
            conditionalPut: .enforced,
            listsAbandonedUploads: false,
            arbitraryKeys: true,
            maximumObjectSize: configuration.byteLimit
        )
    }

    /// Stores an object.
    @discardableResult
    public func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        try await begin("put", key)
        let options = try options.normalized(key: key, store: location)
        var bytes: [UInt8] = []
        let size = try await body.read(key: key, store: location) { chunk in
            guard Int64(bytes.count + chunk.count) <= configuration.byteLimit else { throw full(key) }
            bytes.append(contentsOf: chunk)
            options.progress?.report(Int64(bytes.count))
        }
        let now = configuration.time.now
        let name = Key(key)
        let stored = bytes
        return try state.withLock { state in
            let present = state.objects[name]?.info
            switch options.condition.base {
            case .none: break
            case .absent: guard present == nil else { throw failed(key, "there is one already") }
            case .matches(let etag):
                guard let present, present.etag == etag else { throw failed(key, "it is not the one asked for") }
            }
            let used = state.used - (present?.size ?? 0) + size
            guard used <= configuration.byteLimit else { throw full(key) }
            state.used = used
            state.version += 1
            let etag = "\(String(state.version, radix: 16))-\(String(size, radix: 16))"
            let info = ObjectInfo(
                key: key,
                size: size,
                etag: etag,
                lastModified: now,
                contentType: options.contentType,
                metadata: options.metadata
            )
            state.objects[name] = (info, stored)
            return ObjectPutResult(size: size, etag: etag, proof: .none)
        }
    }

    /// Opens an object; what is read stays the same, even if the object is replaced meanwhile.
    public func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        try await begin("get", key)
        guard let object = state.withLock({ $0.objects[Key(key)] }) else { throw missing(key) }
        if let expected = options.ifMatch, expected != object.info.etag {
            throw failed(key, "it is not the one with the ETag asked for")
        }
        let range = try object.info.clamp(options.range, store: location)
        let position = Locked(Int(range.lowerBound))
        let end = Int(range.upperBound)
        let content = ObjectContent {
            try Task.checkCancellation()
            return position.withLock { position in
                guard position < end else { return nil }
                let stop = min(end, position + 1 << 18)
                defer { position = stop }
                return Array(object.bytes[position..<stop])
            }
        }
        return ObjectGetResult(info: object.info, range: range, content: content)
    }

    /// Looks at an object.
    public func head(_ key: String) async throws -> ObjectInfo {
        try await begin("head", key)
        guard let object = state.withLock({ $0.objects[Key(key)] }) else { throw missing(key) }
        return object.info
    }

    /// Deletes an object.
    public func delete(_ key: String) async throws {
        try await begin("delete", key)
        state.withLock { state in
            if let gone = state.objects.removeValue(forKey: Key(key)) { state.used -= gone.info.size }
        }
    }

    /// Deletes objects one by one.
    public func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] {
        var failures: [ObjectDeleteFailure] = []
        for key in keys {
            do {
                try await delete(key)
            } catch let error as ObjectStoreError {
                failures.append(ObjectDeleteFailure(key: key, error: error))
            }
        }
        return failures
    }

    /// Lists what is there when each page is fetched.
    public func list(_ options: ObjectListOptions) -> ObjectListing {
        ObjectListing { [self] in
            let lister = Locked(FlatLister(options))
            return {
                try await self.begin("list", options.prefix)
                return lister.withLock { lister in
                    let sorted = self.state.withLock { $0.objects.values.map(\.info) }
                    return lister.page(of: sorted)
                }
            }
        }
    }

    /// Nothing is ever left behind here.
    public func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] { [] }

    /// Does nothing.
    public func abort(_ upload: AbandonedUpload) async throws {}

    private func begin(_ name: String, _ key: String) async throws {
        try Task.checkCancellation()
        try await configuration.beforeOperation?(Operation(name: name, key: key))
        guard name == "list" || (1...1024).contains(key.utf8.count) else {
            throw ObjectStoreError(
                .invalidKey,
                "A key has 1 to 1,024 bytes; this one has \(key.utf8.count).",
                key: key,
                store: location
            )
        }
    }

    private func missing(_ key: String) -> ObjectStoreError {
        ObjectStoreError(.notFound, "There is no object \(key.debugDescription).", key: key, store: location)
    }

    private func failed(_ key: String, _ reason: String) -> ObjectStoreError {
        ObjectStoreError(
            .preconditionFailed,
            "The condition on \(key.debugDescription) does not hold: \(reason).",
            key: key,
            store: location
        )
    }

    private func full(_ key: String) -> ObjectStoreError {
        ObjectStoreError(
            .noSpace,
            "No room for \(key.debugDescription): this store holds \(configuration.byteLimit) bytes at most.",
            key: key,
            store: location
        )
    }
}
