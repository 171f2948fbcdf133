import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTestProcesses
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// Drills that fail for reasons that are not the backup's: nothing is recorded, and nothing is left.
    @Suite struct DrillFaultTests {
        @Test func aDiskThatFillsUpInADrillIsNamedAndBlamesNoBackup() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try letServersIn(directory)
                // Room for the cluster, and not for the rows.
                try await SmallDisk.run("size=80m", on: directory, sharedWith: "postgres") {
                    (path: String) async throws -> Void in
                    try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                        let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                        let id = try await backups.run().manifest.id
                        var options = DrillOptions()
                        options.clusterDirectory = path
                        options.clusterSettings = ["min_wal_size": "32MB", "max_wal_size": "32MB"]
                        let refusal = try await failure { [options] in try await backups.drill(id, options: options) }
                        #expect(refusal.code == .noSpace)
                        #expect(refusal.message.contains(path))
                        options.checksFreeSpace = false
                        let error = try await failure { [options] in try await backups.drill(id, options: options) }
                        #expect([.noSpace, .connectionLost].contains(error.code), "\(error)")
                        #expect(try names(in: path) == [])
                        #expect(try await backups.verifications(of: id) == [])
                    }
                }
            }
        }

        @Test func aDrillWithoutServerProgramsNamesThePackage() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = InMemoryObjectStore()
                    try await backup(of: cluster.url(name), to: store).run()
                    try fakePrograms("15.99", in: directory, real: cluster.binaries)
                    let backups = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    let error = try await failure { try await backups.drill() }
                    #expect(error.code == .toolMissing)
                    #expect(error.message.contains("postgresql-15"))
                    #expect(error.message.contains("DRILL_DATABASE_URL"))
                }
            }
        }

        @Test func whatPsqlCannotDoAfterTheRestoreBlamesNoBackup() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = InMemoryObjectStore()
                    let id = try await backup(of: cluster.url(name), to: store).run().manifest.id
                    // The check of the indexes and the end of the drill's database fail.
                    let failing = """
                        case "$1" in -XqAt) exec $real "$@";; esac
                        cat > \(directory)/script
                        if grep -q 'EXTENSION IF NOT EXISTS amcheck\\|^DROP DATABASE' \(directory)/script; then
                            echo 'ERROR:  it broke' >&2; exit 3
                        fi
                        exec $real "$@" < \(directory)/script
                        """
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": failing])
                    let backups = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    var options = DrillOptions()
                    options.place = .server(cluster.url("postgres"))
                    let record = try await backups.drill(id, options: options).record
                    #expect(record.passed && record.integrity == nil)
                    #expect(record.notes?.contains { $0.contains("amcheck could not be used") } == true)
                    #expect(record.notes?.contains { $0.contains("could not be dropped") } == true)
                    for left in try await cluster.databases() where left.hasPrefix("groundwork_drill_") {
                        try await cluster.dropDatabase(left)
                    }
                }
            }
        }

        @Test func aDrillThatFailsNamesTheDatabaseThatStays() async throws {
            // The restore is done; then the server answers nothing more that matters.
            let broken = """
                case "$1" in -XqAt) exec $real "$@";; esac
                script=$(cat)
                case $script in
                "SELECT pg_catalog.pg_database_size(current_database());"|*"DROP DATABASE"*) echo 'ERROR:  it broke' >&2; exit 3;;
                esac
                printf '%s\\n' "$script" | $real "$@"
                """
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": broken])
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    let id = try await backups.run().manifest.id
                    var options = DrillOptions()
                    options.place = .server(cluster.url("postgres"))
                    let error = try await failure { [options] in try await backups.drill(id, options: options) }
                    let left = try #require(error.leftBehind)
                    let names = try await cluster.databases().filter { $0.hasPrefix("groundwork_drill_") }
                    #expect(names.contains { left.contains($0) })
                    for name in names where left.contains(name) { try await cluster.dropDatabase(name) }
                    #expect(try await backups.verifications(of: id) == [])
                }
            }
        }

        @Test func clustersOfDrillsThatWereKilledAreStoppedAndRemoved() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                try letServersIn(base)
                // A directory as a SIGKILL leaves it: its lock is free, and it is older than a minute.
                let left = "\(base)/\(PostgresBackup.drillClusterPrefix)0123456789abcdef"
                try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: false)
                _ = FileManager.default.createFile(atPath: "\(left)/.lock", contents: Data())
                let old = Date(timeIntervalSinceNow: -3600)
                try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: left)
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                    try await backups.run()
                    var options = DrillOptions()
                    options.clusterDirectory = base
                    try await backups.drill(options: options)
                    #expect(try names(in: base) == [])
                }
            }
        }

        @Test func theNextRunStopsTheServerOfADrillThatWasKilledAndTouchesNoOther() async throws {
            try await withTemporaryDirectory { (base: String) async throws -> Void in
                try letServersIn(base)
                var configuration = ScratchCluster.Configuration(directoryPrefix: PostgresBackup.drillClusterPrefix)
                configuration.base = base
                let living = try await ScratchCluster.start(configuration)
                let killed = try await ScratchCluster.start(configuration)
                // As a SIGKILL leaves it: nobody holds the lock of its directory.
                let lock = "\(killed.path)/.lock"
                try FileManager.default.removeItem(atPath: lock)
                _ = FileManager.default.createFile(atPath: lock, contents: Data())
                let old = Date(timeIntervalSinceNow: -3600)
                for path in [living.path, killed.path] {
                    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
                }
                #expect(ServerProcess.isAlive(killed.processID))

                var options = UnattendedOptions()
                options.drill.clusterDirectory = base
                let nobody = try DatabaseURL(parsing: "postgres://nobody@127.0.0.1:1/nothing?sslmode=disable")
                let outcome = try await backup(of: nobody, to: InMemoryObjectStore()).runUnattended(options)
                #expect(outcome.status == .failed)
                #expect(!ServerProcess.isAlive(killed.processID))
                #expect(!FileManager.default.fileExists(atPath: killed.path))
                #expect(ServerProcess.isAlive(living.processID))
                await killed.stop()
                await living.stop()
                #expect(try names(in: base) == [])
            }
        }

        @Test func aServerThatGoesAwayInADrillBlamesNoBackup() async throws {
            try await withPostgresCluster { (scratch: PostgresCluster) async throws -> Void in
                try await withDatabase(.bulk) { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore())
                    let id = try await backups.run().manifest.id
                    var options = DrillOptions()
                    options.place = .server(scratch.url("postgres"))
                    let error = try await failure { [options] in
                        try await backups.drill(id, options: options) { progress in
                            if progress.phase == .restoring, progress.archiveBytes > 4 << 20 { scratch.crash() }
                        }
                    }
                    #expect([.connectionLost, .connectionFailed].contains(error.code), "\(error)")
                    #expect(try await backups.verifications(of: id) == [])
                }
            }
        }
    }
}
