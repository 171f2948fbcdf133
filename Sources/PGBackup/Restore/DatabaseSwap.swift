import FoundationEssentials
import GroundworkCore

/// How a restored database takes the place of another.
public struct SwapOptions: Sendable, Hashable {
    /// The name under which the old database stays; nil for its own name, `_before_` and the time.
    public var oldName: String?
    /// Whether the sessions that are connected to one of the two databases are ended. Without it they are named, and nothing
    /// is changed.
    public var endsSessions = false
    /// Whether owner, connection limit, rights and settings of the old database are given to the new one. A dump of one
    /// database does not hold them.
    public var keepsProperties = true

    /// No session is ended, and properties are kept.
    public init() {}
}

/// What became of a swap.
public struct SwapReport: Sendable, Hashable {
    /// The restored database under the name that it has now.
    public var database: DatabaseURL
    /// The name that the old database has now; nil when there was none.
    public var oldName: String?
    /// What the new database does not have of the old one, in full sentences.
    public var warnings: [String]
}

/// The statements of a swap.
///
/// Both names change in one transaction. A database that is being renamed lets nobody in, and PostgreSQL waits five seconds
/// for those who are in it.
struct DatabaseSwap: Sendable, Hashable {
    let restored: String
    let name: String
    /// Nil when there is no old database.
    let oldName: String?

    /// `app_before_20261127t043038z`, short enough for a name.
    static func oldName(of name: String, at date: Date) -> String {
        let end = "_before_\(UTCDateTime(date).basicISO8601.lowercasedASCII())"
        var start = ""
        for character in name.unicodeScalars {
            guard start.utf8.count + String(character).utf8.count + end.utf8.count <= 63 else { break }
            start.unicodeScalars.append(character)
        }
        return start + end
    }

    var names: [String] { [restored, name] }

    /// Whether each database is there, and `taken` for a name that must be free.
    var question: String {
        """
        SET search_path = pg_catalog;
        SELECT 'restored' FROM pg_database WHERE datname = \(SQL.literal(restored));
        SELECT 'old' FROM pg_database WHERE datname = \(SQL.literal(name));

        """ + (oldName.map { "SELECT 'taken' FROM pg_database WHERE datname = \(SQL.literal($0));\n" } ?? "")
    }

    private var list: String { names.map { SQL.literal($0) }.joined(separator: ", ") }

    private static func hex(_ expression: String) -> String {
        "encode(convert_to(coalesce((\(expression))::text, ''), 'UTF8'), 'hex')"
    }

    /// Everybody in one of the databases, prepared transactions too.
    var sessions: String {
        """
        SET search_path = pg_catalog;
        SELECT 'session|' || pid || '|' || \(Self.hex("datname")) || '|' || \(Self.hex("usename")) || '|'
            || \(Self.hex("application_name")) || '|' || \(Self.hex("host(client_addr)")) || '|' || \(Self.hex("state"))
        FROM pg_stat_activity
        WHERE datname IN (\(list)) AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid;
        SELECT 'prepared|' || \(Self.hex("gid")) || '|' || \(Self.hex("database")) FROM pg_prepared_xacts
        WHERE database IN (\(list)) ORDER BY 1;

        """
    }

    /// Ends everybody in one of the databases.
    var termination: String {
        """
        SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity
        WHERE datname IN (\(list)) AND pid <> pg_catalog.pg_backend_pid() AND backend_type = 'client backend';

        """
    }

    /// Changes the names. What cannot be kept of the old database's properties does not stop it.
    func script(keepsProperties: Bool) -> String {
        var text = "\\set ON_ERROR_STOP 1\nSET search_path = pg_catalog;\nBEGIN;\n"
        if let oldName {
            text += "ALTER DATABASE \(SQL.identifier(name)) RENAME TO \(SQL.identifier(oldName));\n"
        }
        text += "ALTER DATABASE \(SQL.identifier(restored)) RENAME TO \(SQL.identifier(name));\n"
        if let oldName, keepsProperties {
            text += "\\set ON_ERROR_STOP 0\n\\set ON_ERROR_ROLLBACK on\n"
            text += properties(SQL.literal(oldName), SQL.literal(name))
            text += "\\set ON_ERROR_ROLLBACK off\n\\set ON_ERROR_STOP 1\n"
        }
        return text + "COMMIT;\n"
    }

    /// Makes statements of the old database's properties, and carries them out. Values are literals in all of them; lists of
    /// names are taken apart, because the catalog has them in one text.
    private func properties(_ old: String, _ new: String) -> String {
        let both = "FROM pg_database o, pg_database n WHERE o.datname = \(old) AND n.datname = \(new)"
        return """
            SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', n.datname, o.datconnlimit)
            \(both) AND o.datconnlimit <> n.datconnlimit AND o.datconnlimit >= -1 \\gexec
            SELECT format('%s SET %I TO %s', CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I', \(new))
                ELSE format('ALTER ROLE %I IN DATABASE %I', pg_get_userbyid(s.setrole), \(new)) END, split_part(c, '=', 1),
                CASE WHEN lower(split_part(c, '=', 1)) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries',
                    'local_preload_libraries', 'unix_socket_directories') THEN
                    (SELECT coalesce(string_agg(quote_literal(coalesce(replace(m[1], '""', '"'), m[2])), ', '), '''''')
                     FROM regexp_matches(v, '"((?:[^"]|"")*)"|([^",\\s]+)', 'g') m)
                ELSE quote_literal(v) END)
            FROM pg_db_role_setting s JOIN pg_database o ON o.oid = s.setdatabase AND o.datname = \(old),
                unnest(s.setconfig) c, substr(c, strpos(c, '=') + 1) v \\gexec
            SELECT format('ALTER DATABASE %I OWNER TO %I', n.datname, pg_get_userbyid(o.datdba))
            \(both) AND o.datdba <> n.datdba \\gexec
            SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', \(new))
            FROM pg_database WHERE datname = \(old) AND datacl IS NOT NULL \\gexec
            SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, \(new),
                CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                CASE WHEN a.is_grantable AND a.grantee <> o.datdba THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM pg_database o, aclexplode(o.datacl) a WHERE o.datname = \(old) \\gexec

            """
    }

    /// What the new database does not have of the old one.
    var differences: String {
        guard let oldName else { return "" }
        let both =
            "FROM pg_database o, pg_database n WHERE o.datname = \(SQL.literal(oldName)) AND n.datname = \(SQL.literal(name))"
        func settings(_ table: String) -> String {
            "(SELECT array_agg(s.setrole::text || ' ' || c ORDER BY s.setrole, c) FROM pg_db_role_setting s, "
                + "unnest(s.setconfig) c WHERE s.setdatabase = \(table).oid)"
        }
        func rights(_ table: String) -> String {
            "(SELECT array_agg(a::text ORDER BY a::text) FROM (SELECT grantee, privilege_type, is_grantable FROM "
                + "aclexplode(coalesce(\(table).datacl, acldefault('d', \(table).datdba)))) a)"
        }
        return """
            SET search_path = pg_catalog;
            SELECT 'owner' \(both) AND o.datdba <> n.datdba;
            SELECT 'connection limit' \(both) AND o.datconnlimit <> n.datconnlimit;
            SELECT 'settings' \(both) AND \(settings("o")) IS DISTINCT FROM \(settings("n"));
            SELECT 'rights' \(both) AND \(rights("o")) IS DISTINCT FROM \(rights("n"));

            """
    }
}
