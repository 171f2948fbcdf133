import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// One invariant: no manifest, no backup; a manifest, and it restores to the same rows.
    @Suite struct RunFaultTests {
        @Test(arguments: [0, 5, 11, 1000, 20_000, 100_000])
        func aPgDumpThatDiesAtAnyOffsetLeavesNothing(offset: Int) async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(.shop(orders: 2000)) { (cluster: PostgresCluster, name: String) async throws in
                    let programs = try ScriptedPrograms(version: "15.99", in: directory, real: cluster.binaries)
                    for (last, code) in [
                        (ScriptedPrograms.Step.dies(signal: SIGKILL), PGBackupError.Code.toolKilled),
                        (.exits(1), .toolFailed), (.exits(0), .incompleteDump),
                    ] {
                        try programs.script("pg_dump", .copies(bytes: offset), last)
                        let store = InMemoryObjectStore()
                        let backups = backup(of: cluster.url(name), to: store) {
                            $0.clientDirectories = [programs.directory]
                            $0.searchesSystemDirectories = false
                        }
                        let error = try await failure { try await backups.run() }
                        #expect(error.code == code, "\(error)")
                        #expect(try await allKeys(store).isEmpty)
                    }
                }
            }
        }

        /// Credentials that expire, a server that is overloaded, a network that breaks: at the first byte, in the middle,
        /// at the roles and at the manifest.
        @Test(arguments: ["/data/", "/data/ after", ".globals.sql", "/manifests/"])
        func aStoreThatFailsAnywhereLeavesNothing(place: String) async throws {
            try await withDatabase(.shop(orders: 5000)) { (cluster: PostgresCluster, name: String) async throws in
                for code in [ObjectStoreError.Code.accessDenied, .unavailable, .throttled, .timedOut, .failed] {
                    let store = FaultyStore(InMemoryObjectStore())
                    let problem = ObjectStoreError(code, "The test's store says \(code).")
                    if place.hasSuffix(" after") {
                        store.inject(.fails(.put, of: ".dump.gz", after: 50_000, with: problem))
                    } else {
                        store.inject(.fails(.put, of: place, with: problem))
                    }
                    let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                    #expect(error.code == .storeFailed)
                    #expect(error.message.contains("The test's store says \(code)."))
                    #expect(error.isRetryable == problem.isRetryable)
                    #expect(store.pendingFaults == 0)
                    #expect(try await allKeys(store.below).isEmpty)
                    try await backup(of: cluster.url(name), to: store).run()
                    #expect(try await allKeys(store.below).count == 3)
                }
            }
        }

        @Test(arguments: ["/data/", "/manifests/"])
        func anAnswerThatIsLostLeavesAWholeBackupOrNone(place: String) async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = FaultyStore(InMemoryObjectStore())
                store.inject(.losesTheAnswer(toPutOf: place))
                let backups = backup(of: cluster.url(name), to: store)
                do {
                    let report = try await backups.run()
                    try await backups.verify(report.manifest.id)
                    #expect(place == "/manifests/")
                } catch let error as PGBackupError {
                    #expect(error.code == .storeFailed && place == "/data/")
                    #expect(try await allKeys(store.below).isEmpty)
                }
            }
        }

        @Test func aStoreThatKeepsLessOrOtherBytesIsFoundOut() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                for fault in [
                    StoreFault.keepsOnly(bytes: 1000, ofPut: ".dump.gz"), .changesByte(500, ofPut: ".dump.gz"),
                    .changesByte(20, ofPut: ".globals.sql"),
                ] {
                    let store = FaultyStore(InMemoryObjectStore())
                    store.inject(fault)
                    let error = try await failure { try await backup(of: cluster.url(name), to: store).run() }
                    #expect(error.code == .storedDataDiffers)
                    #expect(try await allKeys(store.below).isEmpty)
                }
            }
        }

        @Test func aStoreThatStallsIsEndedByTheTimeLimitAndLeavesNothing() async throws {
            try await withDatabase(.shop(orders: 5000)) { (cluster: PostgresCluster, name: String) async throws in
                let store = FaultyStore(InMemoryObjectStore())
                store.inject(.hangs(.put, of: "/data/", after: 10_000))
                let backups = backup(of: cluster.url(name), to: store) { $0.timeout = .seconds(2) }
                let error = try await failure { try await backups.run() }
                #expect(error.code == .timedOut)
                #expect(try await allKeys(store.below).isEmpty)
                #expect(try children(named: "pg_dump", for: name).isEmpty)
            }
        }

        @Test("Rule 11: what a store does not take is not held in memory")
        func aStoreThatStallsStopsTheDump() async throws {
            try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = FaultyStore(InMemoryObjectStore())
                store.inject(.hangs(.put, of: "/data/", after: 1))
                let run = Task { try await backup(of: cluster.url(name), to: store).run() }
                // Until pg_dump writes nothing more, and has not ended.
                var written = [Int64](repeating: -1, count: 20)
                let stops = try await eventually {
                    let child = try children(named: "pg_dump", for: name).first
                    let line = child.flatMap { file("/proc/\($0)/io") }?.split(separator: "\n")
                        .first { $0.hasPrefix("wchar:") }
                    written.append(line?.split(separator: " ").last.flatMap { Int64($0) } ?? -1)
                    let last = written.suffix(20)
                    return last.allSatisfy { $0 > 0 && $0 == last.last }
                }
                run.cancel()
                await #expect(throws: CancellationError.self) { _ = try await run.value }
                #expect(stops)
                // Of 58 MB only what is on its way: a pipe, chunks, and members of 4 MiB in each thread.
                #expect((written.last ?? .max) < 30 << 20, "\(written.last ?? 0) bytes")
                #expect(try await allKeys(store.below).isEmpty)
            }
        }

        @Test func aReadThatBreaksOffLeavesNoDatabase() async throws {
            try await withDatabase(.shop(orders: 5000)) { (cluster: PostgresCluster, name: String) async throws in
                let store = FaultyStore(InMemoryObjectStore())
                let backups = backup(of: cluster.url(name), to: store)
                let id = try await backups.run().manifest.id
                store.inject(
                    .fails(.get, of: ".dump.gz", after: 30_000, with: ObjectStoreError(.accessDenied, "Expired."))
                )
                let restored = "\(name)_restored"
                let error = try await failure { try await backups.restore(id, into: .newDatabase(restored)) }
                #expect(error.code == .storeFailed && error.message.contains("Expired."))
                #expect(try await cluster.databases().contains(restored) == false)
            }
        }

        @Test func rowSecurityThatWouldHideRowsIsNamed() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let role = databaseName("reader")
                try await cluster.run(
                    """
                    CREATE ROLE \(role) LOGIN PASSWORD 'x' IN ROLE pg_read_all_data;
                    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
                    CREATE POLICY few ON orders USING (id < 10);

                    """,
                    in: name
                )
                var url = cluster.url(name)
                url.user = role
                url.password = Secret("x")
                let store = InMemoryObjectStore()
                let error = try await failure { [url] in try await backup(of: url, to: store).run() }
                #expect(error.code == .permissionDenied)
                #expect(error.toolOutput?.contains("row-level security") == true)
                #expect(try await allKeys(store).isEmpty)

                // With the right to see all rows it works, and has them all.
                try await cluster.run("ALTER ROLE \(role) BYPASSRLS;\n", in: name)
                let report = try await backup(of: url, to: store).run()
                try await cluster.run("DROP ROLE \(role);\n", in: name)
                #expect(report.manifest.tables?.first { $0.name == "orders" }?.rows == 200)
            }
        }

        @Test func aPruneWhileABackupRunsLeavesItAlone() async throws {
            try await withDatabase(.shop(orders: 5000)) { (cluster: PostgresCluster, name: String) async throws in
                let pruned = Locked<[PruneReport]>([])
                let below = Locked<HookedStore?>(nil)
                let store = HookedStore { hooks in
                    hooks.duringPut = { key, _ in
                        guard let store = below.withLock({ $0 }), key.contains("/data/") || key.contains("/manifests/")
                        else { return }
                        var options = PruneOptions()
                        options.isDryRun = false
                        options.policy.maximumAge = nil
                        options.policy.newest = 1
                        let report = try await backup(of: cluster.url(name), to: store.below).prune(options)
                        pruned.withLock { $0.append(report) }
                    }
                }
                let backups = backup(of: cluster.url(name), to: store)
                let first = try await backups.run().manifest.id
                // From now on a prune runs at every chunk of every put.
                below.withLock { $0 = store }
                let id = try await backups.run().manifest.id
                below.withLock { $0 = nil }
                #expect(pruned.withLock { $0.count } > 3)
                #expect(pruned.withLock { $0.allSatisfy { $0.deletedBackups.isEmpty && $0.sweptObjects.isEmpty } })
                try await backups.verify(id)
                try await backups.verify(first)
            }
        }
    }
}
