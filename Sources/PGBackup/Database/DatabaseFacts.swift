import GroundworkCore

/// What a server says of itself and of one database.
struct DatabaseFacts: Sendable, Hashable {
    var version: PostgresVersion
    var versionText: String
    /// The cluster's number, the same for a primary and its standbys; nil where the user may not ask.
    var systemIdentifier: String?
    var database: String
    var encoding: String
    var collation: String
    var characterType: String
    /// `libc`, `icu` or `builtin`.
    var localeProvider: String
    /// The locale of the providers icu and builtin.
    var locale: String?
    /// The size on the server's disk, indexes included.
    var size: Int64?
    var isStandby: Bool
    /// How many tables, views and the like users made in it.
    var relations: Int

    /// Reads them in one session. Values come as hexadecimal text of UTF-8, so that no sign in them can mislead.
    static func read(by psql: Psql) async throws -> DatabaseFacts {
        let output = try await psql.run(script, stopsAtError: false)
        var values: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let bytes = Hex.decode(parts[1]) else { continue }
            values[String(parts[0])] = String(decoding: bytes, as: UTF8.self)
        }
        guard let number = values["number"].flatMap({ Int($0) }), let database = values["database"],
            let encoding = values["encoding"], let collation = values["collate"], let type = values["ctype"]
        else {
            throw PGBackupError(
                .connectionFailed,
                "The server of \(psql.connection.url) did not answer as a PostgreSQL server does. A connection pooler in "
                    + "between, or something else on that port, may be the reason.",
                isRetryable: false
            )
        }
        return DatabaseFacts(
            version: PostgresVersion(number: number),
            versionText: values["version"] ?? "",
            systemIdentifier: values["system"],
            database: database,
            encoding: encoding,
            collation: collation,
            characterType: type,
            localeProvider: values["provider"].map { ["c": "libc", "i": "icu", "b": "builtin"][$0] ?? $0 } ?? "libc",
            locale: values["locale"].flatMap { $0.isEmpty ? nil : $0 },
            size: values["size"].flatMap { Int64($0) },
            isStandby: values["standby"] == "true",
            relations: values["relations"].flatMap { Int($0) } ?? 0
        )
    }

    /// `to_jsonb` of the row gives columns that only some versions have, without a syntax error in the others.
    private static let script: String = {
        func ask(_ name: String, _ expression: String, _ from: String = "") -> String {
            "SELECT '\(name)|' || encode(convert_to(coalesce((\(expression))::text, ''), 'UTF8'), 'hex')\(from);\n"
        }
        let row = " FROM pg_catalog.pg_database d WHERE datname = current_database()"
        return "SET search_path = pg_catalog;\n"
            + ask("number", "current_setting('server_version_num')")
            + ask("version", "current_setting('server_version')")
            + ask("database", "current_database()")
            + ask("encoding", "pg_encoding_to_char(encoding)", row)
            + ask("collate", "datcollate", row)
            + ask("ctype", "datctype", row)
            + ask("provider", "to_jsonb(d)->>'datlocprovider'", row)
            + ask("locale", "coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale')", row)
            + ask("standby", "CASE WHEN pg_is_in_recovery() THEN 'true' ELSE 'false' END")
            + ask("size", "pg_database_size(current_database())")
            + ask("system", "system_identifier", " FROM pg_control_system()")
            + ask(
                "relations",
                "count(*)",
                " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND "
                    + "n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS "
                    + "(SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid "
                    + "AND e.deptype = 'e')"
            )
    }()
}
