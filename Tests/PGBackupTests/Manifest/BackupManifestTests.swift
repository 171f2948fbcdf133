import FoundationEssentials
import GroundworkCore
import GroundworkTesting
@testable import PGBackup
import Testing

@Suite struct BackupManifestTests {
    private func sample() -> BackupManifest {
        BackupManifest(
            id: BackupID(Date(timeIntervalSince1970: 1_769_299_200), random: ManualRandom(seed: 1)),
            startedAt: Date(timeIntervalSince1970: 1_769_299_200),
            finishedAt: Date(timeIntervalSince1970: 1_769_299_260.5),
            source: .init(
                systemIdentifier: "7",
                database: "shop",
                encoding: "UTF8",
                collation: "C",
                characterType: "C",
                localeProvider: "libc",
                locale: nil,
                version: "15.18",
                versionNumber: 150018,
                databaseSize: 100,
                isStandby: false
            ),
            tool: .init(name: "pg_dump", versionNumber: 150018, reason: "sameMajor", arguments: []),
            objects: [
                .init(key: "k", role: "archive", length: 5, sha256: String(repeating: "ab", count: 32), partLength: nil)
            ],
            compression: .init(name: "gzip", framing: "members", level: 1),
            archive: .init(format: "pg_dump-custom", length: 9, sha256: String(repeating: "cd", count: 32))
        )
    }

    private func text(_ manifest: BackupManifest) throws -> String {
        String(decoding: try manifest.encoded(), as: UTF8.self)
    }

    private func replacing(_ old: String, _ new: String) throws -> [UInt8] {
        let text = try text(sample())
        let range = try #require(text.firstRange(of: old))
        return Array((text[..<range.lowerBound] + new + text[range.upperBound...]).utf8)
    }

    @Test func comesBackAsItWas() throws {
        let read = try BackupManifest.decode(sample().encoded(), key: "m")
        #expect(try text(read) == text(sample()))
        #expect(read.finishedAt == sample().finishedAt)
    }

    @Test func isReadAndWrittenByAnyCoder() throws {
        let manifest = sample()
        let data = try JSONEncoder().encode(manifest)
        #expect(String(decoding: data, as: UTF8.self).contains("2026-01-25T00:01:00.500Z"))
        #expect(try JSONDecoder().decode(BackupManifest.self, from: data) == manifest)
        #expect(try JSONDecoder().decode(BackupManifest.self, from: Data(manifest.encoded())) == manifest)
    }

    @Test(arguments: [0, 0.001, 0.123, 0.1239999, 0.29, 0.57, 0.999, 0.9999])
    func timesStayAsTheyAreHoweverOftenTheyAreWritten(fraction: Double) throws {
        var manifest = sample()
        manifest.finishedAt = Date(timeIntervalSince1970: 1_769_299_200 + fraction)
        let first = try BackupManifest.decode(manifest.encoded(), key: "m")
        #expect(try BackupManifest.decode(first.encoded(), key: "m") == first)
        #expect(abs(first.finishedAt.timeIntervalSince(manifest.finishedAt)) < 0.0011)
    }

    @Test func whatItDoesNotKnowMakesNoDifference() throws {
        let bytes = try replacing("\"role\" : \"archive\"", "\"role\" : \"archive\", \"shard\" : {\"n\" : 3}")
        let read = try BackupManifest.decode(bytes, key: "m")
        #expect(read == sample())
        #expect(read.hashValue == sample().hashValue)
    }

    @Test func aNumberThatNoComputerHoldsHidesNothing() throws {
        let bytes = try replacing("\"role\" : \"archive\"", "\"role\" : \"archive\", \"shard\" : 1e999")
        let read = try BackupManifest.decode(bytes, key: "m")
        #expect(read == sample())
        #expect(try BackupManifest.decode(read.encoded(), key: "m") == sample())
    }

    @Test("Rule 19: times in manifests are UTC") func writesNullsAndUTCTimes() throws {
        let text = try text(sample())
        #expect(text.contains("\"encryption\" : null"))
        #expect(text.contains("\"tables\" : null"))
        #expect(text.contains("\"startedAt\" : \"2026-01-25T00:00:00.000Z\""))
    }

    @Test func keepsFieldsThatItDoesNotKnow() throws {
        let bytes = try replacing("\"role\" : \"archive\"", "\"role\" : \"archive\", \"shard\" : {\"n\" : 3}")
        let read = try BackupManifest.decode(bytes, key: "m")
        #expect(try text(read).contains("\"shard\""))
        #expect(try read.encoded() == BackupManifest.decode(read.encoded(), key: "m").encoded())
    }

    @Test(arguments: [
        ("\"archive\" : {", "\"archiv\" : {"), ("\"length\" : 5", "\"length\" : \"5\""),
        ("\"length\" : 5", "\"length\" : -5"),
        ("\"sha256\" : \"ab", "\"sha256\" : \"xy"), ("2026-01-25T00:00:00.000Z", "yesterday"), ("{", "["),
        ("\"k\"", "\"\""),
    ])
    func refusesDamageAndNamesTheKey(old: String, new: String) throws {
        let bytes = try replacing(old, new)
        let error = #expect(throws: PGBackupError.self) { try BackupManifest.decode(bytes, key: "backup/manifests/m") }
        #expect(error?.code == .invalidManifest)
        #expect(error?.message.contains("backup/manifests/m") == true)
    }

    @Test func refusesLengthsWhoseSumIsTooLarge() throws {
        var manifest = sample()
        manifest.objects[0].length = .max
        #expect(try BackupManifest.decode(manifest.encoded(), key: "m").storedLength == .max)
        manifest.objects.append(manifest.objects[0])
        let bytes = try manifest.encoded()
        let error = #expect(throws: PGBackupError.self) { try BackupManifest.decode(bytes, key: "m") }
        #expect(error?.code == .invalidManifest)
    }

    @Test(arguments: [
        ("\"minimumReader\" : 1", "\"minimumReader\" : 2"), ("\"name\" : \"gzip\"", "\"name\" : \"zstd\""),
        ("\"encryption\" : null", "\"encryption\" : {\"name\" : \"age\"}"),
    ])
    func refusesWhatOnlyNewerVersionsRead(old: String, new: String) throws {
        let bytes = try replacing(old, new)
        let error = #expect(throws: PGBackupError.self) { try BackupManifest.decode(bytes, key: "m") }
        #expect(error?.code == .unsupportedManifest)
    }

    @Test func readsNewerFormatsThatStillSuitIt() throws {
        #expect(
            try BackupManifest.decode(replacing("\"formatVersion\" : 1", "\"formatVersion\" : 7"), key: "m")
                .formatVersion == 7
        )
    }

    @Test func everyCutIsRefused() throws {
        let bytes = try sample().encoded()
        for length in 0..<(bytes.count - 2) {
            #expect(throws: PGBackupError.self) { try BackupManifest.decode(Array(bytes[..<length]), key: "m") }
        }
    }
}
