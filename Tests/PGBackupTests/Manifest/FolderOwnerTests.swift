import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing
@testable import PGBackup

/// Two databases in one folder.
@Suite struct FolderOwnerTests {
    private let now = BackupHealthTests.now

    /// A backup of `shop` of yesterday, and one of `wiki` of last night.
    private func sharedFolder() async throws -> (store: InMemoryObjectStore, shop: BackupManifest, wiki: BackupManifest)
    {
        let store = InMemoryObjectStore()
        let shop = BackupHealthTests.nightly(daysAgo: 1)
        var wiki = BackupHealthTests.nightly(daysAgo: 0)
        wiki.source.database = "wiki"
        for manifest in [shop, wiki] { try await storeSample(manifest, in: store) }
        return (store, shop, wiki)
    }

    private func backups(of database: String, in store: any ObjectStore) throws -> PostgresBackup {
        backup(of: try DatabaseURL(parsing: "postgres://localhost:1/\(database)"), to: store) {
            $0.time = ManualTime(now: BackupHealthTests.now)
        }
    }

    @Test(
        arguments: [
            ("shop", "7"), ("shop", nil), ("a on b", "7"), ("on", nil), ("x on an unknown server", "7"), ("é", "1"),
            (" ", nil),
        ] as [(String, String?)]
    )
    func theDatabasesNameIsReadOutOfACandidate(name: String, system: String?) {
        var manifest = sampleManifest(now, database: name)
        manifest.source.systemIdentifier = system
        #expect(RetentionCandidate(manifest).databaseName == name)
    }

    @Test func theBackupOfAnotherDatabaseDoesNotMakeThisOneHealthy() async throws {
        let (store, shop, wiki) = try await sharedFolder()
        let schedule = try BackupHealthTests.schedule()
        let ofShop = try await backups(of: "shop", in: store).health(schedule: schedule)
        #expect(!ofShop.isHealthy)
        #expect(ofShop.lastVerified?.id == shop.id && ofShop.lastBackup?.id == shop.id)
        #expect(ofShop.database == "shop" && ofShop.backupCount == 1 && ofShop.storedBytes == 5)
        #expect(ofShop.recentRuns.map(\.record.backup) == [shop.id])
        #expect(
            ofShop.options.notices == [
                "Of the folder backup, 1 backup of another database (wiki) is not counted here. Set BACKUP_FILE_PREFIX to "
                    + "a folder of its own for each database."
            ]
        )
        let ofWiki = try await backups(of: "wiki", in: store).health(schedule: schedule)
        #expect(ofWiki.isHealthy && ofWiki.lastVerified?.id == wiki.id)
        #expect(try await !backups(of: "third", in: store).health(schedule: schedule).isHealthy)
    }

    @Test func runsAndDrillsOfAnotherDatabaseAreNotThoseOfThisOne() async throws {
        let (store, shop, wiki) = try await sharedFolder()
        let ofShop = try backups(of: "shop", in: store)
        for manifest in [shop, wiki] {
            try await ofShop.remember(RunRecord(manifest))
            try await ofShop.store(
                VerificationRecord(
                    backup: manifest.id,
                    level: .restored,
                    passed: true,
                    startedAt: manifest.startedAt.addingTimeInterval(600),
                    seconds: 1,
                    storedBytes: 5,
                    archiveBytes: 9
                )
            )
        }
        let error = PGBackupError(.connectionFailed, "Gone.")
        for name in ["wiki", nil] {
            let date = now.addingTimeInterval(name == nil ? -7200 : -3600)
            var failed = RunRecord(startedAt: date, duration: .seconds(1), error: error)
            failed.database = name
            try await ofShop.remember(failed)
        }
        let health = try await ofShop.health(schedule: try BackupHealthTests.schedule())
        #expect(health.drill?.backup == shop.id)
        // A record of an older version does not say whose it is: it counts.
        #expect(health.recentRuns.map(\.record.database) == [nil, "shop"])
        #expect(health.lastRun?.startedAt == now.addingTimeInterval(-7200))
    }

    @Test func theLatestBackupIsThatOfTheDatabase() async throws {
        let (store, shop, wiki) = try await sharedFolder()
        #expect(try await backups(of: "shop", in: store).latest().id == shop.id)
        #expect(try await backups(of: "wiki", in: store).latest().id == wiki.id)
        let error = try await failure { try await backups(of: "third", in: store).latest() }
        #expect(error.code == .backupNotFound)
        #expect(error.message.contains(wiki.id.text) && error.message.contains("database third"))
        // Where the URL names none, and where a pooler may have another name for it, the newest of all.
        #expect(try await backups(of: "", in: store).latest().id == wiki.id)
        let pooled = backup(of: try DatabaseURL(parsing: "postgres://pgbouncer/third"), to: store) {
            $0.allowsPooler = true
        }
        #expect(try await pooled.latest().id == wiki.id)
        // Without the sign of a pooler the URL's name stands.
        let plain = backup(of: try DatabaseURL(parsing: "postgres://h/shop"), to: store) { $0.allowsPooler = true }
        #expect(try await plain.latest().id == shop.id)
        let facts = try await backups(of: "shop", in: store).runbookFacts(place: .other("a store"))
        #expect(facts.newest?.id == shop.id && facts.backupCount == 1)
    }
}

