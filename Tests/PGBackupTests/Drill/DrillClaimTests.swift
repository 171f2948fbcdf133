import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// Drills of several backups on one server.
    @Suite struct DrillClaimTests {
        @Test func aDrillThatHasRunForHoursKeepsItsDatabaseWhileAnotherCleansUp() async throws {
            // Once restored it waits, with nobody connected to its database.
            let psql = """
                case "$1" in -XqAt) exec $real "$@";; esac
                script=$(cat); here=$(dirname $0)
                if [ "$script" = "SELECT pg_catalog.pg_database_size(current_database());" ]; then
                    touch $here/restored; n=0
                    while [ ! -e $here/go ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
                fi
                printf '%s\\n' "$script" | $real "$@"
                """
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let store = InMemoryObjectStore()
                    let others = backup(of: cluster.url(name), to: store)
                    let id = try await others.run().manifest.id
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": psql])
                    let slow = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                        // Its database says that it was made long ago.
                        $0.time = ManualTime(now: Date(timeIntervalSince1970: 1_767_225_600))
                    }
                    var options = DrillOptions()
                    options.place = .server(cluster.url("postgres"))
                    let drill = Task { [options] in try await slow.drill(id, options: options) }
                    try await waitForFile("\(directory)/restored")
                    let inUse = try await cluster.databases().filter {
                        $0.hasPrefix("groundwork_drill_20260101t000000z_")
                    }
                    #expect(inUse.count == 1)
                    #expect(try await others.drill(id, options: options).record.passed)
                    #expect(try await cluster.databases().contains { inUse.contains($0) })
                    try script("", "\(directory)/go")
                    let record = try await drill.value.record
                    #expect(record.passed && record.notes?.contains { $0.contains("No session") } != true)
                    #expect(try await cluster.databases().allSatisfy { !inUse.contains($0) })
                    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(inUse[0])';\n"
                    #expect(try await eventually { try await cluster.run(sessions, in: "postgres") == "0\n" })
                }
            }
        }

        @Test func aDrillWithoutASessionGoesOnAndSaysSo() async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws -> Void in
                    let mute = "case \"$1\" in -XqAt) exit 0;; esac; exec $real \"$@\""
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, ["psql": mute])
                    let backups = backup(of: cluster.url(name), to: InMemoryObjectStore()) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    let id = try await backups.run().manifest.id
                    var options = DrillOptions()
                    options.place = .server(cluster.url("postgres"))
                    let record = try await backups.drill(id, options: options).record
                    #expect(record.passed)
                    #expect(record.notes?.contains { $0.hasPrefix("No session could be held for the drill") } == true)
                }
            }
        }
    }
}
