import Glibc
import GroundworkCore
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import Testing
@testable import PGBackup

extension RealPostgresTests {
    /// Two runs at once, on a real server.
    @Suite struct ExclusiveRuns {
        private func locks(_ cluster: PostgresCluster, _ database: String) async throws -> Int {
            let text = try await cluster.run(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                    + "WHERE locktype = 'advisory' AND granted AND datname = '\(database)';\n",
                in: "postgres"
            )
            return Int(text.trimmingASCIIWhitespace()) ?? -1
        }

        @Test("Rule 16: a second run of the folder is busy, one of another folder is not")
        func aSecondRunOfTheFolderIsBusyAndOneOfAnotherFolderIsNot() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                let first = backup(of: cluster.url(name), to: store)
                let error = try await first.exclusively { protection in
                    #expect(protection.advisoryLock == .held && protection.lease == .held)
                    let held = try await locks(cluster, name)
                    #expect(held == 1)
                    // Another store: only the server can tell.
                    let second = backup(of: cluster.url(name), to: InMemoryObjectStore())
                    let other = backup(of: cluster.url(name), to: InMemoryObjectStore()) { $0.prefix = "other" }
                    try await other.exclusively { _ in }
                    return try await failure { try await second.exclusively { _ in } }
                }
                #expect(error.code == .busy && error.isRetryable)
                #expect(try await eventually { try await locks(cluster, name) == 0 }, "the lock was not released")
                try await first.exclusively { _ in }
            }
        }

        @Test func aCancelledRunReleasesTheLock() async throws {
            try await withDatabase(nil) { cluster, name in
                let (store, begun) = (InMemoryObjectStore(), Promise<Void>())
                let task = Task {
                    try await backup(of: cluster.url(name), to: store).exclusively { _ in
                        begun.fulfil(())
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                await begun.value
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(try await eventually { try await locks(cluster, name) == 0 })
                let content = LeaseContent.decode(try await store.read("backup/lease.json"))
                #expect(content?.isReleased == true)
            }
        }

        @Test func aSessionThatTheServerEndsStopsTheRun() async throws {
            try await withDatabase(nil) { cluster, name in
                let (begun, time) = (Promise<Void>(), ManualTime())
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) { $0.time = time }
                let task = Task {
                    // The lease outlasts the test.
                    try await backups.exclusively(terms: LeaseTerms(validity: .seconds(1_000_000))) { _ in
                        begun.fulfil(())
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                await begun.value
                // The pulse and the renewal of the lease.
                await time.waitForSleepers(2)
                try await cluster.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        + "WHERE datname = '\(name)' AND application_name = 'groundwork-pgbackup';\n",
                    in: "postgres"
                )
                await time.advance(by: .seconds(20))
                #expect(try await failure { try await task.value }.code == .lockLost)
            }
        }

        @Test("Rule 16: through a pooler there is no lock, and the run is refused unless that is allowed")
        func aSessionForEachStatementIsNoSession() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(nil) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let pooled = """
                        case "$1" in -XqAt) while read -r line; do printf '%s\\n' "$line" | $real "$@"; done; exit 0;; esac
                        exec $real "$@"
                        """
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": pooled])
                    func pooledBackup(_ allows: Bool) -> PostgresBackup {
                        backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                            $0.clientDirectories = [directory]
                            $0.searchesSystemDirectories = false
                            $0.allowsPooler = allows
                        }
                    }
                    let error = try await failure { try await pooledBackup(false).exclusively { _ in } }
                    #expect(error.code == .invalidConfiguration)
                    #expect(
                        error.message.contains("the direct address of the database")
                            && error.message.contains("BACKUP_ALLOW_POOLER")
                    )
                    let protection = try await pooledBackup(true).exclusively { $0 }
                    #expect(protection.advisoryLock != .held && protection.lease == .held)
                    #expect(try await locks(cluster, name) == 0)
                }
            }
        }

        @Test func withoutALeaseNothingIsWrittenAndTheAdvisoryLockKeepsASecondRunAway() async throws {
            try await withDatabase(nil) { cluster, name in
                let store = InMemoryObjectStore()
                let locking = backup(of: cluster.url(name), to: store) { $0.usesLease = false }
                let error = try await locking.exclusively { protection in
                    #expect(protection.advisoryLock == .held && protection.lease != .held)
                    #expect(protection.warnings.isEmpty)
                    return try await failure { try await locking.exclusively { _ in } }
                }
                #expect(error.code == .busy)
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func aServerThatIsAwayLeavesItToTheRunToSaySo() async throws {
            let backups = try backups(in: InMemoryObjectStore())
            let protection = try await backups.exclusively { $0 }
            #expect(protection.advisoryLock != .held && protection.lease == .held)
            #expect(protection.warnings.count == 1)
        }
    }
}