extension FolderOwnerTests {
    @Test func aBackupIsFoundByTheNameOfItsURLToo() async throws {
        let store = InMemoryObjectStore()
        var manifest = BackupHealthTests.nightly(daysAgo: 0)
        manifest.source.database = "app_prod"
        manifest.source.alias = "app"
        try await storeSample(manifest, in: store)
        #expect(try BackupManifest.decode(manifest.encoded(), key: "k").source.alias == "app")
        for name in ["app", "app_prod"] {
            let own = try backups(of: name, in: store)
            try await own.remember(RunRecord(manifest))
            // The second time out of the catalog.
            for count in [0, nil] as [Int?] {
                let known = try await own.knownBackups(updatesCatalogFrom: count).candidates
                #expect(known.map(\.alias) == ["app"] && known.allSatisfy { own.isOwn($0) })
            }
            #expect(try await own.latest().id == manifest.id)
            let health = try await own.health(schedule: try BackupHealthTests.schedule())
            #expect(health.isHealthy && health.backupCount == 1 && health.lastRun?.backup == manifest.id)
        }
        let other = try backups(of: "third", in: store)
        #expect(!other.isOwn(manifest) && !other.isOwn(RetentionCandidate(manifest)))
        #expect(try await other.health(schedule: try BackupHealthTests.schedule()).lastRun == nil)
    }

    @Test(arguments: ["x", "é"])
    func aNameThatIsTooLongIsCutAsTheServerCutsIt(sign: String) throws {
        let long = "a" + String(repeating: sign, count: 80)
        let kept = "a" + String(repeating: sign, count: 62 / sign.utf8.count)
        let own = try backups(of: long, in: InMemoryObjectStore())
        #expect(own.databaseName == kept && kept.utf8.count == 63)
        #expect(own.isOwn(sampleManifest(now, database: kept)))
        #expect(!own.isOwn(sampleManifest(now, database: String(kept.dropLast()))))
    }

    @Test func aManifestThatKeptNoNameOfTheURLIsRead() throws {
        let text = String(decoding: try sampleManifest(now).encoded(), as: UTF8.self)
        #expect(!text.contains("alias"))
        #expect(try BackupManifest.decode(Array(text.utf8), key: "k").source.alias == nil)
    }
}

extension RealPostgresTests {
    /// Two databases in one folder, on a real server.
    @Suite struct SharedFolders {
        private func options(_ heard: Heard) throws -> UnattendedOptions {
            var options = UnattendedOptions()
            options.notifications = BackupNotifications([heard])
            options.schedule = CronSchedule(try CronExpression("0 5 * * *"))
            return options
        }

