import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// What is in a backup beside the dump, and what is not.
    @Suite struct CompleteBackupTests {
        @Test func theManifestTellsWhatTheDatabaseNeedsAround() async throws {
            try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let manifest = try await backup(of: cluster.url(name), to: InMemoryObjectStore()).run().manifest
                let server = try #require(manifest.server)
                #expect(server.extensions.map(\.name) == ["citext", "hstore", "pg_trgm", "plpgsql"])
                #expect(server.extensions.allSatisfy { !$0.version.isEmpty })
                #expect(server.roles == ["groundwork"])
                #expect(server.settings["max_connections"] == "200")
                #expect(server.settings["TimeZone"] == "UTC")
                #expect(server.settings["server_encoding"] == "UTF8")
                #expect(server.settings["lc_collate"] == "C.UTF-8")
                #expect(server.settings["lc_ctype"] == "C.UTF-8")
                #expect(server.settings["shared_preload_libraries"] == "")
                #expect(server.settings["data_checksums"] == "off")
                #expect(server.settings["server_version_num"] == "\(manifest.source.versionNumber)")
            }
        }

        @Test func theScriptOfRolesIsStoredAndHoldsNoPassword() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let role = databaseName("role")
                try await cluster.run("CREATE ROLE \(role) LOGIN PASSWORD 'hunter2';\n", in: name)
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                let report = try await backups.run()
                try await cluster.run("DROP ROLE \(role);\n", in: name)
                let object = try #require(report.manifest.globals?.object)
                #expect(object.key == "backup/data/\(report.manifest.id).globals.sql")
                let text = String(decoding: try await store.read(object.key), as: UTF8.self)
                #expect(text.contains("CREATE ROLE \(role);"))
                #expect(!text.contains("SCRAM") && !text.contains("hunter2"))
                #expect(object.length == Int64(text.utf8.count))
                #expect(report.manifest.omissions.contains { $0.contains("passwords of the roles") })

                var prune = PruneOptions()
                prune.isDryRun = false
                let later = backup(of: cluster.url(name), to: store) { $0.random = SystemRandom() }
                try await later.run()
                prune.policy.maximumAge = nil
                prune.policy.newest = 1
                #expect(try await later.prune(prune).deletedBackups == [report.manifest.id])
                #expect(try await allKeys(store).allSatisfy { !$0.contains("\(report.manifest.id)") })
            }
        }

        @Test func aServiceThatRefusesTheRolesIsNoFailureAndIsTold() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    try fakePrograms("15.99", in: directory, real: cluster.binaries)
                    try script(
                        "#!/bin/sh\necho 'pg_dumpall: error: query failed: ERROR:  permission denied for table pg_roles' >&2\nexit 1\n",
                        "\(directory)/pg_dumpall"
                    )
                    let store = InMemoryObjectStore()
                    let backups = backup(of: cluster.url(name), to: store) { $0.clientDirectories = [directory] }
                    let report = try await backups.run()
                    #expect(report.manifest.globals?.object == nil)
                    let reason = try #require(report.manifest.globals?.reason)
                    #expect(reason.contains("pg_dumpall --globals-only failed"))
                    #expect(report.warnings.contains { $0.contains("roles of the server are not in the backup") })
                    #expect(report.manifest.omissions.contains { $0.contains("pg_dumpall") })
                    #expect(try await allKeys(store).count == 2)
                }
            }
        }

        @Test func aRestoreCreatesTheRolesThatAreMissingOnRequest() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let owner = databaseName("owner")
                let reader = databaseName("reader")
                let make = """
                    CREATE ROLE \(owner) NOLOGIN CREATEDB; CREATE ROLE \(reader) LOGIN PASSWORD 'x'; GRANT \(owner) TO \(reader);
                    ALTER TABLE orders OWNER TO \(owner); GRANT SELECT ON customers TO \(reader);

                    """
                try await cluster.run(make, in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let report = try await backups.run()
                let original = try await cluster.plainDump(of: name)
                let drop = "DROP OWNED BY \(owner), \(reader); DROP ROLE \(owner), \(reader);\n"
                try await cluster.run("ALTER TABLE orders OWNER TO groundwork;\n\(drop)", in: name)

                let restored = "\(name)_restored"
                let missing = try await failure {
                    try await backups.restore(report.manifest.id, into: .newDatabase(restored))
                }
                #expect(missing.code == .roleMissing)
                var options = RestoreOptions()
                options.createsRoles = true
                let restore = try await backups.restore(
                    report.manifest.id,
                    into: .newDatabase(restored),
                    options: options
                )
                let roles = try await cluster.run(
                    """
                    SELECT rolname, rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname IN ('\(owner)', '\(reader)') ORDER BY 1;
                    SELECT count(*) FROM pg_auth_members WHERE member = '\(reader)'::regrole;

                    """,
                    in: restored
                )
                let isIdentical = try await cluster.plainDump(of: restored) == original
                try await cluster.dropDatabase(restored)
                try await cluster.run(drop, in: "postgres")
                #expect(roles == "\(owner)|t|f\n\(reader)|f|t\n1\n")
                #expect(isIdentical)
                #expect(restore.warnings.contains { $0.contains("were created without passwords") })
                #expect(restore.comparison?.tables == 4)
            }
        }

        @Test func filtersAndOptionsAreInTheManifestAndTold() async throws {
            try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let options = try DumpOptions(
                    parsing: "--exclude-table=documents --exclude-table-data=tricky --no-comments -n public"
                )
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                    $0.dumpOptions = options
                    $0.selection = options.selection
                }
                let manifest = try await backups.run().manifest
                #expect(manifest.tool.arguments.contains("--exclude-table=documents"))
                let told = manifest.omissions.joined(separator: " ")
                #expect(told.contains("outside the schemas public"))
                #expect(told.contains("The tables documents"))
                #expect(told.contains("rows of the tables tricky"))
                #expect(told.contains("3 large objects"))
                #expect(told.contains("--no-comments"))
                let tables = try #require(manifest.tables).map(\.name)
                #expect(tables.contains("hen") && !tables.contains("documents") && !tables.contains("tricky"))
            }
        }

        @Test("Rule 10: an archive goes on in a second object before the parts run out")
        func aLongArchiveGoesOnInASecondObject() async throws {
            try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store) { $0.objectSizeLimit = 9 << 20 }
                let manifest = try await backups.run().manifest
                let objects = manifest.objects
                #expect(objects.count > 2)
                #expect(objects[1].key == "backup/data/\(manifest.id).dump.2.gz")
                #expect(objects.allSatisfy { $0.length <= 9 << 20 && $0.partLength == nil })
                #expect(Set(try await allKeys(store).filter { $0.contains(".dump.") }) == Set(objects.map(\.key)))
                try await backups.verify(manifest.id)
                let restored = "\(name)_restored"
                let report = try await backups.restore(manifest.id, into: .newDatabase(restored))
                #expect(report.comparison?.findings == [])
                #expect(report.comparison?.rows == 30_000)
                let isIdentical = try await cluster.plainDump(of: restored) == cluster.plainDump(of: name)
                #expect(isIdentical)
            }
        }

        @Test func optionsWithoutEffectAreToldInTheReportOnce() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let options = try DumpOptions(parsing: "-Fc -Z9 --encoding=UTF8 --format=tar --no-comments")
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) { $0.dumpOptions = options }
                let report = try await backups.run()
                let told = report.warnings.filter { $0.contains("without effect") }
                #expect(told.count == 1)
                #expect(told.first?.contains("--format, --compress, --encoding. ") == true)
                #expect(report.manifest.warnings == report.warnings)
                #expect(!report.manifest.tool.arguments.contains { $0.contains("encoding") || $0.contains("tar") })
            }
        }

        @Test func aSecondObjectThatFailsTakesTheFirstWithIt() async throws {
            try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = HookedStore {
                    $0.duringPut = { key, bytes in
                        if key.contains(".dump.2."), bytes > 0 { throw ObjectStoreError(.unavailable, "No more.") }
                    }
                }
                let backups = backup(of: cluster.url(name), to: store) { $0.objectSizeLimit = 9 << 20 }
                let error = try await failure { try await backups.run() }
                #expect(error.code == .storeFailed)
                #expect(try await allKeys(store).isEmpty)
                #expect(try children(named: "pg_dump", for: name).isEmpty)
            }
        }
    }
}

