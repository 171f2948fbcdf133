import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// Drills on servers that lack what the source has: an extension, a locale, a collation.
    @Suite struct DrillLackTests {
        private static let unknown = "xx_YY.UTF-8"

        /// Makes a backup that says of its database that its locale is one that no server knows.
        private func backUpOfUnknownLocale(_ backups: PostgresBackup) async throws -> BackupManifest {
            var manifest = try await backups.run().manifest
            manifest.source.collation = Self.unknown
            manifest.source.characterType = Self.unknown
            try await backups.store.put(backups.keys.manifest(manifest.id), .bytes(try manifest.encoded()))
            return manifest
        }

        private func places(_ cluster: PostgresCluster, _ base: String) -> [DrillOptions] {
            [DrillOptions.Place.throwAwayCluster, .server(cluster.url("postgres"))].map {
                var options = DrillOptions()
                options.place = $0
                options.clusterDirectory = base
                return options
            }
        }

        @Test func whatDependsOnAMissingExtensionBlamesNoBackup() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                // The server offers every extension but hstore, by the hexadecimal digits of its name.
                let hiding = """
                    case "$1" in -XqAt) exec $real "$@";; esac
                    cat > \(directory)/script
                    if ! grep -q default_version \(directory)/script; then exec $real "$@" < \(directory)/script; fi
                    $real "$@" < \(directory)/script > \(directory)/output || exit $?
                    grep -v '^6873746f7265|' \(directory)/output
                    """
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    try await cluster.run(
                        "CREATE EXTENSION hstore; CREATE TABLE words (a public.hstore); INSERT INTO words VALUES ('a=>1');\n",
                        in: name
                    )
                    let store = InMemoryObjectStore()
                    let id = try await backup(of: cluster.url(name), to: store).run().manifest.id
                    var options = DrillOptions()
                    options.place = .server(cluster.url("postgres"))
                    let seeing = backup(of: cluster.url(name), to: store)
                    #expect(try await seeing.drill(id, options: options).record.passed)
                    let kept = try await seeing.verifications(of: id)

                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": hiding])
                    let backups = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    let error = try await failure { [options] in try await backups.drill(id, options: options) }
                    #expect(error.code == .extensionMissing && !error.blamesTheBackup, "\(error)")
                    #expect(error.message.contains("lacks the extensions hstore,"))
                    #expect(error.message.contains("DRILL_DATABASE_URL"))
                    #expect(error.toolOutput?.contains("type \"public.hstore\" does not exist") == true)
                    #expect(try await backups.verifications(of: id) == kept)
                    #expect(try await cluster.databases().allSatisfy { !$0.hasPrefix("groundwork_drill_") })
                }
            }
        }

        @Test(arguments: [
            // A collation of the system is not dumped; one of the database is, with a locale that is not there.
            (
                """
                SET allow_system_table_mods = on;
                CREATE COLLATION pg_catalog."xx_YY" (provider = libc, locale = 'C.UTF-8');
                CREATE TABLE words (word text COLLATE pg_catalog."xx_YY");

                """, "collation \"pg_catalog.xx_YY\" for encoding \"UTF8\" does not exist"
            ),
            (
                """
                SET allow_system_table_mods = on;
                CREATE COLLATION public.mine (provider = libc, locale = 'C.UTF-8');
                UPDATE pg_collation SET collcollate = 'xx_YY.UTF-8', collctype = 'xx_YY.UTF-8' WHERE collname = 'mine';

                """, "could not create locale \"xx_YY.UTF-8\""
            ),
        ])
        func aCollationThatTheServerLacksBlamesNoBackup(script: String, sign: String) async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                try await cluster.run(script, in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backups.run().manifest.id
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                let error = try await failure { [options] in try await backups.drill(id, options: options) }
                #expect(error.code == .localeMissing && !error.blamesTheBackup, "\(error)")
                #expect(error.toolOutput?.contains(sign) == true, "\(error)")
                #expect(error.message.contains("locale-gen"))
                #expect(try await backups.verifications(of: id) == [])
                #expect(try await cluster.databases().allSatisfy { !$0.hasPrefix("groundwork_drill_") })
            }
        }

        @Test func theLettersOfUTF8AreLettersInTheLocaleThatIsTaken() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                try letServersIn(base)
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    try await cluster.run(
                        "CREATE TABLE people (name text CHECK (name ~ '^[[:alpha:]]+$')); INSERT INTO people VALUES ('Émile');\n",
                        in: name
                    )
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                    let id = try await backUpOfUnknownLocale(backups).id
                    for options in places(cluster, base) {
                        let record = try await backups.drill(id, options: options).record
                        #expect(record.passed)
                        let notes = try #require(record.notes).filter { $0.contains("does not know the locale") }
                        #expect(
                            notes == [
                                "The server of the drill does not know the locale xx_YY.UTF-8; the locale C.UTF-8 was taken."
                            ]
                        )
                    }
                }
            }
        }

        @Test func aCheckThatTheLocaleTakenViolatesBlamesNoBackup() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                try letServersIn(base)
                try await withDatabase(nil) { (cluster: PostgresCluster, stem: String) async throws -> Void in
                    // In the source É is no letter, and in C.UTF-8 it is one.
                    let name = "\(stem)_c"
                    try await cluster.run(
                        "CREATE DATABASE \(name) TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C';\n",
                        in: "postgres"
                    )
                    try await cluster.run(
                        "CREATE TABLE signs (sign text CHECK (sign !~ '[[:alpha:]]')); INSERT INTO signs VALUES ('É');\n",
                        in: name
                    )
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                    let id = try await backUpOfUnknownLocale(backups).id
                    for options in places(cluster, base) {
                        let error = try await failure { try await backups.drill(id, options: options) }
                        #expect(error.code == .localeMissing && !error.blamesTheBackup, "\(error)")
                        #expect(error.message.contains("locale C.UTF-8:"))
                        #expect(error.message.contains("does not know the locale \(Self.unknown)"))
                        #expect(error.toolOutput?.contains("violates check constraint") == true)
                        #expect(try await backups.verifications(of: id) == [])
                    }
                    #expect(try await cluster.databases().allSatisfy { !$0.hasPrefix("groundwork_drill_") })
                }
            }
        }

        @Test func rowsThatPostgresRefusesAreTheBackupsAndRecorded() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                // Two rows with one key, as an index that was damaged for a while lets them in.
                let table = "CREATE TABLE keys (id integer); CREATE UNIQUE INDEX one ON keys (id);\n"
                try await cluster.run(table, in: name)
                for (isReady, script) in [(false, "INSERT INTO keys VALUES (1), (1);"), (true, "")] {
                    try await cluster.run(
                        """
                        UPDATE pg_index SET indisready = \(isReady) WHERE indexrelid = 'one'::regclass;
                        \(script)

                        """,
                        in: name
                    )
                }
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backups.run().manifest.id
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                let error = try await failure { [options] in try await backups.drill(id, options: options) }
                #expect(error.code == .toolFailed && error.blamesTheBackup, "\(error)")
                #expect(try await backups.verifications(of: id).map(\.passed) == [false])
            }
        }

        @Test func aDatabaseOfAnotherEncodingTakesTheLocaleC() async throws {
            try await withDatabase(nil) { (cluster: PostgresCluster, stem: String) async throws -> Void in
                let name = "\(stem)_latin"
                try await cluster.run(
                    "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';\n",
                    in: "postgres"
                )
                try await cluster.run("CREATE TABLE people AS SELECT text 'Emile' AS name;\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let id = try await backUpOfUnknownLocale(backups).id
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                let record = try await backups.drill(id, options: options).record
                #expect(record.passed)
                #expect(record.notes?.contains { $0.hasSuffix("the locale C was taken.") } == true)
            }
        }
    }
}
