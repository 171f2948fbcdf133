import GroundworkCore

/// The check of a restored database by PostgreSQL's own extension `amcheck`.
enum IntegrityCheck {
    /// What came of it.
    enum Outcome: Sendable, Hashable {
        case done(VerificationRecord.Integrity)
        /// It did not run, for this reason.
        case unavailable(String)
    }

    private static let findingLimit = 50

    /// Checks all valid B-tree indexes with the rows that they must hold, and all tables.
    static func run(by psql: Psql) async throws -> Outcome {
        let available = try await psql.run(
            "SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = 'amcheck';\n"
        )
        guard available.trimmingASCIIWhitespace() == "1" else {
            return .unavailable("The server has no extension amcheck: install its package of contributed extensions.")
        }
        let output: String
        do {
            output = try await psql.run(script, limit: 16 << 20)
        } catch let error as PGBackupError where error.code == .permissionDenied {
            return .unavailable("The user of the drill may not use amcheck: only a superuser may.")
        } catch let error as PGBackupError where [.toolFailed, .extensionMissing].contains(error.code) {
            return .unavailable("amcheck could not be used. \(error.message)")
        }
        var integrity = VerificationRecord.Integrity(indexes: 0, tables: 0)
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            func text(_ index: Int) -> String {
                Hex.decode(parts[index]).map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            switch parts[0] {
            case "counts":
                integrity.indexes = Int(text(1)) ?? 0
                integrity.tables = Int(text(2)) ?? 0
            case "finding":
                if integrity.findings.count < findingLimit { integrity.findings.append("\(text(1)): \(text(2)).") }
            default: continue
            }
        }
        return .done(integrity)
    }

    /// A damaged index raises an error; each is caught, so that one hides no other. `verify_heapam` came with version 14.
    private static let script = """
        SET client_min_messages = error;
        SET statement_timeout = 0;
        CREATE EXTENSION IF NOT EXISTS amcheck;
        CREATE TEMPORARY TABLE groundwork_checks (kind text, name text, finding text);
        DO $groundwork$
        DECLARE
            item record;
            place text := (SELECT quote_ident(nspname) FROM pg_catalog.pg_extension e
                JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'amcheck');
            found text;
        BEGIN
            FOR item IN SELECT c.oid, c.oid::regclass::text AS name FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                JOIN pg_catalog.pg_am a ON a.oid = c.relam AND a.amname = 'btree'
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE i.indisvalid AND i.indisready AND c.relkind = 'i' AND c.relpersistence <> 't'
                AND n.nspname <> 'pg_toast' AND n.nspname !~ '^pg_temp'
            LOOP
                BEGIN
                    EXECUTE format('SELECT %s.bt_index_check($1, true)', place) USING item.oid::regclass;
                    INSERT INTO groundwork_checks VALUES ('index', item.name, NULL);
                EXCEPTION WHEN insufficient_privilege THEN RAISE; WHEN OTHERS THEN
                    INSERT INTO groundwork_checks VALUES ('index', item.name, SQLERRM);
                END;
            END LOOP;
            IF current_setting('server_version_num')::integer >= 140000 THEN
                FOR item IN SELECT c.oid, c.oid::regclass::text AS name FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND n.nspname !~ '^pg_'
                    AND n.nspname <> 'information_schema'
                LOOP
                    BEGIN
                        EXECUTE format('SELECT min(msg) FROM %s.verify_heapam($1)', place) INTO found
                            USING item.oid::regclass;
                        INSERT INTO groundwork_checks VALUES ('table', item.name, found);
                    EXCEPTION WHEN insufficient_privilege THEN RAISE; WHEN OTHERS THEN
                        INSERT INTO groundwork_checks VALUES ('table', item.name, SQLERRM);
                    END;
                END LOOP;
            END IF;
        END
        $groundwork$;
        SELECT 'counts|' || encode(convert_to((count(*) FILTER (WHERE kind = 'index'))::text, 'UTF8'), 'hex') || '|'
            || encode(convert_to((count(*) FILTER (WHERE kind = 'table'))::text, 'UTF8'), 'hex') FROM groundwork_checks;
        SELECT 'finding|' || encode(convert_to(name, 'UTF8'), 'hex') || '|' || encode(convert_to(finding, 'UTF8'), 'hex')
        FROM groundwork_checks WHERE finding IS NOT NULL LIMIT 100;

        """
}
