import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// What a real server says of itself before a restore.
    @Suite struct RestorePreflightServerTests {
        /// Changes the manifest of a backup in its store, as if it were of another server.
        private func change(
            _ manifest: BackupManifest,
            of backups: PostgresBackup,
            _ change: (inout BackupManifest) -> Void
        ) async throws {
            var manifest = manifest
            change(&manifest)
            try await backups.store.put(backups.keys.manifest(manifest.id), .bytes(try manifest.encoded()))
        }

        @Test("Rule 14: what a server lacks is named before anything is created")
        func aRestoreThatWouldFailCreatesNothing() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                try await cluster.run("CREATE EXTENSION hstore;\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let manifest = try await backups.run().manifest
                let target = RestoreTarget.newDatabase("\(name)_restored")
                #expect(try await backups.preflight(manifest.id, into: target).passes)

                // An extension that no server has, in the manifest and in a table of contents that cannot be looked up.
                try await change(manifest, of: backups) {
                    $0.server?.extensions.append(.init(name: "no_such_thing", version: "1", schema: "public"))
                    $0.source.collation = "xx_YY.UTF-8"
                }
                let preflight = try await backups.preflight(manifest.id, into: target)
                #expect(preflight.problems.first { $0.severity == .fatal }?.kind == .localeMissing)
                // The archive does not create that extension, so it is not missed.
                #expect(preflight.problems.contains { $0.kind == .extensionMissing } == false)
                let error = try await failure { try await backups.restore(manifest.id, into: target) }
                #expect(error.code == .localeMissing)
                #expect(error.message.contains("xx_YY.UTF-8") && error.message.contains("usesServerLocale"))
                #expect(error.toolOutput == nil)
                #expect(try await cluster.databases().contains("\(name)_restored") == false)

                var options = RestoreOptions()
                options.usesServerLocale = true
                let report = try await backups.restore(manifest.id, into: target, options: options)
                #expect(report.rowsAgree == true)
            }
        }

        @Test func anExtensionOfTheArchiveThatTheServerLacksIsFatal() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                try await cluster.run("CREATE EXTENSION hstore;\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let manifest = try await backups.run().manifest
                let needs = ArchiveNeeds(try await backups.archiveEntries(manifest))
                #expect(needs.needs(extension: "hstore") && !needs.needs(extension: "no_such_thing"))
                #expect(needs.needs(role: "groundwork", RestoreOptions()))
                let session = try await backups.open(cluster.url(name))
                defer { session.connection.end() }
                var offer = try await ServerOffer.read(by: session.psql, session.facts, locales: ["C"])
                #expect(offer.extensions["hstore"] != nil)
                offer.extensions["hstore"] = nil
                let preflight = RestorePreflight.look(manifest, offer, needs: needs, isNew: true, RestoreOptions())
                #expect(preflight.error?.code == .extensionMissing)
                #expect(preflight.error?.message.contains("hstore") == true)
            }
        }

        @Test func theServerSaysWhatItOffers() async throws {
            try await withDatabase(nil) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let plain = databaseName("plain")
                try await cluster.run("CREATE ROLE \(plain) LOGIN PASSWORD 'x';\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                func offer(_ url: DatabaseURL) async throws -> ServerOffer {
                    let session = try await backups.open(url)
                    defer { session.connection.end() }
                    return try await ServerOffer.read(
                        by: session.psql,
                        session.facts,
                        locales: ["C", "C.UTF-8", "xx_YY.UTF-8", "it's \\ odd"]
                    )
                }
                let all = try await offer(cluster.socketURL(name))
                #expect(all.isSuperuser && all.mayCreateDatabases && !all.isStandby)
                #expect(all.roles.isSuperset(of: ["groundwork", plain]))
                #expect(all.extensions["plpgsql"] == "1.0")
                #expect(all.untrustedExtensions.contains("file_fdw") && !all.untrustedExtensions.contains("hstore"))
                #expect(all.unknownLocales == ["xx_YY.UTF-8", "it's \\ odd"])
                #expect(all.libraries == [])
                #expect((all.freeBytes ?? 0) > 0)
                // Over TCP the server may be anywhere.
                #expect(try await offer(cluster.url(name)).freeBytes == nil)

                var url = cluster.socketURL(name)
                url.user = plain
                url.password = Secret("x")
                let few = try await offer(url)
                #expect(!few.isSuperuser && !few.mayCreateDatabases)
                #expect(few.libraries == nil && few.freeBytes == nil)
                #expect(few.extensions == all.extensions && few.roles == all.roles)
                try await cluster.run("DROP ROLE \(plain);\n", in: name)
            }
        }

        @Test func aFullDiskIsNamedAndARestoreThatIsWantedAllTheSameIsTried() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let backups = backup(of: cluster.socketURL(name), to: InMemoryObjectStore())
                let manifest = try await backups.run().manifest
                try await change(manifest, of: backups) { $0.source.databaseSize = 1 << 60 }
                let target = RestoreTarget.newDatabase("\(name)_restored")
                let error = try await failure { try await backups.restore(manifest.id, into: target) }
                #expect(error.code == .noSpace)
                #expect(error.message.contains("1.2 EB"))
                #expect(try await cluster.databases().contains("\(name)_restored") == false)
                var options = RestoreOptions()
                options.triesDespiteProblems = true
                let report = try await backups.restore(manifest.id, into: target, options: options)
                #expect(report.warnings.contains { $0.contains("1.2 EB") })
                #expect(report.rowsAgree == true)
            }
        }

        @Test func aRoleThatMayNotCreateDatabasesIsToldSoAtOnce() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let plain = databaseName("plain")
                try await cluster.run("CREATE ROLE \(plain) LOGIN PASSWORD 'x';\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backups.run().manifest.id
                var url = cluster.url("postgres")
                url.user = plain
                url.password = Secret("x")
                let error = try await failure {
                    try await backups.restore(id, into: .newDatabase("\(name)_restored", on: url))
                }
                #expect(error.code == .permissionDenied)
                #expect(error.message.contains("CREATEDB"))
                try await cluster.run("DROP ROLE \(plain);\n", in: name)
            }
        }

        @Test func anExistingDatabaseIsNotTouchedWhenARoleIsMissing() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let role = databaseName("owner")
                try await cluster.run("CREATE ROLE \(role); ALTER TABLE orders OWNER TO \(role);\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backups.run().manifest.id
                try await cluster.run("ALTER TABLE orders OWNER TO groundwork; DROP ROLE \(role);\n", in: name)
                let before = try await cluster.plainDump(of: name)
                var options = RestoreOptions()
                options.dropsExistingObjects = true
                let target = RestoreTarget.existingDatabase(
                    cluster.url(name),
                    confirmation: .overwrite(databaseNamed: name)
                )
                let error = try await failure { [options] in
                    try await backups.restore(id, into: target, options: options)
                }
                #expect(error.code == .roleMissing)
                #expect(error.message.contains(role) && error.message.contains("nothing was created"))
                let isSame = try await cluster.plainDump(of: name) == before
                #expect(isSame)
            }
        }
    }
}
