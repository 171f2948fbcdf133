import FoundationEssentials
import GroundworkCore
import GroundworkStorage

/// What a case works with: the store, a prefix of its own, and a list of what is wrong.
final class ConformanceContext: ConformanceFindings {
    let suite: ObjectStoreConformance
    let prefix: String
    let found = Locked<[String]>([])

    init(suite: ObjectStoreConformance, prefix: String) {
        self.suite = suite
        self.prefix = prefix
    }

    var store: any ObjectStore { suite.store }

    /// A key of this case.
    func key(_ name: String) -> String { prefix + name }

    /// Expects an error of the store.
    func expectError(
        _ codes: [ObjectStoreError.Code],
        _ what: String,
        _ work: () async throws -> Void
    ) async {
        await expectError(
            ObjectStoreError.self,
            what,
            "\(codes)",
            message: \.message,
            isExpected: { codes.contains($0.code) },
            work
        )
    }

    /// Reads an object whole.
    func read(_ key: String) async throws -> [UInt8] {
        try await collect(store.get(key).content)
    }

    func collect(_ content: ObjectContent) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in content {
            expect(!chunk.isEmpty, "a chunk is empty")
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    /// The keys of a listing, without the prefix of the case.
    func names(_ listing: ObjectListing) async throws -> [String] {
        var names: [String] = []
        for try await object in listing { names.append(object.key.removingPrefix(prefix)) }
        return names
    }

    /// Expects that no object and no unfinished upload has this key.
    func expectNothing(_ key: String, _ what: String) async throws {
        await expectError([.notFound], "head after \(what)") { _ = try await store.head(key) }
        for try await object in store.list(prefix: prefix) where object.key.utf8.elementsEqual(key.utf8) {
            fail("the listing shows the object after \(what)")
        }
        let uploads = try await store.abandonedUploads(prefix: key, olderThan: .distantFuture)
        expect(uploads.isEmpty, "an upload is left after \(what): \(uploads)")
    }

    /// Stores small objects, several at once.
    func fill(_ names: [String], bytes: [UInt8] = [1]) async throws {
        var rest = names[...]
        try await withThrowingTaskGroup(of: Void.self) { group in
            func start() {
                guard let name = rest.popFirst() else { return }
                group.addTask { [self] in try await store.put(key(name), .bytes(bytes)) }
            }
            for _ in 0..<16 { start() }
            while try await group.next() != nil { start() }
        }
    }

    /// Deletes what the case wrote. A store that lists wrongly may leave something.
    func cleanUp() async {
        do {
            var keys: [String] = []
            for try await object in store.list(prefix: prefix) { keys.append(object.key) }
            for start in stride(from: 0, to: keys.count, by: 1000) {
                _ = try await store.deleteMany(Array(keys[start..<min(start + 1000, keys.count)]))
            }
            for upload in try await store.abandonedUploads(prefix: prefix, olderThan: .distantFuture) {
                try await store.abort(upload)
            }
        } catch {
            fail("cleaning up failed: \(error)")
        }
    }

    /// Bytes that look random and depend on the seed only.
    static func pattern(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        let block = ManualRandom(seed: seed).bytes(4099)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + block.count)
        while bytes.count < count { bytes += block }
        return Array(bytes.prefix(count))
    }
}

extension String {
    /// The text behind a prefix, compared byte by byte; the text itself without it.
    func removingPrefix(_ prefix: String) -> String {
        guard utf8.starts(with: prefix.utf8) else { return self }
        return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}

/// A sequence of chunks made by a function.
struct ChunkSource: AsyncSequence, Sendable {
    let next: @Sendable (Int) async throws -> [UInt8]?

    struct AsyncIterator: AsyncIteratorProtocol {
        let source: @Sendable (Int) async throws -> [UInt8]?
        var index = 0

        mutating func next() async throws -> [UInt8]? {
            defer { index += 1 }
            return try await source(index)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: next) }

    /// The bytes in chunks of one size.
    static func of(_ bytes: [UInt8], chunk: Int) -> ChunkSource {
        ChunkSource { index in
            let start = index * chunk
            return start < bytes.count ? Array(bytes[start...].prefix(chunk)) : nil
        }
    }
}
