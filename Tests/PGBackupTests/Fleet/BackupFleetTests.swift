import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging
import PGBackupTesting
import Testing

@testable import PGBackup

@Suite struct DatabaseListTests {
    @Test func oneURLOrManyAreRead() throws {
        #expect(try DatabaseList(parsing: "postgres://a/x").urls.map(\.database) == ["x"])
        let text = "postgres://a/x, postgresql://b:1,c:2/y\n postgres://d/z,postgres://e/*"
        let list = try DatabaseList(parsing: text)
        #expect(list.urls.map(\.database) == ["x", "y", "z", "*"])
        #expect(list.urls[1].hosts.map(\.name) == ["b", "c"])
        #expect(try DatabaseList(parsing: "host=a dbname=x").urls.map(\.database) == ["x"])
    }

    @Test(arguments: ["", "  ", ",", "postgres://a/x postgres://[::1/y"])
    func whatNamesNoDatabaseIsRefusedWithoutRepeatingIt(text: String) {
        let error = #expect(throws: TextParsingError.self) { try DatabaseList(parsing: text) }
        #expect(error?.reason.contains("::1") == false)
    }

    @Test(arguments: [
        ("postgres", "postgres", true), ("postgres", "Postgres", false), ("post*", "postgres", true), ("*", "", true),
        ("a*b*c", "a--b--b-c", true), ("a*b*c", "a--c--b", false), ("?b", "äb", true), ("?b", "b", false),
        (" x , scratch_* ,", "scratch_1", true), ("x,y", "x,y", false), ("x?y", "x,y", true),
        (String(repeating: "a*", count: 100) + "b", String(repeating: "a", count: 63), false),
    ])
    func databasesAreLeftOutByNameOrPattern(patterns: String, name: String, isLeftOut: Bool) throws {
        #expect(try DatabasePatterns(parsing: patterns).match(name) == isLeftOut)
    }

    @Test(arguments: ["", " , ", String(repeating: "a", count: 257), String(repeating: "a,", count: 1001)])
    func whatIsNoListOfNamesIsRefused(text: String) {
        #expect(throws: TextParsingError.self) { try DatabasePatterns(parsing: text) }
    }

    @Test func eachDatabaseHasAFolderOfItsOwn() async throws {
        func prefixes(_ text: String) async throws -> [String] {
            let list = try DatabaseList(parsing: text)
            var configuration = PostgresBackup.Configuration(database: list.urls[0])
            configuration.prefix = "nightly/"
            let fleet = BackupFleet(list, configuration, store: InMemoryObjectStore())
            return try await fleet.backups().map(\.configuration.prefix)
        }
        #expect(try await prefixes("postgres://a/x") == ["nightly/"])
        #expect(try await prefixes("postgres://a/x postgres://a/y") == ["nightly/x", "nightly/y"])
        #expect(
            try await prefixes("postgres://a/x postgres://b:7/x postgres://b/y")
                == ["nightly/x@a_5432", "nightly/x@b_7", "nightly/y"]
        )
        #expect(
            try await prefixes("postgres://a/a%2Fb%20c postgres://a/.. postgres://a/ü")
                == ["nightly/a%2fb%20c", "nightly/%2e%2e", "nightly/%c3%bc"]
        )
        await #expect(throws: PGBackupError.self) { _ = try await prefixes("postgres://a/x postgres://a/x") }
    }

    @Test func backupsInTheFolderOfAnotherListOfDatabasesAreFound() async throws {
        let store = InMemoryObjectStore()
        func left(_ text: String) async throws -> [[String]] {
            let list = try DatabaseList(parsing: text)
            var configuration = PostgresBackup.Configuration(database: list.urls[0])
            configuration.prefix = "backup/"
            let fleet = BackupFleet(list, configuration, store: store)
            var all: [[String]] = []
            for backup in try await fleet.backups() { all.append(try await fleet.foldersLeftBehind(of: backup)) }
            return all
        }
        let (one, many) = ("postgres://a/shop", "postgres://a/shop postgres://a/other")
        let twice = "postgres://a/shop postgres://b/shop"
        #expect(try await left(one) == [[]])
        // Made when there was one URL: of interest to the database that they are of.
        try await storeSample(sampleManifest(Date(timeIntervalSince1970: 1_790_000_000)), in: store)
        #expect(try await left(one) == [[]])
        #expect(try await left(many) == [["backup"], []])
        // Made when there were many.
        let keys = BackupKeys(prefix: "backup/shop")
        let manifest = sampleManifest(Date(timeIntervalSince1970: 1_790_000_000), keys: keys)
        try await store.put(keys.manifest(manifest.id), .bytes(try manifest.encoded()))
        #expect(try await left(one) == [["backup/shop"]])
        #expect(try await left(twice) == [["backup", "backup/shop"], ["backup", "backup/shop"]])
    }

    @Test func theFolderOfADatabaseIsToldWithoutItsServer() throws {
        func candidates(_ name: String, _ text: String) throws -> [String] {
            var list = try DatabaseList(parsing: text)
            list.excludedPatterns = try DatabasePatterns(parsing: "scratch_*")
            let configuration = PostgresBackup.Configuration(database: list.urls[0])
            return BackupFleet(list, configuration, store: InMemoryObjectStore()).candidates(named: name).map {
                "\($0.configuration.prefix) \($0.configuration.database.hosts[0].name)/\($0.configuration.database.database ?? "")"
            }
        }
        #expect(try candidates("x", "postgres://a/x") == ["backup a/x"])
        #expect(try candidates("y", "postgres://a/x") == [])
        #expect(try candidates("scratch_1", "postgres://a/*") == [])
        #expect(try candidates("scratch_1", "postgres://a/scratch_1") == ["backup a/scratch_1"])
        #expect(try candidates("x", "postgres://a/*") == ["backup/x a/x"])
        #expect(try candidates("y", "postgres://a/x postgres://b/y") == ["backup/y b/y"])
        #expect(try candidates("x", "postgres://a/x postgres://b:7/x") == ["backup/x@a_5432 a/x", "backup/x@b_7 b/x"])
        #expect(try candidates("x@b_7", "postgres://a/x postgres://b:7/x") == ["backup/x@b_7 b/x"])
        #expect(
            try candidates("x", "postgres://a/x postgres://b/*")
                == ["backup/x a/x", "backup/x@a_5432 a/x", "backup/x@b_5432 b/x"]
        )
    }
}