@Suite struct ObjectLimitTests {
    /// S3's parts have at least 5 MiB, and are sized for one and a half times the estimate: part 9,900 of 10,000 is never
    /// reached, whatever the estimate was.
    @Test(arguments: [nil, 0, 1 << 30, 100 << 30, 1 << 40, 10 << 40, .max] as [Int64?])
    func anObjectEndsBeforePart9900(estimate: Int64?) {
        let capabilities = ObjectStoreCapabilities(
            conditionalPut: .enforced,
            listsAbandonedUploads: true,
            arbitraryKeys: true
        )
        let limit = PostgresBackup.objectLimit(estimate: estimate, capabilities)
        let expected = min(Double(estimate ?? 0), Double(Int64.max / 2)) * 1.5
        let part = max(Double(5 << 20), expected / 10_000)
        #expect(Double(limit) / part <= 9900.000001)
        #expect(limit >= 9900 * (5 << 20))
    }

    @Test func aStoreThatKeepsLessIsGivenLess() {
        var capabilities = ObjectStoreCapabilities(
            conditionalPut: .enforced,
            listsAbandonedUploads: true,
            arbitraryKeys: true
        )
        capabilities.maximumObjectSize = 1 << 30
        #expect(PostgresBackup.objectLimit(estimate: 1 << 40, capabilities) == 1 << 30)
    }
}
