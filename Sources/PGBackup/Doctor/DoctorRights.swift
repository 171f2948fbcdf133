import GroundworkCore

/// What the role may not read, as one script asks the server.
struct DoctorRights: Sendable, Hashable {
    var isSuperuser = false
    var tables: [String] = []
    var tableCount: Int?
    var sequences: [String] = []
    var sequenceCount: Int?
    var largeObjects: Int?
    var rowSecurity: [String] = []
    var rowSecurityCount: Int?
    var ssl: String?
    var serverPort: String?

    /// Reads them. A count that the server refuses to tell stays nil.
    static func read(by psql: Psql) async throws -> DoctorRights {
        let output = try await psql.run(script, stopsAtError: false)
        var values: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let bytes = Hex.decode(parts[1]) else { continue }
            values[String(parts[0])] = String(decoding: bytes, as: UTF8.self)
        }
        func list(_ name: String) -> [String] { (values[name] ?? "").split(separator: "\n").map(String.init) }
        func count(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
        var rights = DoctorRights()
        rights.isSuperuser = values["super"] == "true"
        (rights.tables, rights.tableCount) = (list("tables"), count("tableCount"))
        (rights.sequences, rights.sequenceCount) = (list("sequences"), count("sequenceCount"))
        (rights.rowSecurity, rights.rowSecurityCount) = (list("rls"), count("rlsCount"))
        rights.largeObjects = count("largeObjects")
        rights.ssl = values["ssl"].flatMap { $0.isEmpty ? nil : $0 }
        rights.serverPort = values["port"].flatMap { $0.isEmpty ? nil : $0 }
        return rights
    }

    private static let script: String = {
        func ask(_ name: String, _ expression: String) -> String {
            "SELECT '\(name)|' || encode(convert_to(coalesce((\(expression))::text, ''), 'UTF8'), 'hex');\n"
        }
        /// The number of relations that a condition finds, and the names of the first.
        func relations(_ list: String, _ count: String, _ condition: String) -> String {
            let from =
                "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' "
                + "AND n.nspname <> 'information_schema' AND \(condition)"
            return ask(count, "SELECT count(*) FROM \(from)")
                + ask(
                    list,
                    "SELECT string_agg(t, E'\\n') FROM (SELECT format('%I.%I', n.nspname, c.relname) AS t FROM \(from) "
                        + "ORDER BY 1 LIMIT 5) s"
                )
        }
        return "SET search_path = pg_catalog;\nSET statement_timeout = '20s';\n"
            + ask("super", "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            + relations(
                "tables",
                "tableCount",
                "c.relkind IN ('r', 'p', 'm') AND NOT (has_table_privilege(c.oid, 'SELECT') "
                    + "AND has_schema_privilege(n.oid, 'USAGE'))"
            )
            + relations(
                "sequences",
                "sequenceCount",
                "CASE WHEN c.relkind = 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT') ELSE false END"
            )
            + relations(
                "rls",
                "rlsCount",
                "CASE WHEN c.relkind IN ('r', 'p') THEN row_security_active(c.oid) ELSE false END"
            )
            + ask(
                "largeObjects",
                "SELECT count(*) FROM pg_largeobject_metadata m WHERE NOT (SELECT rolsuper FROM pg_roles "
                    + "WHERE rolname = current_user) AND NOT pg_has_role(m.lomowner, 'USAGE') AND NOT EXISTS (SELECT FROM "
                    + "aclexplode(m.lomacl) a WHERE a.privilege_type = 'SELECT' "
                    + "AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))"
            )
            + ask(
                "ssl",
                "SELECT CASE WHEN ssl THEN version || ', ' || cipher END FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            )
            + ask("port", "SELECT inet_server_port()")
    }()
}
