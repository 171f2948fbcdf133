import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import Testing
@testable import PGBackup

/// The page for one database. That its commands restore is tested where programs run.
@Suite struct RunbookPageTests {
    private let now = Date(timeIntervalSince1970: 1_795_000_000)

    private func facts(_ database: String = "shop", _ place: RunbookFacts.Place = .directory("/backups")) throws
        -> RunbookFacts
    {
        let url = try DatabaseURL(parsing: "postgres://app:geheim@db.example.com/shop")
        var facts = RunbookFacts(database: url, place: place, prefix: "backup")
        facts.newest = sampleManifest(now.addingTimeInterval(-3600), database: database)
        facts.backupCount = 3
        return facts
    }

    @Test func itNamesTheNewestBackupItsKeyAndItsHash() throws {
        let facts = try facts()
        let page = facts.markdown(now: now)
        let object = try #require(facts.newest?.objects.first)
        #expect(page.contains("cp /backups/\(object.key) backup.dump.gz\n"))
        #expect(page.contains("echo '\(object.sha256)  backup.dump.gz' | sha256sum --check\n"))
        #expect(page.contains("postgresql://app@db.example.com/shop") && !page.contains("geheim"))
    }

    @Test func whereTheServiceHasSeveralDatabasesTheCommandsSayWhich() throws {
        var facts = try facts()
        #expect(!facts.markdown(now: now).contains("--database"))
        facts.databaseOption = "two words"
        let page = facts.markdown(now: now)
        #expect(page.contains("backup list --database 'two words'\nbackup verify latest --database 'two words'\n"))
        #expect(page.contains("backup restore latest --into shop_restored --database 'two words'\n"))
    }

    @Test func aBucketIsFetchedWithAnyClientOfItsEndpoint() throws {
        let page = try facts("shop", .bucket("vault", endpoint: "https://s3.example.com")).markdown(now: now)
        #expect(page.contains("aws s3 cp s3://vault/backup/data/"))
        #expect(page.contains(" --endpoint-url https://s3.example.com\n"))
        #expect(!(try facts("shop", .bucket("vault", endpoint: nil)).markdown(now: now).contains("--endpoint-url")))
    }

    @Test(arguments: [
        "a'b", "x; rm -rf /", "$(id)", "two words", "line\nend", "`id`", "\"q\"", "-d", "a=b", "ü🐘", "Shop",
    ])
    func aNameThatProgramsMayMisreadStaysOutOfTheCommands(_ name: String) throws {
        let page = try facts(name).markdown(now: now)
        #expect(page.contains("createdb --template=template0 database_restored\n"))
        #expect(page.contains("ALTER DATABASE \"database_restored\" RENAME TO \(SQL.identifier(name));"))
        let commands = page.split(separator: "```bash").dropFirst().map { $0.prefix { $0 != "`" } }
        #expect(commands.count == 2 && commands.allSatisfy { !$0.contains(name) || name == "-d" })
    }

    @Test func theLastDrillIsProjectedOntoThePresentSizeAndComparedWithTheTarget() throws {
        var facts = try facts()
        let id = try #require(facts.newest?.id)
        var drill = VerificationRecord(
            backup: id,
            level: .restored,
            passed: true,
            startedAt: now.addingTimeInterval(-1800),
            seconds: 90,
            storedBytes: 5,
            archiveBytes: 9
        )
        drill.restoreSeconds = 60
        drill.restoredBytes = 2000
        facts.drill = drill
        facts.restoreTarget = .seconds(119)
        let page = facts.markdown(now: now)
        // The database has 4000 bytes, twice as many as were restored.
        #expect(page.contains("took 1 min for the restore. The present database would take about 2 min."))
        #expect(page.contains("**does not hold**"))
        facts.restoreTarget = .seconds(120)
        #expect(facts.markdown(now: now).contains(" holds."))
        drill.passed = false
        drill.message = "public.orders has 3 rows instead of 4."
        facts.drill = drill
        #expect(facts.markdown(now: now).contains("**failed**: public.orders has 3 rows instead of 4."))
    }

    @Test func withoutABackupItSaysSo() throws {
        var facts = try facts()
        facts.newest = nil
        let page = facts.markdown(now: now)
        #expect(page.contains("| newest | **none yet** |") && page.contains("no drill was made yet"))
        #expect(page.contains("**Nobody.**"))
        facts.notified = ["webhook hooks.example.com", "mail"]
        #expect(facts.markdown(now: now).contains("- webhook hooks.example.com\n- mail\n"))
    }

    @Test func theFactsComeFromTheStore() async throws {
        let store = InMemoryObjectStore()
        let backups = try backups(in: store)
        for day in 1...3 {
            try await storeSample(
                sampleManifest(now.addingTimeInterval(-86_400 * Double(day)), seed: UInt64(day)),
                in: store
            )
        }
        let newest = try await backups.latest()
        let record = VerificationRecord(
            backup: newest.id,
            level: .restored,
            passed: true,
            startedAt: now,
            seconds: 1,
            storedBytes: 5,
            archiveBytes: 9
        )
        try await backups.store(record)
        let facts = try await backups.runbookFacts(place: .other("a store"))
        #expect(facts.newest?.id == newest.id && facts.backupCount == 3 && facts.drill == record)
    }
}
