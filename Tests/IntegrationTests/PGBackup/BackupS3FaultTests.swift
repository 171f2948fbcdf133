import GroundworkCore
import GroundworkStorage
import PGBackup
import PGBackupTesting
import S3Compat
import S3CompatTesting
import Testing

/// A bucket that fails at a part, at the completion or at the manifest: what is left is a whole backup, or nothing.
@Suite struct BackupS3FaultTests {
    private static let places: [(String, LoopbackS3FaultFilter, Int)] = [
        ("the first part", LoopbackS3FaultFilter(.uploadPart, partNumber: 1), 0),
        ("the second part", LoopbackS3FaultFilter(.uploadPart, partNumber: 2), 0),
        ("the completion", LoopbackS3FaultFilter(.completeMultipartUpload), 0),
        ("the roles", LoopbackS3FaultFilter(.putObject), 0),
        // The roles are put before it.
        ("the manifest", LoopbackS3FaultFilter(.putObject), 1),
    ]
    private static let faults: [(String, LoopbackS3Fault)] = [
        ("503", .slowDown), ("slow", .delay(.milliseconds(300))), ("answer lost", .closeAfterWork),
        ("500", .internalError), ("reset", .closeDuringRequestBody(afterBytes: 100)),
        ("expired", .error(status: 403, code: "ExpiredToken")), ("error in success", .errorInsideSuccess()),
    ]

    @Test("Rule 3: a completion that answers 200 with an error is none; whatever fails, the invariant holds")
    func whateverFailsWhereverTheInvariantHolds() async throws {
        try await withPostgresCluster { (cluster: PostgresCluster) async throws -> Void in
            let url = try await cluster.createDatabase("bulk")
            let script = """
                CREATE TABLE bulk (id integer PRIMARY KEY, body text);
                INSERT INTO bulk
                SELECT n, (SELECT string_agg(md5((n * 100 + m)::text), '') FROM generate_series(1, 60) m)
                FROM generate_series(1, 5500) n;

                """
            try await cluster.load(SampleData(script: script), into: "bulk")
            for (place, filter, skipping) in Self.places {
                for (number, (name, fault)) in Self.faults.enumerated() {
                    // The last four also for good.
                    for times in number < 3 ? [1] : [1, nil] as [Int?] {
                        let server = try await LoopbackS3Server.start(buckets: ["backups"])
                        server.inject(fault, into: filter, times: times, skipping: skipping)
                        try await check(server, url, "\(name) at \(place), \(times.map(String.init) ?? "all") times")
                        await server.stop()
                    }
                }
            }
        }
    }

    private func check(_ server: LoopbackS3Server, _ url: DatabaseURL, _ situation: Comment) async throws {
        var configuration = try S3Client.Configuration(
            provider: .custom(endpoint: server.endpoint),
            credentials: .fixed(server.credentials)
        )
        configuration.retry.maximumAttempts = 2
        configuration.transfer.partSize = 5 << 20
        configuration.transfer.multipartThreshold = 5 << 20
        configuration.retry.baseDelay = .milliseconds(1)
        let bucket = try S3Client(configuration).bucket("backups")
        let settings = PostgresBackup.Configuration(database: url)
        let backups = PostgresBackup(settings, store: bucket)
        do {
            let report = try await backups.run()
            server.clearFaults()
            try await backups.verify(report.manifest.id)
            #expect(report.manifest.tables?.first?.rows == 5500, situation)
            #expect(server.keys(in: "backups").count == 3, situation)
        } catch let error as PGBackupError {
            server.clearFaults()
            #expect(error.code == .storeFailed, situation)
            #expect(server.keys(in: "backups") == [], situation)
            // The same call again, with the bucket as it was left.
            try await backups.verify(try await backups.run().manifest.id)
        }
        #expect(server.pendingUploads(in: "backups") == [], situation)
    }
}
