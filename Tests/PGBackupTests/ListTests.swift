import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    @Suite struct ListTests {
        @Test func listsTheNewestFirstAndLeavesOtherObjectsAlone() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                let legacy = "backup-2026-01-25T00:00:00.000Z.tar.gz"
                try await store.put(legacy, .text("old"))
                let time = ManualTime()
                let backup = backup(of: cluster.url(name), to: store) { $0.time = time }
                let first = try await backup.run().manifest.id
                await time.advance(by: .seconds(3600))
                let second = try await backup.run().manifest.id
                let listing = try await backup.list()
                #expect(listing.backups.map(\.id) == [second, first])
                #expect(listing.unreadable.isEmpty)
                #expect(try await backup.latest().id == second)
                #expect(try await backup.manifest(first).id == first)
                #expect(try await allKeys(store).contains(legacy))
            }
        }

        @Test func theLatestIsTheNewestInWhateverOrderTheStoreLists() async throws {
            try await withDatabase { cluster, name in
                let time = ManualTime()
                let store = HookedStore { $0.listsBackwards = true }
                let backup = backup(of: cluster.url(name), to: store) { $0.time = time }
                try await backup.run()
                await time.advance(by: .seconds(3600))
                let second = try await backup.run().manifest.id
                #expect(try await backup.latest().id == second)
            }
        }

        @Test func anUnreadableManifestIsReportedAndHidesNoOther() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                let time = ManualTime()
                let backup = backup(of: cluster.url(name), to: store) { $0.time = time }
                let good = try await backup.run()
                await time.advance(by: .seconds(3600))
                let bad = try await backup.run()
                try await store.put(bad.manifestKey, .text("{ \"formatVersion\": 1, "))
                let listing = try await backup.list()
                #expect(listing.backups.map(\.id) == [good.manifest.id])
                #expect(listing.unreadable.map(\.key) == [bad.manifestKey])
                #expect(listing.unreadable.first?.error.code == .invalidManifest)
                #expect(listing.unreadable.first?.error.message.contains(bad.manifestKey) == true)
                #expect(try await backup.latest().id == good.manifest.id)
                let error = try await failure {
                    try await backup.restore(bad.manifest.id, into: .newDatabase("\(name)_x"))
                }
                #expect(error.code == .invalidManifest)
            }
        }

        @Test func manifestsOfOtherBackupsAndHugeOnesAreRefused() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                let backup = backup(of: cluster.url(name), to: store)
                let first = try await backup.run()
                let second = try await backup.run()
                try await store.put(second.manifestKey, .bytes(try await store.read(first.manifestKey)))
                #expect(try await failure { try await backup.verify(second.manifest.id) }.code == .invalidManifest)
                try await store.put(second.manifestKey, .bytes([UInt8](repeating: 0x20, count: 33 << 20)))
                #expect(try await failure { try await backup.verify(second.manifest.id) }.code == .invalidManifest)
            }
        }

        @Test func anEmptyStoreHasNoLatestBackup() async throws {
            let url = try PostgresScope.cluster.url("postgres")
            let backup = backup(of: url, to: InMemoryObjectStore())
            #expect(try await backup.list().backups.isEmpty)
            let error = try await failure { try await backup.latest() }
            #expect(error.code == .backupNotFound)
            #expect(error.message.contains("backup/manifests/"))
            let id = try #require(BackupID("20260125T000000Z-efcdab8967452301efcdab8967452301"))
            #expect(try await failure { try await backup.verify(id) }.code == .backupNotFound)
        }
    }
}
