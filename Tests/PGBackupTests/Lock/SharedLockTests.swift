import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import PGBackupTesting
import Testing
@testable import PGBackup

@Suite struct SharedLockKeyTests {
    @Test(arguments: [
        ("42", "('42'::bigint)"), (" -9223372036854775808 ", "('-9223372036854775808'::bigint)"),
        ("nightly", "pg_catalog.hashtextextended(E'nightly', 0)"),
        ("it's \\ odd", "pg_catalog.hashtextextended(E'it\\'s \\\\ odd', 0)"),
    ])
    func aNumberIsTheKeyItselfAndANameIsHashedByTheServer(text: String, expression: String) throws {
        #expect(try SharedLockKey(parsing: text).expression == expression)
    }

    @Test(arguments: ["", "  ", "9223372036854775808", "--1", "näch", "a\nb", String(repeating: "x", count: 201)])
    func anythingElseIsRefused(text: String) throws {
        #expect(throws: TextParsingError.self) { try SharedLockKey(parsing: text) }
    }

    @Test func theEnvironmentNamesIt() throws {
        let environment = ["BACKUP_DATABASE_URL": "postgres://h/db", "BACKUP_SHARED_LOCK": "nightly"]
        #expect(try PostgresBackup.Configuration(environment: environment).sharedLock?.description == "nightly")
        let wrong = environment.merging(["BACKUP_SHARED_LOCK": "9223372036854775808"]) { $1 }
        let error = #expect(throws: PGBackupError.self) { try PostgresBackup.Configuration(environment: wrong) }
        #expect(error?.message.contains("BACKUP_SHARED_LOCK") == true)
    }
}

extension RealPostgresTests {
    /// The key that jobs of users take too.
    @Suite struct SharedLocks {
        private func shared(_ url: DatabaseURL, _ key: String, wait: Duration = .seconds(60)) throws -> PostgresBackup {
            let key = try SharedLockKey(parsing: key)
            return backup(of: url, to: InMemoryObjectStore()) {
                $0.sharedLock = key
                $0.sharedLockWait = wait
            }
        }

        /// Whether a job of the user's may begin: the SQL is that of the documentation.
        private func jobMayBegin(_ cluster: PostgresCluster, _ name: String, _ key: String) async throws -> Bool {
            try await cluster.run("SELECT pg_try_advisory_lock(\(key));\n", in: name) == "t\n"
        }

        @Test(
            "Rule 15: a job that takes the shared key does not run during a backup",
            arguments: [("nightly", "hashtextextended('nightly', 0)"), ("-42", "-42")]
        )
        func aJobWaitsForTheBackup(key: String, sql: String) async throws {
            try await withDatabase(nil) { cluster, name in
                #expect(try await jobMayBegin(cluster, name, sql))
                try await shared(cluster.url(name), key).exclusively { protection in
                    #expect(protection.sharedLock == .held && protection.warnings.isEmpty)
                    let may = try await jobMayBegin(cluster, name, sql)
                    #expect(!may)
                }
                #expect(try await eventually { try await advisoryLocks(cluster, name) == 0 })
                #expect(try await jobMayBegin(cluster, name, sql))
            }
        }

        /// Holds the key as a job does, while `body` runs.
        private func withJob(
            _ cluster: PostgresCluster,
            _ name: String,
            _ body: @Sendable (_ end: @escaping @Sendable () -> Void) async throws -> Void
        ) async throws {
            let job = try SharedLockKey(parsing: "nightly")
            let holder = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                $0.prefix = "job"
                $0.sharedLock = job
            }
            let (begun, ended) = (Promise<Void>(), Promise<Void>())
            let task = Task {
                try await holder.exclusively { _ in
                    begun.fulfil(())
                    await ended.value
                }
            }
            await begun.value
            do { try await body { ended.fulfil(()) } } catch {
                ended.fulfil(())
                _ = await task.result
                throw error
            }
            ended.fulfil(())
            try await task.value
        }

        @Test func aBackupWaitsForTheJob() async throws {
            try await withDatabase(nil) { cluster, name in
                try await withJob(cluster, name) { endJob in
                    let begins = Locked(false)
                    let waiting = try shared(cluster.url(name), "nightly")
                    let run = Task { try await waiting.exclusively { _ in begins.withLock { $0 = true } } }
                    // Its own lock, and then the shared one: the job has two.
                    #expect(try await eventually { try await advisoryLocks(cluster, name) == 3 })
                    #expect(!begins.withLock { $0 })
                    endJob()
                    try await run.value
                    #expect(begins.withLock { $0 })
                }
            }
        }

        @Test func aJobThatDoesNotEndIsWaitedForUntilTheLimitAndPeopleAreTold() async throws {
            try await withDatabase(nil) { cluster, name in
                try await withJob(cluster, name) { _ in
                    let late = try shared(cluster.url(name), "nightly", wait: .milliseconds(100))
                    let heard = Heard()
                    var options = UnattendedOptions()
                    options.notifications = BackupNotifications([heard])
                    let outcome = try await late.runUnattended(options)
                    #expect(outcome.status == .failed && outcome.error?.code == .lockTimeout)
                    #expect(outcome.error?.message.contains("The shared lock nightly") == true)
                    #expect(heard.events.map(\.kind) == [.failed])
                    #expect(try await allKeys(late.store).allSatisfy { !$0.contains("/data/") })
                }
            }
        }
    }
}
