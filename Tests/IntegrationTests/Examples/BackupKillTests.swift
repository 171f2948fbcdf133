import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import PGBackup
import PGBackupTesting
import S3Compat
import S3CompatTesting
import Testing

extension ExampleTests {
    /// `backup run` that is ended at random moments. `GROUNDWORK_TEST_SEED` replays the moments of a run.
    @Suite struct BackupKills {
        /// SplitMix64.
        private struct Moments {
            var state: UInt64

            mutating func next(below limit: Int) -> Int {
                state &+= 0x9E37_79B9_7F4A_7C15
                var value = state
                value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
                value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
                return Int((value ^ (value >> 31)) % UInt64(max(1, limit)))
            }
        }

        @Test func twentyRandomMomentsLeaveWholeBackupsOrNoneAndTheNextRunIsClean() async throws {
            let given = ProcessInfo.processInfo.environment["GROUNDWORK_TEST_SEED"].flatMap { UInt64($0) }
            let seed = given ?? UInt64.random(in: 1...999_999_999)
            print("BackupKills: GROUNDWORK_TEST_SEED=\(seed)")
            var moments = Moments(state: seed)
            try await withLoopbackUser { user, server in
                let backups = try Self.backups(on: server)
                let clock = ContinuousClock()
                let begun = clock.now
                let first = try await user.run(.backup, ["run", "--quiet"])
                #expect(first.exit == .status(0), "\(first.errorText)")
                let whole = Int((clock.now - begun) / .milliseconds(1))
                for round in 0..<20 {
                    let signal = round % 2 == 0 ? SIGTERM : SIGKILL
                    let moment = moments.next(below: whole + 100)
                    let situation = "seed \(seed), round \(round): signal \(signal) after \(moment) ms"
                    let before = Set(server.keys(in: "backups"))
                    let child = try await ChildProcess.start(user.configuration(.backup, ["run", "--quiet"]))
                    // Real time is what is random here.
                    try await Task.sleep(for: .milliseconds(moment))
                    child.send(signal)
                    let exit = await child.waitForExit()
                    // Done before, ended in order, or ended by the signal: by SIGKILL always, by SIGTERM before the program
                    // has begun to listen for it.
                    let ends: [ChildProcess.Exit] = [.status(0), .signal(signal)]
                    let expected = signal == SIGTERM ? ends + [.status(128 + SIGTERM)] : ends
                    #expect(expected.contains(exit), "\(situation): \(exit), \(child.log)")
                    let left = Set(server.keys(in: "backups")).subtracting(before)
                    if left.contains(where: { $0.contains("/manifests/") }) {
                        // It was done, or as good as done.
                        for manifest in try await backups.list().backups { try await backups.verify(manifest.id) }
                    } else if exit == .status(143) {
                        #expect(left == [], "\(situation)")
                        #expect(server.pendingUploads(in: "backups") == [], "\(situation)")
                    }
                    #expect(try await backups.list().unreadable.isEmpty, "\(situation)")

                    let next = try await user.run(.backup, ["run", "--quiet"])
                    #expect(next.exit == .status(0), "\(situation): \(next.errorText)")
                    try await backups.verify(try await backups.latest().id)
                }
                let all = try await backups.list().backups
                #expect(all.count >= 21)
                let counts = try await ExampleScope.cluster.rowCounts(of: "shop")
                for manifest in all {
                    let rows = manifest.tables?.reduce(into: [String: Int]()) {
                        $0["\($1.schema ?? "").\($1.name)"] = $1.rows.map { Int($0) }
                    }
                    #expect(rows == counts)
                }
                // The last one restores; and what kills left in the store is swept once it is old enough.
                var drill = DrillOptions()
                drill.place = .server(try ExampleScope.cluster.url("postgres"))
                #expect(try await backups.drill(options: drill).record.passed)
                let later = try Self.backups(on: server, time: ManualTime(now: Date().addingTimeInterval(2 * 3600)))
                var prune = PruneOptions()
                prune.isDryRun = false
                prune.policy.maximumAge = nil
                prune.orphanAge = .seconds(3600)
                #expect(try await later.prune(prune).failures.isEmpty)
                let ids = Set(try await backups.list().backups.map(\.id.text))
                #expect(ids.count == all.count)
                let data = server.keys(in: "backups").filter { $0.hasPrefix("backup/data/") }
                #expect(data.allSatisfy { key in ids.contains { key.hasPrefix("backup/data/\($0).") } })
                #expect(server.pendingUploads(in: "backups") == [])
                // What a SIGKILL left in the temporary directory is swept by later runs, once it is a minute old.
                for name in try FileManager.default.contentsOfDirectory(atPath: user.temporaryDirectory)
                where name.hasPrefix("groundwork-pgbackup-") {
                    try FileManager.default.removeItem(atPath: "\(user.temporaryDirectory)/\(name)")
                }
            }
        }

        private static func backups(
            on server: LoopbackS3Server,
            time: any TimeSource = SystemTime()
        ) throws -> PostgresBackup {
            let client = try S3Client(
                S3Client.Configuration(
                    provider: .custom(endpoint: server.endpoint),
                    credentials: .fixed(server.credentials)
                )
            )
            var configuration = PostgresBackup.Configuration(database: try ExampleScope.cluster.url("shop"))
            configuration.time = time
            return PostgresBackup(configuration, store: try client.bucket("backups"))
        }
    }
}
