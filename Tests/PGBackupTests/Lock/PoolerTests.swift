import GroundworkCore
import GroundworkStorage
import PGBackupTesting
import Testing
@testable import PGBackup

extension RealPostgresTests {
    /// Runs through PgBouncer itself, which nobody else uses meanwhile.
    @Suite struct Poolers {
        @Test(
            "Rule 9: a pooler that gives each transaction another session is seen however quiet it is",
            arguments: ["transaction", "statement"],
            [1, 5]
        )
        func aQuietPoolerIsSeen(mode: String, sessions: Int) async throws {
            try await withDatabase(nil) { cluster, name in
                try await withPgBouncer(cluster, name, mode: mode, sessions: sessions) { url in
                    #expect(url.poolerHint == nil, "its address must not give it away")
                    let store = InMemoryObjectStore()
                    let error = try await failure {
                        try await backup(of: url, to: store).exclusively { _ in }
                    }
                    #expect(error.code == .invalidConfiguration, "\(error)")
                    #expect(error.message.contains("gives each statement another session"))
                    #expect(error.message.contains("BACKUP_ALLOW_POOLER"))
                    let outcome = try await backup(of: url, to: store).runUnattended()
                    #expect(outcome.status == .configuration && outcome.report == nil)
                    // A lock would stay with a session of the pooler's.
                    let held = try await advisoryLocks(cluster, name)
                    #expect(held == 0)
                    let allowed = try await backup(of: url, to: store) { $0.allowsPooler = true }.exclusively { $0 }
                    #expect(allowed.advisoryLock != .held && allowed.lease == .held)
                }
            }
        }

        @Test func aPoolerThatKeepsOneSessionForEachClientIsNone() async throws {
            try await withDatabase { cluster, name in
                try await withPgBouncer(cluster, name, mode: "session") { url in
                    let backups = backup(of: url, to: InMemoryObjectStore())
                    let protection = try await backups.exclusively { $0 }
                    #expect(protection.advisoryLock == .held)
                    let outcome = try await backups.runUnattended()
                    #expect(outcome.status == .ok, "\(outcome)")
                }
            }
        }

        @Test(
            "Rule 9: whether port 6432 is that of a pooler in the way is asked of the server",
            arguments: ["transaction", "session"]
        )
        func aHintAloneRefusesNothing(mode: String) async throws {
            try await withDatabase(nil) { cluster, name in
                try await withPgBouncer(cluster, name, mode: mode) { url in
                    var hinting = url
                    hinting.hosts.append(.init("db.invalid", port: 6432))
                    let backups = backup(of: hinting, to: InMemoryObjectStore())
                    guard mode == "transaction" else {
                        #expect(try await backups.exclusively { $0 }.advisoryLock == .held)
                        let report = try await backups.run()
                        #expect(report.warnings.contains { $0.contains("Port 6432 of db.invalid") })
                        return
                    }
                    let error = try await failure { try await backups.exclusively { _ in } }
                    #expect(error.code == .invalidConfiguration)
                    #expect(error.message.contains("gives each statement another session"))
                    #expect(error.message.contains("should be db.invalid:5432."), "\(error)")
                }
            }
        }

        @Test func aDatabaseThatThePoolerKnowsByAnotherNameIsItsOwn() async throws {
            try await withDatabase { cluster, name in
                let alias = "app_of_\(name)"
                try await withPgBouncer(cluster, name, mode: "session", alias: alias) { url in
                    let store = InMemoryObjectStore()
                    let backups = backup(of: url, to: store)
                    let outcome = try await backups.runUnattended()
                    #expect(outcome.status == .ok, "\(outcome)")
                    let source = try #require(outcome.report?.manifest.source)
                    #expect(source.database == name && source.alias == alias)
                    #expect(try await backups.run().warnings.isEmpty)
                    for url in [url, cluster.url(name)] {
                        let backups = backup(of: url, to: store)
                        let health = try await backups.health(schedule: BackupHealthTests.schedule())
                        #expect(health.backupCount == 2 && health.options.notices.isEmpty)
                        #expect(health.lastRun?.succeeded == true)
                        #expect(try await backups.latest().source.alias == alias)
                    }
                }
                let direct = try await backup(of: cluster.url(name), to: InMemoryObjectStore()).run()
                #expect(direct.manifest.source.alias == nil)
            }
        }

        @Test func theDoctorSeesIt() async throws {
            try await withDatabase(nil) { cluster, name in
                try await withPgBouncer(cluster, name, mode: "transaction") { url in
                    let report = try await backup(of: url, to: InMemoryObjectStore()).doctor()
                    let lock = report.findings.first { $0.area == "overlap" && $0.name == "advisory lock" }
                    #expect(lock?.level == .failed && lock?.remedy?.contains("direct address") == true)
                }
            }
        }

        @Test(
            "Rule 9: the address of a pooler is refused before a run, with the direct address",
            arguments: [
                ("pgbouncer.invalid", 5432, "your provider shows it"),
                ("ep-cool-pooler.invalid", 5432, "should be ep-cool.invalid:5432."),
                ("db.invalid", 6543, "should be db.invalid:5432."),
            ] as [(String, UInt16, String)]
        )
        func aPoolersAddressIsRefused(host: String, port: UInt16, remedy: String) async throws {
            try await withDatabase(nil) { cluster, name in
                // The server itself would answer.
                var url = cluster.url(name)
                url.hosts.append(.init(host, port: port))
                let store = InMemoryObjectStore()
                let backups = backup(of: url, to: store)
                for attempt in [
                    { _ = try await backups.run() }, { _ = try await backups.check() },
                    { try await backups.exclusively { _ in } },
                ] as [() async throws -> Void] {
                    let error = try await failure { try await attempt() }
                    #expect(error.code == .invalidConfiguration)
                    #expect(error.message.contains(host) && error.message.contains(remedy), "\(error)")
                    #expect(error.message.contains("connection pooler"))
                }
                #expect(try await allKeys(store).isEmpty)
                let outcome = try await backups.runUnattended()
                #expect(outcome.status == .configuration && outcome.status.exitCode == 2)
                let allowed = try await backup(of: url, to: store) { $0.allowsPooler = true }.runUnattended()
                #expect(allowed.report?.warnings.contains { $0.contains("connection pooler") } == true)
            }
        }
    }
}