        @Test func aRunIntoTheFolderOfAnotherDatabaseIsRefusedBeforeItDumps() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                let other = try await storeSample(sampleManifest(Date().addingTimeInterval(-3600)), in: store)
                let heard = Heard()
                let backups = backup(of: cluster.url(name), to: store)
                let outcome = try await backups.runUnattended(options(heard))
                #expect(outcome.status == .configuration && outcome.status.exitCode == 2)
                let message = outcome.error?.message ?? ""
                #expect(message.contains(other.text) && message.contains("the database shop"), "\(message)")
                #expect(message.contains("Set BACKUP_FILE_PREFIX") && message.contains("backup-\(name)"))
                #expect(heard.events.map(\.kind) == [.failed])
                #expect(try await allKeys(store).filter { $0.contains("/data/") } == ["backup/data/\(other).dump.gz"])
                // A folder of its own is all it takes.
                let own = backup(of: cluster.url(name), to: store) { $0.prefix = "backup-\(name)" }
                #expect(try await own.runUnattended(options(heard)).status == .ok)
            }
        }

        @Test func aServerThatWasReplacedIsNoOtherDatabase() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                // Its server's number is another one.
                let old = sampleManifest(Date().addingTimeInterval(-3600), database: name)
                try await storeSample(old, in: store)
                let backups = backup(of: cluster.url(name), to: store)
                let first = try await backups.run()
                #expect(first.warnings.contains { $0.contains(old.id.text) && $0.contains("another server") })
                #expect(first.manifest.warnings == first.warnings)
                #expect(first.folderWarning.map(first.warnings.contains) == true)
                #expect(try await backups.run().warnings.isEmpty, "the newest backup is of this server")
                #expect(try await backups.health(schedule: BackupHealthTests.schedule()).backupCount == 3)
            }
        }

        @Test func twoServersThatTakeTurnsInOneFolderAreRefused() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                let own = try await backups.run().manifest.id
                // Those of a server that did not tell its number are nobody's.
                var unknown = sampleManifest(Date().addingTimeInterval(60), seed: 2, database: name)
                unknown.source.systemIdentifier = nil
                try await storeSample(unknown, in: store)
                #expect(try await backups.run().folderWarning == nil)
                let other = sampleManifest(Date().addingTimeInterval(120), seed: 3, database: name)
                try await storeSample(other, in: store)
                let before = try await allKeys(store)
                let error = try await failure { try await backups.run() }
                #expect(error.code == .invalidConfiguration)
                #expect(error.message.contains("\(other.id)") && error.message.contains("another server"), "\(error)")
                #expect(error.message.contains("Set BACKUP_FILE_PREFIX"))
                #expect(try await allKeys(store) == before)
                // Five of the newest are looked at: a server whose backups are all older was replaced long since.
                for seed in 4...7 as ClosedRange<UInt64> {
                    let date = Date().addingTimeInterval(60 * Double(seed))
                    try await storeSample(sampleManifest(date, seed: seed, database: name), in: store)
                }
                #expect(try await backups.run().folderWarning?.contains("another server") == true)
                #expect(try await backups.manifest(own).source.alias == nil)
            }
        }

        @Test func aStoreThatCannotBeListedStopsNoRun() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = FaultyStore(InMemoryObjectStore())
                store.inject(.fails(.list, of: "backup/manifests/", with: ObjectStoreError(.accessDenied, "No.")))
                let report = try await backup(of: cluster.url(name), to: store).run()
                #expect(report.manifest.source.database == name)
            }
        }

        @Test func aBusyRunOfADatabaseWithoutAFreshBackupIsTold() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                // Backups of others, or of the same name on another server, are of no use to it.
                try await storeSample(sampleManifest(Date().addingTimeInterval(-60)), in: store)
                try await storeSample(
                    sampleManifest(Date().addingTimeInterval(-60), seed: 2, database: name),
                    in: store
                )
                let heard = Heard()
                func busyRun() async throws -> RunOutcome {
                    try await backups.exclusively { _ in
                        try await backup(of: cluster.url(name), to: store).runUnattended(options(heard))
                    }
                }
                #expect(try await busyRun().status == .busy)
                #expect(heard.events.map(\.kind) == [.busy])
                let message = heard.events.first?.message ?? ""
                #expect(
                    message.contains("It has no backup in the folder backup.") && message.contains(name),
                    "\(message)"
                )

                // An old one of this database is not enough.
                var old = sampleManifest(Date().addingTimeInterval(-3 * 86_400), seed: 3, database: name)
                old.source.systemIdentifier = nil
                try await storeSample(old, in: store)
                #expect(try await busyRun().status == .busy)
                #expect(heard.events.last?.message.contains("Its newest backup is 3 days old.") == true)
                #expect(heard.events.count == 2)

                var fresh = sampleManifest(Date().addingTimeInterval(-60), seed: 4, database: name)
                fresh.source.systemIdentifier = nil
                try await storeSample(fresh, in: store)
                #expect(try await busyRun().status == .busy)
                #expect(heard.events.count == 2)
            }
        }
    }
}
