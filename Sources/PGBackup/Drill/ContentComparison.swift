import GroundworkCore
import GroundworkCrypto

/// The rows of restored tables, read once more and compared by their SHA-256 with those of the dump.
struct ContentComparison {
    /// What came of it.
    struct Outcome: Sendable, Hashable {
        /// How many tables were compared.
        var tables = 0
        /// What differs, in full sentences.
        var findings: [String] = []
    }

    let psql: Psql
    let entries: [ArchiveEntry]

    /// Compares every table whose rows have a hash. Rows that were dumped by way of a partitioned table are not compared.
    func compare(_ tables: [BackupManifest.Table]) async throws -> Outcome {
        var statements: [Int: String] = [:]
        for entry in entries where entry.hasData { statements[entry.id] = entry.copyStatement }
        var outcome = Outcome()
        for table in tables where table.kind == "TABLE DATA" {
            let name = [table.schema, table.name].compactMap(\.self).joined(separator: ".")
            guard let hash = table.sha256, let copy = statements[table.entryID],
                let statement = Self.readingStatement(copy, schema: table.schema ?? "", name: table.name)
            else { continue }
            let found = try await Hex.encode(self.hash(of: statement))
            outcome.tables += 1
            guard found != hash.lowercasedASCII() else { continue }
            outcome.findings.append("The rows of the table \(name) are not those that were dumped.")
        }
        return outcome
    }

    /// `COPY a.b (x, y) FROM stdin;` turned round. Nil for rows that were dumped by way of a partitioned table: they may
    /// be in other partitions now.
    static func readingStatement(_ copy: String, schema: String, name: String) -> String? {
        let end = " FROM stdin;\n"
        guard copy.hasSuffix(end) else { return nil }
        let schemas = [schema, SQL.identifier(schema)]
        let names = [name, SQL.identifier(name)]
        let isOwn = schemas.contains { schema in names.contains { copy.hasPrefix("COPY \(schema).\($0) ") } }
        return isOwn ? copy.dropLast(end.count) + " TO STDOUT" : nil
    }

    /// The settings are those that pg_dump reads with.
    private func hash(of statement: String) async throws -> [UInt8] {
        let settings =
            "SET search_path = pg_catalog; SET extra_float_digits = 3; SET datestyle = ISO; SET row_security = off; "
            + "SET intervalstyle = postgres; SET synchronize_seqscans = off; SET statement_timeout = 0"
        var command = ToolCommand(
            psql.executable,
            [
                "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password",
                "--variable=ON_ERROR_STOP=1", "--command=\(settings)", "--command=\(statement)",
                "--dbname=\(psql.connection.connectionString)",
            ],
            environment: psql.connection.environment
        )
        command.output = .pipe
        let digest = try Digest(.sha256)
        return try await withToolProcess(command) { process in
            while let chunk = try await process.output?.next() { digest.update(chunk) }
            let exit = await process.exit()
            try Task.checkCancellation()
            guard exit.isSuccess else { throw ToolFailure.error(for: process, exit, connection: psql.connection) }
            return try digest.finalize()
        }
    }
}
