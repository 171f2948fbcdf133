import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackupTesting
import Testing

@testable import PGBackup

extension RealPostgresTests {
    /// New databases that cannot be dropped after a failure: whoever restored is told, however it ended.
    @Suite struct HalfRestoredTests {
        private static let brokenDrop = "echo 'ERROR:  it broke' >&2; exit 3"
        /// It tells that it has begun, and does nothing more.
        private static let hangingRestore = "touch $(dirname $0)/restoring; exec sleep 600"

        /// Makes a backup with the real programs, and gives one that restores by doubles: of `psql`, only what it does with
        /// DROP DATABASE is another.
        private func with(
            drop: String,
            restore: String,
            time: (any TimeSource)? = nil,
            timeout: Duration? = nil,
            _ body: (PostgresCluster, _ name: String, _ directory: String, PostgresBackup, BackupID) async throws ->
                Void
        ) async throws {
            let psql = """
                script=$(cat); here=$(dirname $0)
                case $script in *"DROP DATABASE"*) printf '%s\\n' "$script" > $here/dropping; \(drop);; esac
                printf '%s\\n' "$script" | $real "$@"
                """
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase { (cluster: PostgresCluster, name: String) async throws in
                    let store = InMemoryObjectStore()
                    let id = try await backup(of: cluster.url(name), to: store).run().manifest.id
                    let doubles = ["psql": psql, "pg_restore": restore]
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, doubles)
                    let doubled = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                        if let time { $0.time = time }
                        $0.timeout = timeout
                    }
                    try await body(cluster, name, directory, doubled, id)
                }
            }
        }

        @Test func aFailureNamesTheDatabaseThatStays() async throws {
            let dies = "head -c 1000 > /dev/null; kill -9 $$"
            try await with(drop: Self.brokenDrop, restore: dies) { cluster, name, _, backup, id in
                let restored = "\(name)_restored"
                let error = try await failure { try await backup.restore(id, into: .newDatabase(restored)) }
                #expect(error.code == .toolKilled)
                let left = try #require(error.leftBehind)
                #expect(left.contains(restored) && left.contains("drop it by hand") && left.contains("it broke"))
                #expect(error.message.hasSuffix(left))
                #expect(try await cluster.databases().contains(restored))
            }
        }

        @Test func aDatabaseThatIsDroppedIsNotSaidToStay() async throws {
            let dies = "head -c 1000 > /dev/null; kill -9 $$"
            try await with(drop: "true", restore: dies) { cluster, name, _, backup, id in
                let error = try await failure { try await backup.restore(id, into: .newDatabase("\(name)_restored")) }
                #expect(error.leftBehind == nil && !error.message.contains("dropped"))
                #expect(try await cluster.databases().contains("\(name)_restored") == false)
            }
        }

        @Test func aRestoreThatIsCancelledNamesTheDatabaseThatStays() async throws {
            try await with(drop: Self.brokenDrop, restore: Self.hangingRestore) { _, name, directory, backup, id in
                let restored = "\(name)_restored"
                let restore = Task { try await backup.restore(id, into: .newDatabase(restored)) }
                try await waitForFile("\(directory)/restoring")
                restore.cancel()
                let error = try await failure { try await restore.value }
                #expect(error.code == .interrupted)
                #expect(error.leftBehind?.contains(restored) == true)
            }
        }

        @Test func aTimeLimitNamesTheDatabaseThatStays() async throws {
            let time = ManualTime()
            let limit = Duration.seconds(60)
            try await with(drop: Self.brokenDrop, restore: Self.hangingRestore, time: time, timeout: limit) {
                _,
                name,
                directory,
                backup,
                id in
                let restored = "\(name)_restored"
                let restore = Task { try await backup.restore(id, into: .newDatabase(restored)) }
                try await waitForFile("\(directory)/restoring")
                await time.advance(by: .seconds(61))
                let error = try await failure { try await restore.value }
                #expect(error.code == .timedOut && error.message.contains("after its time limit of 60.0 seconds"))
                #expect(error.leftBehind?.contains(restored) == true)
            }
        }

        @Test func aServerThatNeverDropsItIsGivenUp() async throws {
            let time = ManualTime()
            let dies = "head -c 1000 > /dev/null; kill -9 $$"
            try await with(drop: "exec sleep 600", restore: dies, time: time) {
                _,
                name,
                directory,
                backup,
                id in
                let restore = Task { try await backup.restore(id, into: .newDatabase("\(name)_restored")) }
                try await waitForFile("\(directory)/dropping")
                await time.advance(by: .seconds(331))
                let error = try await failure { try await restore.value }
                #expect(error.leftBehind?.contains("DROP DATABASE took longer than 300 seconds") == true)
                let script = try #require(file("\(directory)/dropping"))
                #expect(script.contains("SET statement_timeout = '300s';"))
            }
        }
    }
}
