import GroundworkCore

/// What surrounds a database on its server: what a restore needs, and what a dump leaves out.
struct ServerInventory: Sendable, Hashable {
    var server = BackupManifest.Server()
    /// Tables of other servers, whose rows a dump does not hold.
    var foreignTables = 0
    /// Unlogged tables, which a standby cannot read.
    var unloggedTables = 0
    /// Large objects, as far as the user may count them.
    var largeObjects = 0
    /// Other databases of the server.
    var otherDatabases = 0

    private static let settings = [
        "server_version_num", "server_encoding", "data_checksums", "max_connections", "shared_preload_libraries",
        "TimeZone",
    ]

    /// Asks in one session. A question that the user may not ask leaves its answer out.
    static func read(by psql: Psql) async throws -> ServerInventory {
        let output = try await psql.run(script, stopsAtError: false, limit: 16 << 20)
        var inventory = ServerInventory()
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            let texts = parts.dropFirst().map { Hex.decode($0).map { String(decoding: $0, as: UTF8.self) } ?? "" }
            switch (parts.first, texts.count) {
            case ("setting", 2): inventory.server.settings[texts[0]] = texts[1]
            case ("extension", 3):
                inventory.server.extensions.append(.init(name: texts[0], version: texts[1], schema: texts[2]))
            case ("role", 1): inventory.server.roles.append(texts[0])
            case ("foreign", 1): inventory.foreignTables = Int(texts[0]) ?? 0
            case ("unlogged", 1): inventory.unloggedTables = Int(texts[0]) ?? 0
            case ("objects", 1): inventory.largeObjects = Int(texts[0]) ?? 0
            case ("others", 1): inventory.otherDatabases = Int(texts[0]) ?? 0
            default: continue
            }
        }
        return inventory
    }

    private static func hex(_ expression: String) -> String {
        "encode(convert_to(coalesce((\(expression))::text, ''), 'UTF8'), 'hex')"
    }

    /// Roles are those of shared dependencies, and the first superuser, whose objects have none there.
    private static let script: String = {
        let names = settings.map { SQL.literal($0) }.joined(separator: ", ")
        let owned = [
            ("pg_class", "relowner"), ("pg_namespace", "nspowner"), ("pg_proc", "proowner"), ("pg_type", "typowner"),
            ("pg_largeobject_metadata", "lomowner"), ("pg_publication", "pubowner"), ("pg_event_trigger", "evtowner"),
            ("pg_foreign_server", "srvowner"), ("pg_collation", "collowner"), ("pg_operator", "oprowner"),
        ]
        .map { "EXISTS (SELECT FROM \($0.0) WHERE \($0.1) = 10 AND oid >= 16384)" }.joined(separator: " OR ")
        return """
            SET search_path = pg_catalog;
            SELECT 'setting|' || \(hex("name")) || '|' || \(hex("setting")) FROM pg_settings WHERE name IN (\(names));
            SELECT 'setting|' || \(hex("'lc_collate'")) || '|' || \(hex("datcollate")) FROM pg_database
            WHERE datname = current_database();
            SELECT 'setting|' || \(hex("'lc_ctype'")) || '|' || \(hex("datctype")) FROM pg_database
            WHERE datname = current_database();
            SELECT 'extension|' || \(hex("extname")) || '|' || \(hex("extversion")) || '|' || \(hex("nspname"))
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY extname;
            SELECT 'role|' || \(hex("rolname")) FROM pg_roles r WHERE rolname !~ '^pg_' AND (EXISTS (SELECT FROM pg_shdepend d
            JOIN pg_database b ON b.oid = d.dbid AND b.datname = current_database()
            WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid) OR (r.oid = 10 AND (\(owned))))
            ORDER BY rolname;
            SELECT 'foreign|' || \(hex("count(*)")) FROM pg_class WHERE relkind = 'f';
            SELECT 'unlogged|' || \(hex("count(*)")) FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r';
            SELECT 'objects|' || \(hex("count(*)")) FROM pg_largeobject_metadata;
            SELECT 'others|' || \(hex("count(*)")) FROM pg_database
            WHERE datallowconn AND NOT datistemplate AND datname NOT IN (current_database(), 'postgres');

            """
    }()
}
