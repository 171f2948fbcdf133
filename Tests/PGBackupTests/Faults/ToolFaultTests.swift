import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    /// Client programs that die, cannot be started, or do not do their work when a backup is read back.
    @Suite struct ToolFaultTests {
        /// Makes a backup with the real programs; gives it with one that reads by doubles.
        private func withDoubles(
            _ doubles: [String: String],
            _ body: (PostgresCluster, _ name: String, _ directory: String, PostgresBackup, BackupReport) async throws
                -> Void
        ) async throws {
            try await withTemporaryDirectory { (directory: String) async throws -> Void in
                try await withDatabase(.shop(orders: 2000)) { (cluster: PostgresCluster, name: String) async throws in
                    let store = InMemoryObjectStore()
                    let report = try await backup(of: cluster.url(name), to: store).run()
                    try fakePrograms("15.99", in: directory, real: cluster.binaries, doubles)
                    let doubled = backup(of: cluster.url(name), to: store) {
                        $0.clientDirectories = [directory]
                        $0.searchesSystemDirectories = false
                    }
                    try await body(cluster, name, directory, doubled, report)
                }
            }
        }

        private func emptyDatabase(_ name: String, _ cluster: PostgresCluster) async throws -> RestoreTarget {
            let url = try await cluster.createDatabase(name)
            return .existingDatabase(url, confirmation: .overwrite(databaseNamed: name))
        }

        private static let dies = ["pg_restore": "head -c 1000 > /dev/null; kill -9 $$"]

        @Test func aVerificationWhosePgRestoreIsKilledDoesNotBlameTheBackup() async throws {
            try await withDoubles(Self.dies) { _, _, _, backup, report in
                let error = try await failure { try await backup.verify(report.manifest.id) }
                #expect(error.code == .toolKilled)
                #expect(error.message.contains("signal 9"))
                #expect(error.isRetryable)
            }
        }

        @Test func aRestoreWhosePgRestoreIsKilledLeavesNoDatabase() async throws {
            try await withDoubles(Self.dies) { cluster, name, _, backup, report in
                let restored = "\(name)_restored"
                let error = try await failure {
                    try await backup.restore(report.manifest.id, into: .newDatabase(restored))
                }
                #expect(error.code == .toolKilled)
                #expect(error.message.contains("signal 9"))
                #expect(try await cluster.databases().contains(restored) == false)
            }
        }

        @Test func aPgRestoreThatCannotBeStartedIsNamed() async throws {
            try await withDoubles([:]) { cluster, name, directory, backup, report in
                try script("#!/nonexistent/interpreter\n", "\(directory)/pg_restore")
                let verification = try await failure { try await backup.verify(report.manifest.id) }
                #expect(verification.code == .toolMissing)
                let restored = "\(name)_restored"
                let restore = try await failure {
                    try await backup.restore(report.manifest.id, into: .newDatabase(restored))
                }
                #expect(restore.code == .toolMissing)
                #expect(try await cluster.databases().contains(restored) == false)
            }
        }

        @Test func anArchiveThatPgRestoreRefusesIsCorrupted() async throws {
            try await withDoubles(["pg_restore": "cat > /dev/null; echo no >&2; exit 1"]) { _, _, _, backup, report in
                let error = try await failure { try await backup.verify(report.manifest.id) }
                #expect(error.code == .dataCorrupted)
                #expect(error.toolOutput == "no")
            }
        }

        @Test func failingStatisticsAreAWarningOnly() async throws {
            let psql =
                "script=$(cat); case $script in *ANALYZE*) echo no >&2; exit 3;; esac; "
                + "printf '%s\\n' \"$script\" | $real \"$@\""
            try await withDoubles(["psql": psql]) { cluster, name, _, backup, report in
                let restored = "\(name)_restored"
                let restore = try await backup.restore(report.manifest.id, into: .newDatabase(restored))
                #expect(restore.warnings.contains { $0.contains("ANALYZE") })
                #expect(try await cluster.rowCounts(of: restored) == cluster.rowCounts(of: name))
            }
        }

        @Test func statisticsThatTakeTooLongAreGivenUpWithAWarning() async throws {
            try await withDoubles([:]) { cluster, name, _, backup, report in
                let restored = "\(name)_restored"
                var options = RestoreOptions()
                options.analyzeTimeout = .milliseconds(1)
                let restore = try await backup.restore(
                    report.manifest.id,
                    into: .newDatabase(restored),
                    options: options
                )
                #expect(restore.warnings.contains { $0.contains("ANALYZE took longer than 0.001 seconds") })
                #expect(try await cluster.rowCounts(of: restored) == cluster.rowCounts(of: name))
            }
        }

        @Test func anExistingDatabaseIsNotTouchedBeforeTheBackupIsProved() async throws {
            let double = "echo \"$@\" >> $(dirname $0)/log; exec $real \"$@\""
            try await withDoubles(["pg_restore": double]) { cluster, name, directory, backup, report in
                let key = report.manifestKey
                let target = try await emptyDatabase("\(name)_target", cluster)
                // A consistent lie: the object's hash fits, the archive's does not, which shows at the very end only.
                let sound = try await backup.store.read(key)
                var text = String(decoding: sound, as: UTF8.self)
                let range = try #require(text.firstRange(of: report.manifest.archive.sha256))
                text.replaceSubrange(range, with: String(repeating: "0", count: 64))
                try await backup.store.put(key, .text(text))
                let error = try await failure { try await backup.restore(report.manifest.id, into: target) }
                #expect(error.code == .dataCorrupted)
                // The verification's pg_restore may be ended before it has said a word.
                #expect(file("\(directory)/log")?.contains("--dbname") != true)

                try await backup.store.put(key, .bytes(sound))
                try await backup.restore(report.manifest.id, into: target)
                let log = try #require(file("\(directory)/log"))
                let verified = try #require(log.firstRange(of: "--file=/dev/null"))
                let restored = try #require(log.firstRange(of: "--dbname"))
                #expect(verified.lowerBound < restored.lowerBound)
                #expect(try await cluster.rowCounts(of: "\(name)_target") == cluster.rowCounts(of: name))
            }
        }

        @Test func aRestoreCancelledWhileItsDatabaseIsCreatedLeavesNone() async throws {
            // The server has created it, and psql does not come back until the restore was cancelled.
            let psql = """
                script=$(cat); printf '%s\\n' "$script" | $real "$@" || exit
                here=$(dirname $0)
                case $script in *"CREATE DATABASE"*)
                    touch $here/created; n=0
                    while [ ! -e $here/cancelled ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done;;
                esac
                """
            try await withDoubles(["psql": psql]) { cluster, name, directory, backup, report in
                let restored = "\(name)_restored"
                let restore = Task { try await backup.restore(report.manifest.id, into: .newDatabase(restored)) }
                try await waitForFile("\(directory)/created")
                #expect(try await cluster.databases().contains(restored))
                restore.cancel()
                try script("", "\(directory)/cancelled")
                await #expect(throws: CancellationError.self) { _ = try await restore.value }
                #expect(try await cluster.databases().contains(restored) == false)
            }
        }

        @Test("Rule 1: success is exit status 0, a whole archive, and the same bytes in the store")
        func aWholeDumpWhosePgDumpFailsIsNotBelieved() async throws {
            let double = "$real \"$@\" && echo out of luck >&2 && exit 7"
            try await withDoubles(["pg_dump": double]) { _, _, _, backup, report in
                let error = try await failure { try await backup.run() }
                #expect(error.code == .toolFailed)
                #expect(error.message.contains("exit status 7"))
                #expect(error.toolOutput == "out of luck")
                #expect(try await backup.list().backups.map(\.id) == [report.manifest.id])
                #expect(try await allKeys(backup.store).count == 3)
            }
        }

        @Test func bytesBehindTheDumpAreNotBelieved() async throws {
            let double = "$real \"$@\" && echo goodbye"
            try await withDoubles(["pg_dump": double]) { _, _, _, backup, report in
                let error = try await failure { try await backup.run() }
                #expect(error.code == .incompleteDump)
                #expect(error.message.contains("bytes follow the last block"))
                #expect(try await backup.list().backups.map(\.id) == [report.manifest.id])
                #expect(try await allKeys(backup.store).count == 3)
            }
        }
    }
}
