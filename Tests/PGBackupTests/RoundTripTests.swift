import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import Testing

extension RealPostgresTests {
    @Suite struct RoundTripTests {
        @Test(arguments: ["memory", "directory"])
        func everyOddityComesBackIdentical(kind: String) async throws {
            try await withTemporaryDirectory { directory in
                try await withDatabase(.oddities) { cluster, name in
                    let store: any ObjectStore =
                        kind == "memory" ? InMemoryObjectStore() : try DirectoryObjectStore(path: directory)
                    let backup = backup(of: cluster.url(name), to: store)
                    let report = try await backup.run()
                    #expect(try await backup.manifest(report.manifest.id) == report.manifest)
                    try await backup.verify(report.manifest.id)
                    let restored = "\(name)_restored"
                    let restore = try await backup.restore(report.manifest.id, into: .newDatabase(restored))
                    #expect(restore.isNew)
                    let original = try await cluster.plainDump(of: name)
                    #expect(original.contains("4242"))
                    #expect(try await cluster.plainDump(of: restored) == original)
                    #expect(try await cluster.rowCounts(of: restored) == cluster.rowCounts(of: name))
                }
            }
        }
    }
}
