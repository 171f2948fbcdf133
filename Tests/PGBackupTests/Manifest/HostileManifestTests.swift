import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import Testing

@testable import PGBackup

/// Manifests come from a bucket: whatever number stands in one, it is refused or borne, and never the end of the process.
@Suite struct HostileManifestTests {
    private static let date = Date(timeIntervalSince1970: 1_795_694_400)

    private static let numbers = [
        "-9223372036854775808", "-9223372036854775807", "-1", "0", "1", "4294967296", "9223372036854775806",
        "9223372036854775807", "9223372036854775808", "1e300", "-1e300", "1e999", "0.5", "\"1\"", "null",
    ]

    private static func full() throws -> String {
        var manifest = sampleManifest(date)
        manifest.objects.append(
            .init(key: "k2", role: "archive", length: 7, sha256: String(repeating: "ab", count: 32), partLength: 5)
        )
        manifest.tables = [
            .init(entryID: 3, kind: "TABLE DATA", schema: "public", name: "a", rows: 3, archiveRange: [1, 2]),
            .init(
                entryID: 4,
                kind: "TABLE DATA",
                schema: "public",
                name: "b",
                rows: 4,
                archiveRange: [2, 3],
                objectRange: [4, 5]
            ),
        ]
        manifest.globals = .init(
            object: .init(key: "g", role: "globals", length: 9, sha256: String(repeating: "cd", count: 32))
        )
        manifest.server = .init(roles: ["app"])
        return String(decoding: try manifest.encoded(), as: UTF8.self)
    }

