/// Which parts of a database are dumped. Names are patterns as psql's `\d` takes them; quote those with capitals.
///
/// Large objects are part of a dump only when neither schemas nor tables are chosen.
public struct DumpSelection: Sendable, Hashable {
    /// Only these schemas; empty for all.
    public var schemas: [String] = []
    /// All but these schemas.
    public var excludedSchemas: [String] = []
    /// Only these tables; empty for all.
    public var tables: [String] = []
    /// All but these tables.
    public var excludedTables: [String] = []
    /// The definition of these tables without their rows.
    public var tablesWithoutData: [String] = []

    /// Everything.
    public init() {}

    var arguments: [String] {
        schemas.map { "--schema=\($0)" } + excludedSchemas.map { "--exclude-schema=\($0)" }
            + tables.map { "--table=\($0)" } + excludedTables.map { "--exclude-table=\($0)" }
            + tablesWithoutData.map { "--exclude-table-data=\($0)" }
    }
}
