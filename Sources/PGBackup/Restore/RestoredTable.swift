import GroundworkCore

/// A table of a restored database, with the number of its rows.
struct RestoredTable: Sendable, Hashable {
    var schema: String
    var name: String
    var rows: Int64
    /// The partitioned table at the top of it, as `schema.name`; nil for a table that is no partition.
    var root: String?
    /// Whether an extension made it: it may have rows that are not the backup's.
    var isOfExtension: Bool

    /// Counts all tables of a database.
    static func read(by psql: Psql) async throws -> [RestoredTable] {
        let output = try await psql.run(script, limit: 64 << 20)
        var tables: [RestoredTable] = []
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "rows", let schema = text(parts[1]), let name = text(parts[2]),
                let root = text(parts[3]), let rows = Int64(parts[5])
            else { continue }
            tables.append(
                RestoredTable(
                    schema: schema,
                    name: name,
                    rows: rows,
                    root: root.isEmpty ? nil : root,
                    isOfExtension: parts[4] == "e"
                )
            )
        }
        return tables
    }

    private static func text(_ hex: Substring) -> String? {
        Hex.decode(hex).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Names come as hexadecimal text, so that no sign in them can mislead. Row security would hide rows silently.
    private static let script = """
        SET search_path = pg_catalog;
        SET row_security = off;
        SELECT format('SELECT %L || count(*) FROM ONLY %I.%I', 'rows|' || encode(convert_to(n.nspname, 'UTF8'), 'hex') || '|'
            || encode(convert_to(c.relname, 'UTF8'), 'hex') || '|' || CASE WHEN c.relispartition
            THEN encode(convert_to(pg_partition_root(c.oid)::oid::text, 'UTF8'), 'hex') ELSE '' END || '|'
            || CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.deptype = 'e') THEN 'e' ELSE '' END || '|', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY c.oid
        \\gexec

        """
}