extension RealPostgresTests {
    @Suite struct BackupFleetTests {
        @Test func allDatabasesOfAServerAreBackedUpAndOneThatFailsStopsNoOther() async throws {
            try await withPostgresCluster { (cluster: PostgresCluster) async throws -> Void in
                for name in ["one", "Two words", "three"] {
                    try await cluster.createDatabase(name)
                    try await cluster.load(.shop(orders: 50), into: name)
                }
                let store = InMemoryObjectStore()
                var list = DatabaseList([cluster.url("*")])
                list.excluded = ["postgres"]
                var configuration = PostgresBackup.Configuration(database: cluster.url("*"))
                configuration.logger.logLevel = .critical
                let fleet = BackupFleet(list, configuration, store: store)
                let backups = try await fleet.backups()
                #expect(backups.map(\.configuration.database.database) == ["Two words", "one", "three"])
                #expect(backups.map(\.configuration.prefix) == ["backup/Two%20words", "backup/one", "backup/three"])

                let role = "CREATE ROLE poor LOGIN PASSWORD 'x'; GRANT pg_read_all_data TO poor;\n"
                try await cluster.run(role, in: "postgres")
                try await cluster.run("ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n", in: "one")
                list.urls[0].user = "poor"
                list.urls[0].password = Secret("x")
                let outcomes = try await BackupFleet(list, configuration, store: store).run()
                #expect(outcomes.count == 3)
                for outcome in outcomes {
                    switch outcome.result {
                    case .success(let report):
                        #expect(outcome.database.database != "one")
                        #expect(report.manifest.omissions.contains { $0.contains("2 other databases") })
                        #expect(report.manifest.globals?.object != nil, "\(report.manifest.globals?.reason ?? "")")
                    case .failure(let error):
                        #expect(outcome.database.database == "one")
                        #expect(error.code == .permissionDenied)
                    }
                }
                #expect(try await backups[2].list().backups.count == 1)
                #expect(try await backups[1].list().backups.count == 0)
            }
        }

        @Test func databasesThatAreExcludedOrThatTheRoleMayNotEnterAreNoneOfAll() async throws {
            try await withPostgresCluster { (cluster: PostgresCluster) async throws -> Void in
                for name in ["shop", "service", "scratch_1", "scratch_2"] { try await cluster.createDatabase(name) }
                // As managed servers have one of their own.
                let script = """
                    CREATE ROLE poor LOGIN PASSWORD 'x'; GRANT pg_read_all_data TO poor;
                    REVOKE CONNECT ON DATABASE service FROM PUBLIC;

                    """
                try await cluster.run(script, in: "postgres")
                var list = DatabaseList([cluster.url("*")])
                list.urls[0].user = "poor"
                list.urls[0].password = Secret("x")
                func names(_ patterns: String) async throws -> [String?] {
                    list.excludedPatterns = try DatabasePatterns(parsing: patterns)
                    var configuration = PostgresBackup.Configuration(database: list.urls[0])
                    configuration.logger.logLevel = .critical
                    let fleet = BackupFleet(list, configuration, store: InMemoryObjectStore())
                    return try await fleet.backups().map(\.configuration.database.database)
                }
                #expect(try await names("none") == ["postgres", "scratch_1", "scratch_2", "shop"])
                #expect(try await names("postgres, scratch_*") == ["shop"])
                let error = try await failure { try await names("*") }
                #expect(error.code == .invalidConfiguration)
                #expect(error.message.contains("There is no database to back up"))
            }
        }
    }
}
