import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

@Suite struct DatabaseSwapNameTests {
    @Test func theOldNameTellsTheTimeAndFitsIntoAName() {
        let date = Date(timeIntervalSince1970: 1_795_754_030)
        #expect(DatabaseSwap.oldName(of: "app", at: date) == "app_before_20261127t043350z")
        for name in [String(repeating: "x", count: 63), String(repeating: "ü", count: 31), "日本語日本語日本語日本語日本語日本語"] {
            let old = DatabaseSwap.oldName(of: name, at: date)
            #expect(old.utf8.count <= 63 && old.utf8.count >= 60)
            #expect(name.hasPrefix(old.prefix(10)) && old.hasSuffix("_before_20261127t043350z"))
        }
    }
}

extension RealPostgresTests {
    @Suite struct DatabaseSwapTests {
        /// A database `NAME` with 200 orders, and `NAME_restored` with those of a backup.
        private func withRestored(
            _ body: (PostgresCluster, String, PostgresBackup) async throws -> Void
        ) async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                    $0.time = ManualTime(now: Date(timeIntervalSince1970: 1_795_754_030))
                }
                let restoring = backup(of: cluster.url(name), to: backups.store)
                let id = try await restoring.run().manifest.id
                try await cluster.run("DELETE FROM order_lines; DELETE FROM orders;\n", in: name)
                try await restoring.restore(id, into: .newDatabase("\(name)_restored"))
                try await body(cluster, name, backups)
            }
        }

        @Test("Rule 14: the restored database takes the place of the old one, and nothing is dropped")
        func bothDatabasesAreThereUnderTheirNewNames() async throws {
            try await withRestored { cluster, name, backups in
                let report = try await backups.swap("\(name)_restored", into: name)
                #expect(report.database.database == name)
                #expect(report.oldName == "\(name)_before_20261127t043350z")
                #expect(report.warnings == [])
                #expect(try await cluster.rowCounts(of: name)["public.orders"] == 200)
                let old = try #require(report.oldName)
                #expect(try await cluster.rowCounts(of: old)["public.orders"] == 0)
                #expect(try await cluster.databases().contains("\(name)_restored") == false)

                // The way back.
                var options = SwapOptions()
                options.oldName = "\(name)_restored"
                try await backups.swap(old, into: name, options: options)
                #expect(try await cluster.rowCounts(of: name)["public.orders"] == 0)
                #expect(try await cluster.rowCounts(of: "\(name)_restored")["public.orders"] == 200)
            }
        }

        @Test func sessionsInTheWayAreNamedAndNothingIsChanged() async throws {
            try await withRestored { cluster, name, backups in
                let session = try await Sitting.down(in: cluster.url(name), backups)
                let before = try await cluster.databases()
                let error = try await failure { try await backups.swap("\(name)_restored", into: name) }
                #expect(error.code == .databaseInUse)
                #expect(error.isRetryable)
                #expect(error.message.contains("of groundwork in \(name) by sitting from 127.0.0.1"))
                #expect(error.message.contains("endsSessions"))
                #expect(try await cluster.databases() == before)
                #expect(try await cluster.rowCounts(of: name)["public.orders"] == 0)
                await session.end()
            }
        }

        @Test func sessionsAreEndedOnRequestEvenWhenTheyComeBack() async throws {
            try await withRestored { cluster, name, backups in
                // Clients that connect again as soon as they are thrown out.
                let clients = Task {
                    await withTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 {
                            group.addTask {
                                while !Task.isCancelled {
                                    _ = try? await cluster.run("SELECT pg_sleep(30);\n", in: name)
                                }
                            }
                        }
                    }
                }
                let question = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)';\n"
                while Int(try await cluster.run(question, in: "postgres").trimmingASCIIWhitespace()) != 4 {
                    await Task.yield()
                }
                var options = SwapOptions()
                options.endsSessions = true
                let patient = backup(of: cluster.url(name), to: backups.store)
                let report = try await patient.swap("\(name)_restored", into: name, options: options)
                clients.cancel()
                await clients.value
                #expect(try await cluster.rowCounts(of: name)["public.orders"] == 200)
                #expect(try await cluster.databases().contains(report.oldName ?? "") == true)
            }
        }

        @Test func ownerRightsLimitAndSettingsStayWithTheName() async throws {
            try await withRestored { cluster, name, backups in
                let (owner, reader) = (databaseName("owner"), databaseName("Reader \"x\""))
                let quoted = SQL.identifier(reader)
                try await cluster.run(
                    """
                    CREATE ROLE \(owner); CREATE ROLE \(quoted);
                    ALTER DATABASE \(name) OWNER TO \(owner);
                    ALTER DATABASE \(name) CONNECTION LIMIT 50;
                    ALTER DATABASE \(name) SET search_path = "$user", public, "Odd ""x"", y";
                    ALTER DATABASE \(name) SET timezone = 'Europe/Berlin';
                    ALTER DATABASE \(name) SET app.note = 'it''s; DROP DATABASE "x"';
                    ALTER ROLE \(quoted) IN DATABASE \(name) SET work_mem = '8MB';
                    REVOKE ALL ON DATABASE \(name) FROM PUBLIC;
                    GRANT CONNECT ON DATABASE \(name) TO \(quoted) WITH GRANT OPTION;

                    """,
                    in: "postgres"
                )
                func properties(_ database: String) async throws -> String {
                    try await cluster.run(
                        """
                        SELECT pg_get_userbyid(datdba), datconnlimit, datacl FROM pg_database WHERE datname = '\(database)';
                        SELECT setrole, setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase
                        WHERE datname = '\(database)' ORDER BY 1;

                        """,
                        in: "postgres"
                    )
                }
                let before = try await properties(name)
                #expect(before.contains("Berlin") && before.contains("DROP DATABASE"))
                let report = try await backups.swap("\(name)_restored", into: name)
                #expect(report.warnings == [])
                #expect(try await properties(name) == before)
                let path = try await cluster.run("SHOW search_path; SHOW app.note;\n", in: name)
                #expect(path == "\"$user\", public, \"Odd \"\"x\"\", y\"\nit's; DROP DATABASE \"x\"\n")

                // Without them the report says what differs.
                var options = SwapOptions()
                options.keepsProperties = false
                options.oldName = "\(name)_second"
                try await cluster.createDatabase("\(name)_empty")
                let bare = try await backups.swap("\(name)_empty", into: name, options: options)
                #expect(bare.warnings.count == 4)
                for word in ["owner", "connection limit", "settings", "rights"] {
                    #expect(bare.warnings.contains { $0.contains("not the same \(word) as \(name)_second") }, "\(word)")
                }
                for database in try await cluster.databases() where database.hasPrefix(name) {
                    try await cluster.dropDatabase(database)
                }
                try await cluster.run("DROP ROLE \(owner); DROP ROLE \(quoted);\n", in: "postgres")
            }
        }

        @Test func namesThatDoNotFitAreRefused() async throws {
            try await withRestored { cluster, name, backups in
                let before = try await cluster.databases()
                let missing = try await failure { try await backups.swap("\(name)_nowhere", into: name) }
                #expect(missing.code == .databaseNotFound)
                var options = SwapOptions()
                options.oldName = "postgres"
                let taken = try await failure { [options] in
                    try await backups.swap("\(name)_restored", into: name, options: options)
                }
                #expect(taken.code == .databaseExists)
                let same = try await failure { try await backups.swap(name, into: name) }
                #expect(same.code == .invalidConfiguration)
                let empty = try await failure { try await backups.swap("\(name)_restored", into: "") }
                #expect(empty.code == .invalidConfiguration)
                #expect(try await cluster.databases() == before)
            }
        }

        @Test func aNameThatIsFreeIsTaken() async throws {
            try await withRestored { cluster, name, backups in
                try await cluster.dropDatabase(name)
                let report = try await backups.swap("\(name)_restored", into: name)
                #expect(report.oldName == nil)
                #expect(try await cluster.rowCounts(of: name)["public.orders"] == 200)
            }
        }

        @Test func aRoleThatOwnsTheDatabasesNeedsNoMore() async throws {
            try await withRestored { cluster, name, backups in
                let owner = databaseName("owner")
                try await cluster.run(
                    """
                    CREATE ROLE \(owner) LOGIN CREATEDB PASSWORD 'x';
                    ALTER DATABASE \(name) OWNER TO \(owner);
                    ALTER DATABASE "\(name)_restored" OWNER TO \(owner);
                    ALTER DATABASE \(name) SET timezone = 'Europe/Berlin';
                    ALTER DATABASE \(name) SET log_min_messages = 'error';

                    """,
                    in: "postgres"
                )
                var url = cluster.url("postgres")
                url.user = owner
                url.password = Secret("x")
                let report = try await backups.swap("\(name)_restored", into: name, on: url)
                // What only a superuser may set is told and does not stop the swap.
                #expect(report.warnings.count == 1)
                #expect(report.warnings.first?.contains("settings") == true)
                #expect(try await cluster.run("SHOW timezone;\n", in: name) == "Europe/Berlin\n")
                #expect(try await cluster.rowCounts(of: name)["public.orders"] == 200)
                for database in try await cluster.databases() where database.hasPrefix(name) {
                    try await cluster.dropDatabase(database)
                }
                try await cluster.run("DROP ROLE \(owner);\n", in: "postgres")
            }
        }
    }
}

/// A session that does nothing in a database.
private struct Sitting {
    let task: Task<Void, Never>

    static func down(in url: DatabaseURL, _ backups: PostgresBackup) async throws -> Sitting {
        let (ready, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            do {
                let session = try await backups.open(url)
                defer { session.connection.end() }
                var command = ToolCommand(
                    session.toolchain.chosen.psql,
                    ["-XqAt", "--no-password", "--dbname=\(session.connection.connectionString)"],
                    environment: session.connection.environment.merging(["PGAPPNAME": "sitting"]) { $1 }
                )
                command.input = .pipe
                command.output = .pipe
                try await withToolProcess(command) { process in
                    try await process.input?.write(Array("SELECT 'here';\n".utf8))
                    while try await process.output?.next() != nil { signal.yield() }
                }
            } catch {
                signal.finish()
            }
        }
        for await _ in ready { break }
        return Sitting(task: task)
    }

    func end() async {
        task.cancel()
        await task.value
    }
}
