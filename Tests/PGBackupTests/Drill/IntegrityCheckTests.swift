import Glibc
import GroundworkCore
import GroundworkStorage
import Testing

@testable import PGBackup

/// What `amcheck` finds in a database whose files were really damaged.
@Suite struct IntegrityCheckTests {
    private static let pageSize = 8192
    /// The rows of both tables fill one page of the index, and a page of each table is the first.
    private static let script = """
        CREATE TABLE orders (id integer NOT NULL);
        INSERT INTO orders SELECT n FROM generate_series(1, 100) n;
        CREATE INDEX orders_id ON orders (id);
        CREATE INDEX orders_sound ON orders ((id + 1));
        CREATE TABLE notes (id integer NOT NULL);
        INSERT INTO notes SELECT n FROM generate_series(1, 100) n;
        CREATE TABLE sound (id integer PRIMARY KEY);
        INSERT INTO sound SELECT n FROM generate_series(1, 100) n;

        """

    /// Runs `body` with a cluster of our own, whose settings let damaged pages be read, and its database.
    private func withCluster(
        _ body: (ScratchCluster, PostgresBackup, Psql) async throws -> Void
    ) async throws {
        var configuration = ScratchCluster.Configuration(directoryPrefix: "groundwork-damage-")
        configuration.settings = ["ignore_checksum_failure": "on", "autovacuum": "off"]
        let cluster = try await ScratchCluster.start(configuration)
        let backups = backup(of: cluster.socketURL("postgres"), to: InMemoryObjectStore())
        do {
            let connection = try Connection(
                cluster.socketURL("postgres"),
                inherited: [:],
                temporaryDirectory: "/tmp",
                connectTimeout: .seconds(15)
            )
            defer { connection.end() }
            let psql = Psql(executable: "\(cluster.binaries)/psql", connection: connection)
            _ = try await psql.run(Self.script)
            try await body(cluster, backups, psql)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    /// The file of a table or an index, once all of it is on disk.
    private func file(of relation: String, _ psql: Psql) async throws -> String {
        let question =
            "CHECKPOINT;\nSELECT current_setting('data_directory') || '/' || pg_relation_filepath('\(relation)');\n"
        return try await psql.run(question).trimmingASCIIWhitespace()
    }

    @Test func aDamagedPageOfAnIndexIsNamedAndFailsTheDrill() async throws {
        try await withCluster { cluster, backups, psql in
            let manifest = try await backups.run().manifest
            guard case .done(let before) = try await IntegrityCheck.run(by: psql) else {
                Issue.record("amcheck is not there.")
                return
            }
            // The catalog's own indexes are checked too.
            #expect(before.findings == [] && before.indexes > 3 && before.tables == 3)

            let path = try await file(of: "orders_id", psql)
            try await cluster.restart {
                // Page 0 is about the tree; page 1 is its only leaf. Tuples of 16 bytes stand before the 16 of the special
                // space, the key 8 bytes into each: the first keys are the largest now.
                let page = try OpenFile(path, flags: O_RDWR)
                for tuple in 0..<10 {
                    let offset = Int64(2 * Self.pageSize - 16 - 16 * (tuple + 1) + 8)
                    try page.write([0xFF, 0xFF, 0xFF, 0x7F], at: offset)
                }
            }
            guard case .done(let integrity) = try await IntegrityCheck.run(by: psql) else {
                Issue.record("amcheck is not there.")
                return
            }
            #expect(integrity.indexes == before.indexes && integrity.tables == 3)
            #expect(integrity.findings.count == 1)
            let finding = try #require(integrity.findings.first)
            #expect(finding.hasPrefix("orders_id: ") && finding.hasSuffix("."), "\(finding)")

            // What a drill makes of it.
            let restored = try await backups.restore(manifest.id, into: .newDatabase("restored"))
            let outcome = DrillOutcome(
                restore: restored,
                rows: .init(comparison: .init(tables: 3, rows: 300), agrees: true),
                integrity: integrity,
                restoredBytes: 1,
                isThrowAway: true,
                notes: []
            )
            let record = outcome.record(manifest, manifest.startedAt, .seconds(1))
            #expect(!record.passed && record.integrity == integrity)
            #expect(record.message?.contains(finding) == true)
            #expect(outcome.error(manifest).code == .restoredDataDiffers)
        }
    }

    @Test func aDamagedRowOfATableIsNamed() async throws {
        try await withCluster { cluster, _, psql in
            let version = try await psql.run("SHOW server_version_num;\n")
            // `verify_heapam` came with version 14.
            try #require((Int(version.trimmingASCIIWhitespace()) ?? 0) >= 140_000)
            let path = try await file(of: "notes", psql)
            try await cluster.restart {
                // The first row is the last 32 bytes of the page; byte 22 of its header says where its values begin.
                try OpenFile(path, flags: O_RDWR).write([200], at: Int64(Self.pageSize - 32 + 22))
            }
            guard case .done(let integrity) = try await IntegrityCheck.run(by: psql) else {
                Issue.record("amcheck is not there.")
                return
            }
            #expect(
                integrity.findings.count == 1 && integrity.findings[0].hasPrefix("notes: "),
                "\(integrity.findings)"
            )
            #expect(integrity.tables == 3)
        }
    }
}
