import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// What goes wrong while a dump runs: one error each, and nothing left that lists as a backup.
    @Suite struct DumpFaultTests {
        @Test("Rule 2: the end of a stream completes no upload before the exit status is known")
        func aDumpThatIsKilledHalfWayLeavesNothing() async throws {
            try await withDatabase(.bulk) { cluster, name in
                let store = HookedStore {
                    $0.duringPut = { key, bytes in
                        guard bytes > 0, key.contains("/data/") else { return }
                        for child in try children(named: "pg_dump", for: name) { kill(child, SIGKILL) }
                    }
                }
                let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                #expect(error.code == .toolKilled)
                #expect(error.message.contains("pg_dump"))
                #expect(error.message.contains("signal 9"))
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func aServerThatGoesAwayHalfWayIsNamed() async throws {
            // A cluster of its own: it will not survive this.
            try await withPostgresCluster { cluster in
                let url = try await cluster.createDatabase("bulk")
                try await cluster.load(.bulk, into: "bulk")
                let store = HookedStore { hooks in
                    hooks.duringPut = { _, bytes in if bytes > 0 { cluster.crash() } }
                }
                let error = try await failure { try await backup(of: url, to: store).run() }
                #expect(error.code == .connectionLost)
                #expect(error.isRetryable)
                #expect(error.message.contains("127.0.0.1"))
                #expect(error.toolOutput != nil)
                #expect(try await allKeys(store).isEmpty)
            }
        }

        @Test func aServerThatIsRestartedHalfWayIsNamedAndTheNextRunIsWhole() async throws {
            try await withPostgresCluster { cluster in
                let url = try await cluster.createDatabase("bulk")
                try await cluster.load(.bulk, into: "bulk")
                let first = cluster.processID
                let restarted = Locked(false)
                let store = HookedStore { hooks in
                    hooks.duringPut = { _, bytes in
                        let isFirst = restarted.withLock { done in
                            defer { done = done || bytes > 0 }
                            return !done && bytes > 0
                        }
                        if isFirst { try await cluster.restart() }
                    }
                }
                let backups = backup(of: url, to: store)
                let error = try await failure { try await backups.run() }
                #expect(error.code == .connectionLost)
                #expect(error.isRetryable)
                #expect(try await allKeys(store).isEmpty)
                #expect(cluster.processID != first)
                // The same call again, with the server as it is now.
                let report = try await backups.run()
                #expect(report.manifest.tables?.first?.rows == 30_000)
                try await backups.verify(report.manifest.id)
            }
        }

        @Test func aCancelledRunEndsEverythingAndLeavesNothing() async throws {
            try await withDatabase(.bulk) { cluster, name in
                try await withTemporaryDirectory { (directory: String) async throws -> Void in
                    let begun = AsyncStream<Void>.makeStream()
                    let store = HookedStore { hooks in
                        hooks.duringPut = { _, bytes in if bytes > 0 { begun.continuation.yield() } }
                    }
                    let backup = backup(of: cluster.url(name), to: store) { $0.temporaryDirectory = directory }
                    let run = Task { try await backup.run() }
                    var iterator = begun.stream.makeAsyncIterator()
                    await iterator.next()
                    run.cancel()
                    await #expect(throws: CancellationError.self) { _ = try await run.value }
                    #expect(try await allKeys(store).isEmpty)
                    #expect(try children(named: "pg_dump", for: name).isEmpty)
                    #expect(try names(in: directory).isEmpty)
                }
            }
        }

        @Test("Rule 7: the password is in no argument and in no variable")
        func nothingSecretIsInArgumentsOrEnvironmentWhileItRuns() async throws {
            try await withDatabase(.bulk) { cluster, name in
                let seen = Locked<[String]>([])
                let store = HookedStore { hooks in
                    hooks.duringPut = { _, bytes in
                        guard bytes > 0, seen.withLock({ $0.isEmpty }) else { return }
                        for child in try children(named: "pg_dump", for: name) {
                            let texts = [file("/proc/\(child)/cmdline"), file("/proc/\(child)/environ")]
                            seen.withLock { $0 += texts.compactMap { $0 } }
                        }
                    }
                }
                try await backup(of: cluster.url(name), to: store).run()
                let texts = seen.withLock { $0 }
                #expect(texts.count == 2)
                let isShown = cluster.password.withValue { password in texts.contains { $0.contains(password) } }
                #expect(!isShown)
                #expect(texts.joined().contains("PGPASSFILE="))
            }
        }

        @Test("Rule 15: a dump waits for a lock no longer than it may") func aLockThatIsNotToBeHadIsNamed() async throws
        {
            try await withDatabase { cluster, name in
                try await withLock(on: "orders", in: name, cluster) {
                    let store = InMemoryObjectStore()
                    let error = try await failure {
                        try await backup(of: cluster.url(name), to: store) { $0.lockWaitTimeout = .milliseconds(200) }
                            .run()
                    }
                    #expect(error.code == .lockTimeout)
                    #expect(error.message.contains("lockWaitTimeout"))
                    #expect(error.isRetryable)
                    #expect(try await allKeys(store).isEmpty)
                }
            }
        }

        @Test func theTimeLimitEndsADumpThatWaits() async throws {
            try await withDatabase { cluster, name in
                try await withLock(on: "orders", in: name, cluster) {
                    let store = InMemoryObjectStore()
                    let error = try await failure {
                        try await backup(of: cluster.url(name), to: store) { $0.timeout = .seconds(1) }.run()
                    }
                    #expect(error.code == .timedOut)
                    #expect(try await allKeys(store).isEmpty)
                    #expect(try children(named: "pg_dump", for: name).isEmpty)
                }
            }
        }

        @Test func aTableThatMayNotBeReadIsNamed() async throws {
            try await withDatabase { cluster, name in
                let role = databaseName("reader")
                try await cluster.run("CREATE ROLE \(role) LOGIN PASSWORD 'x';\n", in: name)
                var url = cluster.url(name)
                url.user = role
                url.password = Secret("x")
                let error = try await failure { try await backup(of: url, to: InMemoryObjectStore()).run() }
                try await cluster.run("DROP ROLE \(role);\n", in: name)
                #expect(error.code == .permissionDenied)
                #expect(error.message.contains("pg_read_all_data"))
            }
        }
    }
}

/// The names in a directory.
func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

/// Holds an exclusive lock on a table while `body` runs.
func withLock(
    on table: String,
    in database: String,
    _ cluster: PostgresCluster,
    _ body: () async throws -> Void
) async throws {
    let holder = Task {
        _ = try? await cluster.run(
            "BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60);\n",
            in: database
        )
    }
    let question =
        "SELECT count(*) FROM pg_locks WHERE relation = '\(table)'::regclass AND granted AND mode LIKE 'AccessEx%';\n"
    do {
        try #require(try await eventually { try await cluster.run(question, in: database) == "1\n" })
        try await body()
    } catch {
        Issue.record(error)
    }
    holder.cancel()
    await holder.value
}