    /// The places of all numbers in a JSON text.
    private static func numbers(in text: String) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        var isText = false
        var start: String.Index?
        for index in text.indices {
            let character = text[index]
            if character == "\"" { isText.toggle() }
            let belongs = !isText && (character.isNumber || character == "-" || character == ".")
            if belongs, start == nil { start = index }
            if !belongs, let begin = start {
                ranges.append(begin..<index)
                start = nil
            }
        }
        return ranges
    }

    /// Everything that is computed of a manifest without a server.
    private func use(_ manifest: BackupManifest) throws {
        let other = sampleManifest(Self.date.addingTimeInterval(-86_400), seed: 2)
        let manifests = [manifest, other, manifest]
        _ = RetentionPolicy().plan(manifests, now: Self.date).kept
        var report = PruneReport(plan: RetentionPolicy().plan(manifests, now: Self.date), isDryRun: true)
        for _ in 0..<3 { report.free(manifest.storedLength) }
        #expect(report.freedBytes >= 0)
        let drill = VerificationRecord(
            backup: manifest.id,
            level: .restored,
            passed: true,
            startedAt: Self.date,
            seconds: 5,
            storedBytes: manifest.storedLength,
            archiveBytes: manifest.archive.length
        )
        let health = BackupHealth(
            backups: manifests,
            lastDrill: drill,
            schedule: try BackupHealthTests.schedule(),
            now: Self.date
        )
        #expect(health.storedBytes >= 0)
        #expect(try JSONDecoder().decode(BackupManifest.JSONValue.self, from: Data(health.json)) != .null)
        #expect(health.statusPage.hasSuffix("</html>\n"))
        #expect(!health.prometheusText.isEmpty)
        let projection = RestoreProjection(
            measuredSeconds: 3,
            restoredBytes: manifest.source.databaseSize ?? 0,
            presentBytes: manifest.archive.length,
            target: .seconds(1)
        )
        #expect(projection.projectedSeconds >= 0 && !projection.sentence.isEmpty)
        let restored = ["a", "b"].map {
            RestoredTable(schema: "public", name: $0, rows: .max, root: nil, isOfExtension: $0 == "a")
        }
        #expect(RowComparison.compare(manifest.tables, with: restored).comparison.tables <= 2)
        var offer = ServerOffer(version: PostgresVersion(number: 150_018))
        offer.freeBytes = 1 << 40
        let preflight = RestorePreflight.look(manifest, offer, needs: nil, isNew: true, RestoreOptions())
        #expect(preflight.problems.allSatisfy { !$0.message.isEmpty })
        #expect(PostgresBackup.spaceNeeded(for: manifest.source.databaseSize ?? 0) >= 512 << 20)
        _ = manifest.source.createDatabase("x", on: offer.version, RestoreOptions())
        #expect(!"\(manifest.toolVersion)\(PostgresVersion(number: manifest.source.versionNumber).majorText)".isEmpty)
        let entry = BackupCatalog.Entry(RetentionCandidate(manifest), etag: "e", size: 1, seconds: 1)
        #expect(entry?.candidate.id == manifest.id)
        #expect(try BackupManifest.decode(manifest.encoded(), key: "m").id == manifest.id)
    }

    @Test func everyNumberIsRefusedOrBorne() throws {
        let text = try Self.full()
        let places = Self.numbers(in: text)
        // Every kind of number that a manifest has, and so the test sees it when one is added.
        #expect(places.count == 21, "\(places.map { text[$0] })")
        var (refused, borne) = (0, 0)
        for place in places {
            for number in Self.numbers {
                let bytes = Array((text[..<place.lowerBound] + number + text[place.upperBound...]).utf8)
                do {
                    try use(try BackupManifest.decode(bytes, key: "backup/manifests/m"))
                    borne += 1
                } catch let error as PGBackupError {
                    #expect([.invalidManifest, .unsupportedManifest].contains(error.code))
                    #expect(error.message.contains("backup/manifests/m"))
                    refused += 1
                }
            }
        }
        #expect(refused > 50 && borne > 100)
    }

    /// The index of the tables is for comparing. Without it the backup restores all the same, and so it counts as one.
    @Test(arguments: ["7", "[1]", "[{}]", "{}", "[{\"entryID\": 1e300}]"])
    func anIndexOfTablesThatCannotBeReadHidesNoBackup(tables: String) throws {
        var manifest = sampleManifest(Self.date)
        manifest.tables = []
        var text = String(decoding: try manifest.encoded(), as: UTF8.self)
        let place = try #require(text.firstRange(of: /"tables" : \[[^\]]*\]/))
        text.replaceSubrange(place, with: "\"tables\" : \(tables)")
        let read = try BackupManifest.decode(Array(text.utf8), key: "m")
        #expect(read.tables == nil)
        #expect(read.warnings.contains { $0.contains("index of the tables") })
        #expect(RetentionCandidate(read) == RetentionCandidate(manifest))
        let quick = try BackupManifest.decode(Array(text.utf8), key: "m", skipsTables: true)
        #expect(RetentionCandidate(quick) == RetentionCandidate(manifest))
    }

    @Test func rowsThatNoTableHasAreFoundToDiffer() {
        func compare(_ dumped: Int64, _ found: Int64, isOfExtension: Bool = false) -> RowComparison.Outcome {
            RowComparison.compare(
                ["a", "b"].map {
                    .init(entryID: 1, kind: "TABLE DATA", schema: "s", name: $0, rows: dumped, archiveRange: [])
                },
                with: ["a", "b"].map {
                    RestoredTable(schema: "s", name: $0, rows: found, root: nil, isOfExtension: isOfExtension)
                }
            )
        }
        let extreme = compare(.min, .max, isOfExtension: true)
        #expect(extreme.comparison.rows == .max)
        #expect(extreme.comparison.findings.first?.contains("added \(Int64.max) rows") == true)
        #expect(!compare(.min, .max).agrees)
        #expect(compare(.min, .min).comparison.rows == .min)
    }

    @Test func spaceIsToldForAnyFileSystemAndAnySize() {
        #expect(FreeSpace.bytes(blocks: 10, of: 4096) == 40_960)
        for (blocks, size) in [(UInt64.max, UInt64.max), (.max, 1), (1 << 40, 1 << 40), (1 << 63, 1)] {
            #expect(FreeSpace.bytes(blocks: blocks, of: size) == .max)
        }
        #expect(FreeSpace.bytes(blocks: 0, of: .max) == 0)
        for size in [Int64.max, Int64.max - 1, Int64.max / 5 * 4, Int64.max / 6 * 5 + 1] {
            #expect(PostgresBackup.spaceNeeded(for: size) >= size)
        }
        #expect(PostgresBackup.spaceNeeded(for: .min) == 512 << 20)
        #expect(PostgresBackup.spaceNeeded(for: 1000) == 1200 + (512 << 20))
        #expect(throws: (any Error).self) { try FreeSpace.bytes(at: "/nowhere/at/all") }
    }

    @Test func aHostileManifestAmongGoodOnesHidesNoneAndItsDataStays() async throws {
        let store = InMemoryObjectStore()
        let now = Self.date
        let good = sampleManifest(now.addingTimeInterval(-40 * 86_400), seed: 1)
        try await storeSample(good, in: store)
        let newer = sampleManifest(now.addingTimeInterval(-3 * 86_400), seed: 2)
        let hostile = sampleManifest(now.addingTimeInterval(-2 * 86_400), seed: 3)
        let last = sampleManifest(now.addingTimeInterval(-86_400), seed: 4)
        for (manifest, change) in [
            (newer, ("\"minimumReader\" : 1", "\"minimumReader\" : 2")),
            (hostile, ("\"length\" : 9", "\"length\" : -9223372036854775808")), (last, ("", "")),
        ] {
            try await storeSample(manifest, in: store)
            var text = String(decoding: try manifest.encoded(), as: UTF8.self)
            if let range = text.firstRange(of: change.0), !change.0.isEmpty {
                text.replaceSubrange(range, with: change.1)
                try await store.put("backup/manifests/\(manifest.id).manifest.json", .text(text))
            }
        }
        let backups = try backups(in: store) { $0.time = ManualTime(now: now) }
        let listing = try await backups.list()
        #expect(listing.backups.map(\.id) == [last.id, good.id])
        #expect(listing.unreadable.map(\.error.code) == [.invalidManifest, .unsupportedManifest])
        #expect(try await backups.latest().id == last.id)
        for id in [newer.id, hostile.id] {
            let error = try await failure { try await backups.restore(id, into: .newDatabase("x")) }
            #expect([.invalidManifest, .unsupportedManifest].contains(error.code))
        }
        var options = PruneOptions()
        options.isDryRun = false
        let report = try await backups.prune(options)
        #expect(report.deletedBackups == [good.id])
        #expect(report.warnings.count == 2)
        let keys = try await allKeys(store)
        for id in [newer.id, hostile.id, last.id] { #expect(keys.contains("backup/data/\(id).dump.gz")) }
        let health = try await backups.health(schedule: try BackupHealthTests.schedule())
        #expect(health.lastVerified?.id == last.id)
        #expect(health.options.notices.count == 2)
    }
}
