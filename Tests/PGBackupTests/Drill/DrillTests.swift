import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    @Suite struct DrillTests {
        @Test func aThrowAwayClusterProvesABackupAndIsGone() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                try letServersIn(base)
                try await withDatabase(.oddities) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = InMemoryObjectStore()
                    let backups = backup(of: cluster.url(name), to: store)
                    let id = try await backups.run().manifest.id
                    var options = DrillOptions()
                    options.clusterDirectory = base
                    options.comparesContents = true
                    let report = try await backups.drill(options: options)
                    #expect(report.usedThrowAwayCluster)
                    #expect(try names(in: base) == [])

                    let record = report.record
                    #expect(record.backup == id)
                    #expect(record.level == .restored && record.passed)
                    // A partitioned table counts the rows of its partitions once more.
                    let counts = try await cluster.rowCounts(of: name).filter {
                        !["public.measurements", "public.measurements_2026"].contains($0.key)
                    }
                    #expect(record.comparison?.rows == Int64(counts.values.reduce(0, +)))
                    #expect(record.comparison?.findings == [])
                    let contents = try #require(record.comparison?.contents)
                    #expect(contents > 5 && contents <= record.comparison?.tables ?? 0)
                    #expect(record.notes?.contains { $0.contains("The rows of no table") } != true)
                    let integrity = try #require(record.integrity)
                    #expect(integrity.findings == [])
                    #expect(integrity.indexes > 8 && integrity.tables > 8)
                    #expect((record.restoredBytes ?? 0) > 5_000_000)
                    #expect((record.restoreSeconds ?? 0) > 0)
                    let summaries = try await backups.verifications(of: id)
                    #expect(summaries == [record.summary])
                    #expect(try await backups.verificationRecord(summaries[0]) == record)
                    #expect(report.projection.holds)
                    #expect(report.projection.sentence.contains("within the target of 1 h"))
                }
            }
        }

        @Test func aGivenServerKeepsNothingOfADrill() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                try await backups.run()
                let before = try await cluster.databases()
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                options.restoreTarget = .milliseconds(1)
                let report = try await backups.drill(options: options)
                #expect(!report.usedThrowAwayCluster)
                #expect(report.record.passed)
                #expect(report.record.comparison?.tables == 4)
                #expect(!report.projection.holds)
                #expect(report.projection.sentence.contains("more than the target"))
                #expect(try await cluster.databases() == before)
            }
        }

        @Test func rowsThatDifferFromTheManifestFailTheDrillAndAreRecorded() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                var manifest = try await backups.run().manifest
                let index = try #require(manifest.tables?.firstIndex { $0.name == "orders" })
                manifest.tables?[index].rows = 201
                try await store.put(backups.keys.manifest(manifest.id), .bytes(try manifest.encoded()))
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                let error = try await failure { try await backups.drill(manifest.id, options: options) }
                #expect(error.code == .restoredDataDiffers)
                #expect(error.message.contains("The table public.orders has 200 rows instead of 201."))
                let summary = try #require(try await backups.verifications(of: manifest.id).first)
                #expect(!summary.passed)
                let record = try await backups.verificationRecord(summary)
                #expect(record.comparison?.findings == ["The table public.orders has 200 rows instead of 201."])
                #expect(try await cluster.databases().allSatisfy { !$0.hasPrefix("groundwork_drill_") })
            }
        }

        @Test func otherRowsOfTheSameNumberAreFoundByTheirHash() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                var manifest = try await backups.run().manifest
                let index = try #require(manifest.tables?.firstIndex { $0.name == "orders" })
                manifest.tables?[index].sha256 = String(repeating: "ab", count: 32)
                try await store.put(backups.keys.manifest(manifest.id), .bytes(try manifest.encoded()))
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                #expect(try await backups.drill(manifest.id, options: options).record.passed)
                options.comparesContents = true
                let error = try await failure { try await backups.drill(manifest.id, options: options) }
                #expect(error.message.contains("The rows of the table public.orders are not those that were dumped."))
            }
        }

        @Test func howManyTablesWereComparedByTheirHashIsToldAndNoneIsANote() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                var manifest = try await backups.run().manifest
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                #expect(try await backups.drill(manifest.id, options: options).record.comparison?.contents == nil)
                options.comparesContents = true
                let all = try await backups.drill(manifest.id, options: options).record
                #expect(all.comparison?.contents == 4 && all.comparison?.tables == 4)
                for summary in try await backups.verifications(of: manifest.id) {
                    let stored = try await backups.verificationRecord(summary)
                    #expect(stored.comparison?.contents == nil || stored == all)
                }

                // Counts without hashes, and then no index at all.
                for index in (manifest.tables ?? []).indices { manifest.tables?[index].sha256 = nil }
                for tables in [manifest.tables, nil] {
                    manifest.tables = tables
                    try await store.put(backups.keys.manifest(manifest.id), .bytes(try manifest.encoded()))
                    let none = try await backups.drill(manifest.id, options: options).record
                    #expect(none.passed && none.comparison?.contents == 0)
                    #expect(none.notes?.contains { $0.hasPrefix("The rows of no table were compared") } == true)
                }
            }
        }

        @Test func missingRolesAndExtensionsAreToldAndHideNothing() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let role = databaseName("owner")
                let script = "CREATE EXTENSION hstore; CREATE ROLE \(role); ALTER TABLE orders OWNER TO \(role);\n"
                try await cluster.run(script, in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let report = try await backups.run()
                #expect(report.manifest.server?.roles.contains(role) == true)
                #expect(report.manifest.server?.extensions.map(\.name) == ["hstore", "plpgsql"])
                try await cluster.run("ALTER TABLE orders OWNER TO groundwork; DROP ROLE \(role);\n", in: name)

                // A server without that role; and in the manifest an extension that no server has.
                let before = try await cluster.databases()
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                let drill = try await backups.drill(options: options)
                #expect(drill.record.passed)
                #expect(drill.record.notes?.contains { $0.contains("lacks the roles \(role)") } == true)
                #expect(try await cluster.databases() == before)
            }
        }

        @Test func anExtensionThatNothingNeedsIsLeftOutWithANote() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                try await cluster.run("CREATE EXTENSION pg_trgm; COMMENT ON EXTENSION pg_trgm IS 'x';\n", in: name)
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                let manifest = try await backups.run().manifest
                let entries = try await backups.archiveEntries(manifest)
                let offered = ["plpgsql": "1.0"]
                let preflight = DrillPreflight.look(manifest, roles: ["groundwork"], offered: offered)
                #expect(preflight.missingExtensions == ["pg_trgm"])
                #expect(preflight.notes.contains { $0.contains("lacks the extensions pg_trgm") })
                let list = DrillPreflight.list(of: entries, without: ["pg_trgm"])
                #expect(entries.count - list.split(separator: "\n").count == 2)

                try await withTemporaryDirectory { (directory: String) async throws -> Void in
                    try list.write(toFile: "\(directory)/list", atomically: false, encoding: .utf8)
                    var options = RestoreOptions()
                    options.listFile = "\(directory)/list"
                    let restored = "\(name)_without"
                    let report = try await backups.restore(manifest.id, into: .newDatabase(restored), options: options)
                    #expect(report.comparison?.findings == [])
                    let extensions = try await cluster.run("SELECT extname FROM pg_extension;\n", in: restored)
                    #expect(extensions == "plpgsql\n")
                }
            }
        }

        @Test func aDrillThatIsCancelledLeavesNothing() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                try letServersIn(base)
                try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                    let id = try await backups.run().manifest.id
                    for place in [DrillOptions.Place.throwAwayCluster, .server(cluster.url("postgres"))] {
                        var options = DrillOptions()
                        options.place = place
                        options.clusterDirectory = base
                        let (begun, signal) = AsyncStream<Void>.makeStream()
                        let drill = Task { [options] in
                            try await backups.drill(id, options: options) { progress in
                                if progress.phase == .restoring, progress.archiveBytes > 0 { signal.yield() }
                            }
                        }
                        for await _ in begun { break }
                        drill.cancel()
                        await #expect(throws: CancellationError.self) { _ = try await drill.value }
                        #expect(try names(in: base) == [])
                        #expect(try await cluster.databases().allSatisfy { !$0.hasPrefix("groundwork_drill_") })
                        #expect(try await backups.verifications(of: id) == [])
                    }
                }
            }
        }

        @Test func databasesOfDrillsThatWereKilledAreDropped() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let old = "groundwork_drill_20260101t000000z_0123456789ab"
                let young = "groundwork_drill_29990101t000000z_0123456789ab"
                let other = "groundwork_drill_of_mine"
                for database in [old, young, other] { try await cluster.createDatabase(database) }
                let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                try await backups.run()
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                try await backups.drill(options: options)
                let left = try await cluster.databases()
                for database in [old, young, other] { try await cluster.dropDatabase(database) }
                #expect(left.filter { $0.hasPrefix("groundwork_drill_") }.sorted() == [young, other].sorted())
            }
        }

        @Test func aDamagedBackupFailsItsDrillAndIsRecordedAsSuch() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let backups = backup(of: cluster.url(name), to: store)
                let manifest = try await backups.run().manifest
                var bytes = try await store.read(manifest.objects[0].key)
                bytes[bytes.count / 2] ^= 1
                try await store.put(manifest.objects[0].key, .bytes(bytes))
                var options = DrillOptions()
                options.place = .server(cluster.url("postgres"))
                let error = try await failure {
                    try await backups.verifyAndRecord(manifest.id, level: .restored, drill: options)
                }
                #expect(error.code == .dataCorrupted)
                let stored = try await failure { try await backups.verifyAndRecord(manifest.id, level: .stored) }
                #expect(stored.code == .dataCorrupted)
                let summaries = try await backups.verifications(of: manifest.id)
                #expect(Set(summaries.map(\.level)) == [.restored, .stored])
                #expect(summaries.allSatisfy { !$0.passed })
            }
        }

        @Test func theStoredLevelReadsEveryByteWithoutAnyProgram() async throws {
            try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                let store = InMemoryObjectStore()
                let manifest = try await backup(of: cluster.url(name), to: store).run().manifest
                let elsewhere = backup(of: cluster.url(name), to: store) {
                    $0.searchesSystemDirectories = false
                }
                let record = try await elsewhere.verifyAndRecord(manifest.id, level: .stored)
                #expect(record.passed && record.level == .stored)
                #expect(record.storedBytes == manifest.storedLength)
            }
        }
    }
}

/// The server's user must get in.
func letServersIn(_ directory: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
}
