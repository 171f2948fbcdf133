import FoundationEssentials
import Glibc
import GroundworkCore
import GroundworkStorage
import GroundworkTesting
import PGBackup
import PGBackupTesting
import S3Compat
import S3CompatTesting
import Testing

/// A real database, a real S3 client, and an S3 server that checks every signature.
@Suite struct BackupToS3Tests {
    private struct Setting {
        let cluster: PostgresCluster
        let server: LoopbackS3Server
        let bucket: S3Bucket
        let backup: PostgresBackup
    }

    private func withSetting(_ data: SampleData, _ body: (Setting) async throws -> Void) async throws {
        try await withPostgresCluster { (cluster: PostgresCluster) async throws -> Void in
            let server = try await LoopbackS3Server.start(buckets: ["backups"])
            do {
                let client = try S3Client(
                    S3Client.Configuration(
                        provider: .custom(endpoint: server.endpoint),
                        credentials: .fixed(server.credentials)
                    )
                )
                let bucket = try client.bucket("backups")
                let url = try await cluster.createDatabase("source")
                try await cluster.load(data, into: "source")
                let backup = PostgresBackup(PostgresBackup.Configuration(database: url), store: bucket)
                try await body(Setting(cluster: cluster, server: server, bucket: bucket, backup: backup))
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    @Test func everyOddityComesBackIdenticalFromABucket() async throws {
        try await withSetting(.oddities) { setting in
            let report = try await setting.backup.run()
            #expect(report.check == .contentHash || report.check == .acceptedChecksum)
            let listing = try await setting.backup.list()
            #expect(listing.backups.map(\.id) == [report.manifest.id])
            try await setting.backup.verify(report.manifest.id)
            try await setting.backup.restore(report.manifest.id, into: .newDatabase("restored"))
            let original = try await setting.cluster.plainDump(of: "source")
            let restored = try await setting.cluster.plainDump(of: "restored")
            #expect(original == restored)
            #expect(setting.server.keys(in: "backups").count == 3)
        }
    }

    @Test func aDumpThatIsKilledHalfWayLeavesNeitherObjectNorUpload() async throws {
        let bulk = SampleData(
            script: """
                CREATE TABLE bulk (id integer PRIMARY KEY, body text);
                INSERT INTO bulk
                SELECT n, (SELECT string_agg(md5((n * 100 + m)::text), '') FROM generate_series(1, 60) m)
                FROM generate_series(1, 40000) n;

                """
        )
        try await withSetting(bulk) { setting in
            var caught: PGBackupError?
            do {
                try await setting.backup.run { progress in
                    guard progress.phase == .dumping, progress.storedBytes > 0 else { return }
                    for child in Self.dumps(of: "source", port: setting.cluster.port) { kill(child, SIGKILL) }
                }
            } catch let error as PGBackupError {
                caught = error
            }
            #expect(caught?.code == .toolKilled)
            #expect(setting.server.keys(in: "backups").isEmpty)
            #expect(setting.server.pendingUploads(in: "backups").isEmpty)
        }
    }

    @Test func aBucketThatIsMissingIsNamed() async throws {
        try await withSetting(.shop(orders: 100)) { setting in
            let missing = try setting.bucket.client.bucket("not-there")
            let backup = PostgresBackup(setting.backup.configuration, store: missing)
            var caught: PGBackupError?
            do { try await backup.run() } catch let error as PGBackupError { caught = error }
            #expect(caught?.code == .storeFailed)
            #expect(caught?.message.contains("not-there") == true)
        }
    }

    /// Our pg_dump processes for a database of one cluster.
    private static func dumps(of database: String, port: UInt16) -> [Int32] {
        func file(_ path: String) -> String {
            String(decoding: (try? OpenFile(path).read(64 << 10, at: 0)) ?? [], as: UTF8.self)
        }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { identifier in
            guard file("/proc/\(identifier)/stat").contains("(pg_dump)") else { return false }
            let environment = file("/proc/\(identifier)/environ")
            return environment.contains("PGDATABASE=\(database)\0") && environment.contains("PGPORT=\(port)\0")
        }
    }
}
