import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct PruneTests {
    private let now = Date(timeIntervalSince1970: 1_795_651_200)
    private let keys = BackupKeys(prefix: "backup")

    private func daysAgo(_ days: Double) -> Date { now.addingTimeInterval(-days * 86_400) }

    /// A store whose objects are as old as its clock was when they were put.
    private func memoryStore(
        _ before: (@Sendable (InMemoryObjectStore.Operation) async throws -> Void)? = nil
    ) -> (InMemoryObjectStore, ManualTime) {
        var configuration = InMemoryObjectStore.Configuration()
        let time = ManualTime(now: daysAgo(100))
        configuration.time = time
        configuration.beforeOperation = { [now] operation in
            // Asked for the time, it has that of the pruner.
            if operation.name == "put", operation.key == "backup/clock-probe.txt" {
                await time.advance(by: .seconds(now.timeIntervalSince(time.now)))
            }
            try await before?(operation)
        }
        return (InMemoryObjectStore(configuration: configuration), time)
    }

    private func pruner(_ store: any ObjectStore) throws -> PostgresBackup {
        try backups(in: store) { $0.time = ManualTime(now: now) }
    }

    private func options(dry: Bool = false) -> PruneOptions {
        var options = PruneOptions()
        options.isDryRun = dry
        return options
    }

    @Test func isADryRunUnlessToldOtherwise() async throws {
        let (store, _) = memoryStore()
        let old = try await storeSample(sampleManifest(daysAgo(50)), in: store)
        try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        let before = try await allKeys(store)
        let report = try await pruner(store).prune()
        #expect(report.isDryRun)
        #expect(report.deletedBackups == [old])
        #expect(report.freedBytes == 5)
        #expect(try await allKeys(store) == before)
    }

    @Test func deletesTheManifestBeforeTheData() async throws {
        let order = Locked<[String]>([])
        let (store, _) = memoryStore { operation in
            if operation.name == "delete", !operation.key.hasSuffix("probe.txt") {
                order.withLock { $0.append(operation.key) }
            }
        }
        let old = try await storeSample(sampleManifest(daysAgo(50)), in: store)
        let new = try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        let report = try await pruner(store).prune(options())
        #expect(report.deletedBackups == [old])
        #expect(report.failures.isEmpty)
        #expect(order.withLock { $0 } == [keys.manifest(old), keys.data(old)])
        #expect(try await allKeys(store) == [keys.catalog, keys.data(new), keys.manifest(new)])
        // A second time there is nothing to do.
        #expect(try await pruner(store).prune(options()).deletedBackups.isEmpty)
    }

    @Test func aClockThatIsAMonthAheadDeletesNothing() async throws {
        var configuration = InMemoryObjectStore.Configuration()
        configuration.time = ManualTime(now: daysAgo(31))
        let store = InMemoryObjectStore(configuration: configuration)
        for day in 1...10 {
            try await storeSample(sampleManifest(daysAgo(31 + Double(day)), seed: UInt64(day)), in: store)
        }
        let before = try await allKeys(store)
        let error = try await failure { try await pruner(store).prune(options()) }
        #expect(error.code == .systemFailure)
        #expect(error.message.contains("31 days ahead of that of the store"))
        #expect(Set(try await allKeys(store)).subtracting([keys.catalog]) == Set(before))
        #expect(try await pruner(store).prune(options(dry: true)).deletedBackups.count == 9)
    }

    @Test func leavesWhatIsNotItsOwn() async throws {
        let (store, _) = memoryStore()
        var hostile = sampleManifest(daysAgo(50))
        hostile.objects[0].key = "other/data/precious"
        try await storeSample(hostile, in: store)
        try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        let foreign = [
            "backup-2020-01-25T00:00:00.000Z.tar.gz", "backup/data/notes.txt", "backup/manifests/readme",
            "backup/status.html",
            "backup2/data/\(hostile.id).dump.gz", "backup/data/sub/\(hostile.id).dump.gz",
        ]
        for key in foreign { try await store.put(key, .text("precious")) }
        let report = try await pruner(store).prune(options())
        #expect(report.deletedBackups == [hostile.id])
        #expect(report.warnings.contains { $0.contains("other/data/precious") })
        let left = Set(try await allKeys(store))
        #expect(left.isSuperset(of: foreign + ["other/data/precious"]))
        #expect(!left.contains(keys.manifest(hostile.id)))
    }

    @Test func aManifestThatCannotBeReadKeepsItsData() async throws {
        let (store, _) = memoryStore()
        let old = try await storeSample(sampleManifest(daysAgo(50)), in: store)
        try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        try await store.put(keys.manifest(old), .text("{ \"formatVersion\": 9, \"minimumReader\": 9 }"))
        let report = try await pruner(store).prune(options())
        #expect(report.deletedBackups.isEmpty)
        #expect(report.sweptObjects.isEmpty)
        #expect(report.warnings.contains { $0.contains(keys.manifest(old)) })
        #expect(try await allKeys(store).contains(keys.data(old)))
    }

    @Test func sweepsOldDataWithoutAManifestAndLeavesYoungAlone() async throws {
        let (store, time) = memoryStore()
        let abandoned = BackupID(daysAgo(50), random: ManualRandom(seed: 8))
        try await store.put(keys.data(abandoned), .text("12345"))
        await time.advance(by: .seconds(99 * 86_400))
        // Just being made: stored a day ago, and one begun long ago whose data has just been completed.
        let running = BackupID(daysAgo(1), random: ManualRandom(seed: 9))
        let slow = BackupID(daysAgo(9), random: ManualRandom(seed: 10))
        for id in [running, slow] { try await store.put(keys.data(id), .text("123")) }
        let good = try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        let report = try await pruner(store).prune(options())
        #expect(report.sweptObjects == [keys.data(abandoned)])
        #expect(report.freedBytes == 5)
        #expect(
            Set(try await allKeys(store)) == [
                keys.catalog, keys.data(running), keys.data(slow), keys.data(good), keys.manifest(good),
            ]
        )
    }

    @Test func sweepsWhatAKilledDoctorLeftWhenItIsOld() async throws {
        let (store, time) = memoryStore()
        let (name, foreign) = ("backup/check/0123456789abcdef", "backup/check/notes.txt")
        for key in ["\(name).txt", "\(name).bin", foreign] { try await store.put(key, .text("12345")) }
        await time.advance(by: .seconds(99 * 86_400))
        // Another doctor is at work.
        try await store.put("backup/check/fedcba9876543210.txt", .text("123"))
        let dry = try await pruner(store).prune(options(dry: true))
        #expect(Set(dry.sweptObjects) == ["\(name).txt", "\(name).bin"])
        #expect(try await allKeys(store).count == 4)
        let report = try await pruner(store).prune(options())
        #expect(Set(report.sweptObjects) == ["\(name).txt", "\(name).bin"])
        #expect(report.freedBytes == 10)
        #expect(Set(try await allKeys(store)) == [foreign, "backup/check/fedcba9876543210.txt"])
    }

    @Test func aPolicyWithoutARuleKeepsAllBackupsAndSweepsAllTheSame() async throws {
        let (store, _) = memoryStore()
        let abandoned = BackupID(daysAgo(50), random: ManualRandom(seed: 8))
        try await store.put(keys.data(abandoned), .text("12345"))
        for day in [1, 40, 90] {
            try await storeSample(sampleManifest(daysAgo(Double(day)), seed: UInt64(day)), in: store)
        }
        var options = options()
        options.policy.maximumAge = nil
        let report = try await pruner(store).prune(options)
        #expect(report.deletedBackups.isEmpty && report.plan.kept.count == 3)
        #expect(report.sweptObjects == [keys.data(abandoned)])
    }

    @Test func aManifestThatComesMeanwhileSavesItsData() async throws {
        let late = sampleManifest(daysAgo(50), seed: 8)
        let (memory, _) = memoryStore()
        try await memory.put(keys.data(late.id), .text("12345"))
        let bytes = try late.encoded()
        let racing = RacingStore(below: memory) { [keys] operation, store in
            // Between the listing of the manifests and the deletion.
            guard operation == "head \(keys.manifest(late.id))" else { return }
            try await store.put(keys.manifest(late.id), .bytes(bytes))
        }
        let report = try await pruner(racing).prune(options())
        #expect(report.sweptObjects.isEmpty)
        #expect(try await allKeys(memory).contains(keys.data(late.id)))
    }

    @Test func aPinSetMeanwhileIsKept() async throws {
        let (memory, _) = memoryStore()
        let old = try await storeSample(sampleManifest(daysAgo(50)), in: memory)
        try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: memory)
        let racing = RacingStore(below: memory) { [keys] operation, store in
            guard operation == "head \(keys.pin(old))" else { return }
            try await store.put(keys.pin(old), .text("{}"))
        }
        let report = try await pruner(racing).prune(options())
        #expect(report.deletedBackups.isEmpty)
        #expect(report.warnings.contains { $0.contains("pinned meanwhile") })
        #expect(try await allKeys(memory).contains(keys.manifest(old)))
    }

    @Test func aManifestThatCannotBeDeletedKeepsItsData() async throws {
        let old = sampleManifest(daysAgo(50))
        let other = sampleManifest(daysAgo(51), seed: 3)
        let (store, _) = memoryStore { [keys] operation in
            guard operation.name == "delete", operation.key == keys.manifest(old.id) else { return }
            throw ObjectStoreError(.accessDenied, "You may not.", key: operation.key)
        }
        for manifest in [old, other, sampleManifest(daysAgo(1), seed: 2)] { try await storeSample(manifest, in: store) }
        let report = try await pruner(store).prune(options())
        #expect(report.deletedBackups == [other.id])
        #expect(report.failures.map(\.key) == [keys.manifest(old.id)])
        #expect(report.failures.first?.error.code == .storeFailed)
        #expect(try await allKeys(store).contains(keys.data(old.id)))
    }

    @Test func recordsGoWithTheirBackup() async throws {
        let (store, _) = memoryStore()
        let old = try await storeSample(sampleManifest(daysAgo(50)), in: store)
        let new = try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        let pruner = try pruner(store)
        for id in [old, new] {
            try await pruner.store(
                VerificationRecord(
                    backup: id,
                    level: .restored,
                    passed: true,
                    startedAt: id.date.addingTimeInterval(60),
                    seconds: 1,
                    storedBytes: 5,
                    archiveBytes: 9
                )
            )
        }
        #expect(try await pruner.prune(options()).deletedBackups == [old])
        #expect(try await pruner.verifications().map(\.backup) == [new])
    }

    @Test func pinnedAndLastVerifiedBackupsStay() async throws {
        let (store, _) = memoryStore()
        let pinned = try await storeSample(sampleManifest(daysAgo(90), seed: 1), in: store)
        let verified = try await storeSample(sampleManifest(daysAgo(80), seed: 2), in: store)
        let plain = try await storeSample(sampleManifest(daysAgo(70), seed: 3), in: store)
        let new = try await storeSample(sampleManifest(daysAgo(1), seed: 4), in: store)
        let pruner = try pruner(store)
        try await pruner.pin(pinned, reason: "before the migration")
        try await pruner.store(
            VerificationRecord(
                backup: verified,
                level: .decoded,
                passed: true,
                startedAt: daysAgo(79),
                seconds: 1,
                storedBytes: 5,
                archiveBytes: 9
            )
        )
        let report = try await pruner.prune(options())
        #expect(report.deletedBackups == [plain])
        #expect(report.plan.kept.map(\.backup.id) == [new, verified, pinned])
        try await pruner.unpin(pinned)
        #expect(try await pruner.prune(options()).deletedBackups == [pinned])
    }

    @Test func theCatalogSavesReadingTheManifestsAgain() async throws {
        let reads = Locked<[String]>([])
        let (store, _) = memoryStore { operation in
            if operation.name == "get" { reads.withLock { $0.append(operation.key) } }
        }
        for day in 1...20 { try await storeSample(sampleManifest(daysAgo(Double(day)), seed: UInt64(day)), in: store) }
        let pruner = try pruner(store)
        let first = try await pruner.prune(options())
        #expect(reads.withLock { $0.count } == 21)
        reads.withLock { $0 = [] }
        let second = try await pruner.prune(options())
        #expect(reads.withLock { $0 } == [keys.catalog])
        #expect(second.plan.decisions == first.plan.decisions)
        // A new backup is read, and so is one whose manifest is another now.
        let new = try await storeSample(sampleManifest(daysAgo(0.5), seed: 99), in: store)
        let third = try await pruner.prune(options())
        #expect(reads.withLock { $0 }.contains(keys.manifest(new)))
        #expect(third.plan.kept.count == 21)
    }

    @Test func aCatalogThatLiesDeletesNothing() async throws {
        let (store, _) = memoryStore()
        let manifest = sampleManifest(daysAgo(2))
        try await storeSample(manifest, in: store)
        try await storeSample(sampleManifest(daysAgo(1), seed: 2), in: store)
        let pruner = try pruner(store)
        _ = try await pruner.prune(options())
        var catalog = try #require(BackupCatalog.decode(try await store.read(keys.catalog)))
        for index in catalog.entries.indices where catalog.entries[index].id == manifest.id {
            catalog.entries[index].begun -= 90 * 86_400_000
        }
        try await store.put(keys.catalog, .bytes(try catalog.encoded()))
        let report = try await pruner.prune(options())
        #expect(report.plan.deleted.count == 1)
        #expect(report.deletedBackups.isEmpty)
        #expect(report.warnings.contains { $0.contains("catalog") })
        #expect(try await allKeys(store).contains(keys.manifest(manifest.id)))
    }

    @Test(arguments: ["", "{", "[]", "{\"formatVersion\":2,\"entries\":[]}"])
    func aDamagedCatalogIsMadeAnew(text: String) async throws {
        let (store, _) = memoryStore()
        try await storeSample(sampleManifest(daysAgo(2)), in: store)
        try await store.put(keys.catalog, .text(text))
        #expect(try await pruner(store).prune(options()).plan.kept.count == 1)
        #expect(BackupCatalog.decode(try await store.read(keys.catalog))?.entries.count == 1)
    }

    @Test func refusesAnOrphanAgeBelowAnHour() async throws {
        let (store, _) = memoryStore()
        var options = options()
        options.orphanAge = .seconds(60)
        let error = try await failure { try await pruner(store).prune(options) }
        #expect(error.code == .invalidConfiguration)
    }
}

/// A store that does something just before an operation.
private struct RacingStore: ObjectStore {
    let below: InMemoryObjectStore
    let before: @Sendable (_ operation: String, _ store: InMemoryObjectStore) async throws -> Void

    var location: String { below.location }

    func capabilities() async throws -> ObjectStoreCapabilities { try await below.capabilities() }

    func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        try await below.put(key, body, options: options)
    }

    func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        try await below.get(key, options: options)
    }

    func head(_ key: String) async throws -> ObjectInfo {
        try await before("head \(key)", below)
        return try await below.head(key)
    }

    func delete(_ key: String) async throws { try await below.delete(key) }

    func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] { try await below.deleteMany(keys) }

    func list(_ options: ObjectListOptions) -> ObjectListing { below.list(options) }

    func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] { [] }

    func abort(_ upload: AbandonedUpload) async throws {}
}
