import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// Stores that fail, and stores that lie.
    @Suite struct StoreFaultTests {
        @Test func aFullDiskIsNamedAndLeavesNothing() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await SmallDisk.run("size=3m", on: directory) { (path: String) async throws -> Void in
                    try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                        let store = try DirectoryObjectStore(path: path)
                        let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                        #expect(error.code == .storeFailed)
                        #expect((error.underlyingError as? ObjectStoreError)?.code == .noSpace)
                        #expect(error.message.contains(path))
                        #expect(try await allKeys(store).isEmpty)
                        #expect(try children(named: "pg_dump", for: name).isEmpty)
                    }
                }
            }
        }

        @Test func aStoreThatFailsHalfWayIsNamed() async throws {
            try await withDatabase(.bulk) { cluster, name in
                let store = HookedStore { hooks in
                    hooks.duringPut = { _, bytes in
                        if bytes > 0 { throw ObjectStoreError(.unavailable, "The test's store is down.") }
                    }
                }
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .storeFailed)
                #expect(error.isRetryable)
                #expect(error.message.contains("The test's store is down."))
                #expect(try await allKeys(store).isEmpty)
                #expect(try children(named: "pg_dump", for: name).isEmpty)
            }
        }

        @Test func aStoreThatLosesBytesIsFoundOut() async throws {
            try await withDatabase { cluster, name in
                let store = HookedStore { hooks in
                    hooks.afterHead = {
                        var info = $0
                        info.size -= 1
                        return info
                    }
                }
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .storedDataDiffers)
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func aStoreThatChangesBytesAndProvesNothingIsFoundOut() async throws {
            try await withDatabase { cluster, name in
                let store = UnreliableStore()
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .storedDataDiffers)
                #expect(error.message.contains("SHA-256"))
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func aManifestThatCannotBeStoredTakesTheDataWithIt() async throws {
            try await withDatabase { cluster, name in
                let store = HookedStore { hooks in
                    hooks.duringPut = { key, _ in
                        if key.contains("/manifests/") { throw ObjectStoreError(.accessDenied, "Not in this folder.") }
                    }
                }
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .storeFailed)
                #expect(error.message.contains("Not in this folder."))
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func anAnswerLostAfterTheManifestIsStoredIsLookedUp() async throws {
            try await withDatabase { cluster, name in
                let store = HookedStore { hooks in
                    hooks.afterPut = { key, result in
                        guard key.contains("/manifests/") else { return result }
                        throw ObjectStoreError(.outcomeUnknown, "The answer was lost.")
                    }
                }
                let backup = backup(of: cluster.url(name), to: store)
                let report = try await backup.run()
                #expect(try await backup.latest().id == report.manifest.id)
            }
        }

        @Test func dataWhosePutHasAnUnknownOutcomeIsRemoved() async throws {
            try await withDatabase { cluster, name in
                let store = HookedStore { hooks in
                    hooks.afterPut = { _, _ in throw ObjectStoreError(.outcomeUnknown, "The answer was lost.") }
                }
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .storeFailed)
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func aStoreThatFailsWhileItReadsInATaskOfItsOwnIsNamed() async throws {
            try await withDatabase(.bulk) { cluster, name in
                let store = HookedStore { hooks in
                    hooks.insteadOfPut = { key, body in
                        guard key.contains("/data/"), case .stream(let chunks) = body.source else { return false }
                        let begun = AsyncStream<Void>.makeStream()
                        let reading = Task { for try await _ in chunks { begun.continuation.yield() } }
                        for await _ in begun.stream { break }
                        reading.cancel()
                        _ = await reading.result
                        throw ObjectStoreError(.unavailable, "The test's store gave up.")
                    }
                }
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .storeFailed)
                #expect(error.message.contains("The test's store gave up."))
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func dataThatIsCompletedWhileTheRunIsCancelledIsRemoved() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let stored = AsyncStream<Void>.makeStream()
                let store = HookedStore { hooks in
                    hooks.afterPut = { _, result in
                        stored.continuation.yield()
                        try await Task.sleep(for: .seconds(600))
                        return result
                    }
                }
                let backup = backup(of: cluster.url(name), to: store)
                let run = Task { try await backup.run() }
                for await _ in stored.stream { break }
                #expect(try await allKeys(store).count == 1)
                run.cancel()
                await #expect(throws: CancellationError.self) { _ = try await run.value }
                #expect(try await allKeys(store).isEmpty)
            }
        }
    }
}

/// A store that flips a bit of everything it keeps, and says that it proves nothing.
private final class UnreliableStore: ObjectStore {
    private let below = InMemoryObjectStore()

    var location: String { "memory:unreliable" }

    func capabilities() async throws -> ObjectStoreCapabilities { try await below.capabilities() }

    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        try await below.put(key, body, options: options)
        var bytes = try await below.read(key, upTo: 1 << 30)
        bytes[bytes.count / 2] ^= 1
        try await below.put(key, .bytes(bytes))
        return ObjectPutResult(size: Int64(bytes.count), etag: nil, proof: .none)
    }

    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        try await below.get(key, options: options)
    }

    func head(_ key: String) async throws -> ObjectInfo { try await below.head(key) }
    func delete(_ key: String) async throws { try await below.delete(key) }
    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] { try await below.deleteMany(keys) }
    func list(_ options: ObjectListOptions) -> ObjectListing { below.list(options) }
    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] { [] }
    func abort(_ upload: AbandonedUpload) async throws {}
}
