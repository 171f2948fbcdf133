import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing
@testable import PGBackup

/// The keys that the Railway template writes.
@Suite struct LegacyBackupTests {
    @Test func aKeyOfTheTemplateIsRead() throws {
        let backup = try #require(
            LegacyBackup(key: "daily/backup-2026-01-25T05-00-01-123Z.tar.gz", size: 9, prefix: "daily/backup")
        )
        #expect(UTCDateTime(backup.date).rfc3339 == "2026-01-25T05:00:01Z")
        #expect(backup.size == 9)
    }

    @Test(arguments: [
        "backup-2026-01-25.tar.gz", "backup-2026-01-25T05-00-01-123Z.tar", "other-2026-01-25T05-00-01-123Z.tar.gz",
        "backup-2026-13-25T05-00-01-123Z.tar.gz", "backup-2026-01-25T05-00-01-12xZ.tar.gz", "backup-.tar.gz",
        "backup-2026-01-25T05:00:01.123Z.tar.gz", "backup-2026-01-25T05-00-01-123Zé.tar.gz", "backup",
    ])
    func anythingElseIsNotOne(_ key: String) {
        #expect(LegacyBackup(key: key, size: 1, prefix: "backup") == nil)
    }

    @Test func theyAreListedNewestFirstAndRetentionNeverTouchesThem() async throws {
        let store = InMemoryObjectStore()
        let keys = ["backup-2020-01-25T05-00-01-123Z.tar.gz", "backup-2020-01-26T05-00-01-123Z.tar.gz"]
        for key in keys + ["backup-notes.txt"] { try await store.put(key, .text("x")) }
        let backups = try backups(in: store)
        #expect(try await backups.legacyBackups().map(\.key) == keys.reversed())
        var options = PruneOptions()
        options.isDryRun = false
        options.policy.maximumAge = .seconds(86_400)
        _ = try await backups.prune(options)
        #expect(try await allKeys(store).count == 3 + (try await store.hasKey("backup/catalog.json") ? 1 : 0))
    }

    @Test func theFolderOfTheTemplateGoesBeforeThePrefix() throws {
        func prefix(_ environment: [String: String]) throws -> String {
            var environment = environment
            environment["BACKUP_DATABASE_URL"] = "postgres://localhost/shop"
            return try PostgresBackup.Configuration(environment: environment).prefix
        }
        #expect(try prefix([:]) == "backup")
        #expect(try prefix(["BUCKET_SUBFOLDER": "daily"]) == "daily/backup")
        #expect(try prefix(["BUCKET_SUBFOLDER": "daily/", "BACKUP_FILE_PREFIX": "shop"]) == "daily/shop")
    }
}

extension ObjectStore {
    fileprivate func hasKey(_ key: String) async throws -> Bool {
        do {
            _ = try await head(key)
            return true
        } catch let error as ObjectStoreError where error.code == .notFound {
            return false
        }
    }
}

extension RealPostgresTests {
    /// Restores what the template has stored: made here as the template makes it.
    @Suite struct LegacyRestores {
        private func templateObject(_ cluster: PostgresCluster, _ database: String) async throws -> [UInt8] {
            let environment = [
                "PGHOST": cluster.socketDirectory, "PGPORT": "\(cluster.port)", "PGUSER": cluster.user,
                "PGPASSWORD": cluster.password.withValue { $0 }, "PATH": "\(cluster.binaries):/usr/bin:/bin",
            ]
            let result = try await ToolCommand(
                "/bin/sh",
                ["-c", "pg_dump --dbname=\(database) --format=tar | gzip"],
                environment: environment
            ).run(limit: 256 << 20)
            return result.output
        }

        @Test func anObjectOfTheTemplateComesBackTheSame() async throws {
            try await withDatabase { cluster, name in
                try await cluster.run(
                    "CREATE SEQUENCE numbers; SELECT setval('numbers', 42); SELECT lo_from_bytea(0, '\\x0102');\n",
                    in: name
                )
                let store = InMemoryObjectStore()
                let key = "backup-2026-01-25T05-00-00-123Z.tar.gz"
                try await store.put(key, .bytes(try await templateObject(cluster, name)))
                let backups = backup(of: cluster.url(name), to: store)
                let report = try await backups.restoreLegacy(key: key, intoNew: "\(name)_old")
                #expect(report.archiveBytes > 10_000)
                let (old, new) = (
                    try await cluster.plainDump(of: name), try await cluster.plainDump(of: "\(name)_old")
                )
                let isSame = old == new
                #expect(isSame)
            }
        }

        @Test func statisticsThatCannotBeGatheredAreAWarningOnly() async throws {
            try await withDatabase { cluster, name in
                let store = InMemoryObjectStore()
                try await store.put("old.tar.gz", .bytes(try await templateObject(cluster, name)))
                var options = RestoreOptions()
                options.analyzeTimeout = .milliseconds(1)
                let report = try await backup(of: cluster.url(name), to: store)
                    .restoreLegacy(key: "old.tar.gz", intoNew: "\(name)_old", options: options)
                #expect(report.warnings.contains { $0.contains("ANALYZE took longer than 0.001 seconds") })
                #expect(try await cluster.rowCounts(of: "\(name)_old") == cluster.rowCounts(of: name))
            }
        }

        @Test(arguments: [0.3, 0.9, 1.0])
        func oneThatIsDamagedLeavesNoDatabase(_ share: Double) async throws {
            try await withDatabase { cluster, name in
                var bytes = try await templateObject(cluster, name)
                // Cut as by a dump that was killed, or whole with one bit changed in gzip's checksum.
                if share < 1 { bytes.removeLast(bytes.count - Int(Double(bytes.count) * share)) }
                if share == 1 { bytes[bytes.count - 6] ^= 1 }
                let store = InMemoryObjectStore()
                try await store.put("old.tar.gz", .bytes(bytes))
                let error = try await failure {
                    try await backup(of: cluster.url(name), to: store)
                        .restoreLegacy(key: "old.tar.gz", intoNew: "\(name)_old")
                }
                #expect(error.code == .dataCorrupted, "\(error)")
                #expect(try await cluster.databases().contains("\(name)_old") == false)
            }
        }

        @Test func theTemplatesEmptyObjectIsSeenThrough() async throws {
            try await withDatabase(nil) { cluster, name in
                // What `pg_dump | gzip` leaves when pg_dump fails at once.
                let store = InMemoryObjectStore()
                let empty = try await ToolCommand("/bin/gzip", ["-c"]).run(input: []).output
                #expect(empty.count == 20)
                try await store.put("old.tar.gz", .bytes(empty))
                let error = try await failure {
                    try await backup(of: cluster.url(name), to: store)
                        .restoreLegacy(key: "old.tar.gz", intoNew: "\(name)_old")
                }
                #expect(error.code == .dataCorrupted)
            }
        }

        @Test func aKeyThatIsNotThereIsSaidSo() async throws {
            try await withDatabase(nil) { cluster, name in
                let error = try await failure {
                    try await backup(of: cluster.url(name), to: InMemoryObjectStore())
                        .restoreLegacy(key: "absent.tar.gz", intoNew: "\(name)_old")
                }
                #expect(error.code == .backupNotFound)
                #expect(try await cluster.databases().contains("\(name)_old") == false)
            }
        }
    }
}
