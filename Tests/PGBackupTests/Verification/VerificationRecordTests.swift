import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
@testable import PGBackup
import PGBackupTesting
import Testing

@Suite struct VerificationRecordTests {
    private let date = Date(timeIntervalSince1970: 1_795_651_200)
    private let keys = BackupKeys(prefix: "backup")

    private func record(_ id: BackupID, level: VerificationLevel = .restored) -> VerificationRecord {
        var record = VerificationRecord(
            backup: id,
            level: level,
            passed: true,
            startedAt: date.addingTimeInterval(0.7),
            seconds: 12.5,
            storedBytes: 5,
            archiveBytes: 9
        )
        record.tool = "pg_restore 15.18"
        record.comparison = .init(tables: 3, rows: 1200)
        record.restoredBytes = 4000
        record.restoreSeconds = 2
        return record
    }

    @Test func aRecordComesBackAsItWas() async throws {
        let store = InMemoryObjectStore()
        let id = try await storeSample(sampleManifest(date), in: store)
        let backups = try backups(in: store)
        try await backups.store(record(id))
        let key = "backup/verifications/\(id)/20261126T000000Z-restored-passed.json"
        #expect(try await allKeys(store).contains(key))
        let text = String(decoding: try await store.read(key), as: UTF8.self)
        #expect(text.contains("\"startedAt\" : \"2026-11-26T00:00:00Z\""))
        #expect(!text.contains("begun"))
        // 9 bytes in 12.5 seconds, and 4000 restored in 2.
        #expect(text.contains("\"archiveBytesPerSecond\" : 1,"))
        #expect(text.contains("\"restoredBytesPerSecond\" : 2000,"))
        let summaries = try await backups.verifications(of: id)
        #expect(summaries == [record(id).summary])
        #expect(try await backups.verificationRecord(summaries[0]) == record(id))
        #expect(try await backups.verifications() == summaries)
    }

    @Test func aRecordNeedsABackup() async throws {
        let backups = try backups(in: InMemoryObjectStore())
        let id = sampleManifest(date).id
        #expect(try await failure { try await backups.store(record(id)) }.code == .backupNotFound)
        #expect(try await failure { try await backups.pin(id, reason: "") }.code == .backupNotFound)
    }

    @Test func aRecordThatIsNotWhatItsNameSaysIsRefused() async throws {
        let store = InMemoryObjectStore()
        let id = try await storeSample(sampleManifest(date), in: store)
        let backups = try backups(in: store)
        try await backups.store(record(id))
        let summary = try #require(try await backups.verifications().first)
        for text in ["{", "{}", String(repeating: " ", count: 2 << 20)] {
            try await store.put(keys.verification(summary), .text(text))
            await #expect(throws: PGBackupError.self) { try await backups.verificationRecord(summary) }
        }
        let other = Array(try JSONEncoder().encode(record(id, level: .stored)))
        try await store.put(keys.verification(summary), .bytes(other))
        #expect(try await failure { try await backups.verificationRecord(summary) }.code == .invalidManifest)
    }

    @Test func otherKeysAreNoRecords() {
        let id = sampleManifest(date).id
        for name in [
            "\(id)/20261126T000000Z-restored-passed.txt", "\(id)/20261126T000000Z-proved-passed.json",
            "\(id)/20261126T000000Z-restored-maybe.json", "\(id)/yesterday-restored-passed.json",
            "20261126T000000Z-restored-passed.json", "x/20261126T000000Z-restored-passed.json",
            "\(id)/a/20261126T000000Z-restored-passed.json",
        ] {
            #expect(keys.summary(ofVerification: "backup/verifications/\(name)") == nil)
        }
    }

    @Test func pinsAreListedWithTheirReasons() async throws {
        let store = InMemoryObjectStore()
        let first = try await storeSample(sampleManifest(date), in: store)
        let second = try await storeSample(sampleManifest(date.addingTimeInterval(60), seed: 2), in: store)
        let backups = try backups(in: store) { [date] in $0.time = ManualTime(now: date) }
        try await backups.pin(second, reason: "audit")
        try await store.put(keys.pin(first), .text("scribble"))
        try await store.put("backup/pins/notes.txt", .text(""))
        let pins = try await backups.pins()
        #expect(pins.map(\.backup) == [first, second])
        #expect(pins.map(\.reason) == ["", "audit"])
        #expect(pins[1].pinnedAt == date)
        try await backups.unpin(first)
        try await backups.unpin(first)
        #expect(try await backups.pins().map(\.backup) == [second])
    }
}

extension RealPostgresTests {
    @Suite struct VerifyAndRecordTests {
        @Test func successAndFailureAreRecordedBesideTheBackup() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                let time = ManualTime()
                let backup = backup(of: cluster.url(name), to: store) { $0.time = time }
                let manifest = try await backup.run().manifest
                let record = try await backup.verifyAndRecord(manifest.id)
                #expect(record.passed)
                #expect(record.archiveBytes == manifest.archive.length)
                #expect(record.tool?.hasPrefix("pg_restore ") == true)
                await time.advance(by: .seconds(60))
                try await store.put(manifest.objects[0].key, .text("damaged"))
                #expect(try await failure { try await backup.verifyAndRecord(manifest.id) }.code == .dataTruncated)
                #expect(try await backup.verifications(of: manifest.id).map(\.passed) == [true, false])
            }
        }
    }
}
