extension SampleData {
    /// Everything of ``oddities``, and what dumps of different majors write differently: ranges, event triggers, rights of
    /// all kinds, unlogged tables, identities, row security for policies of roles, a table with every byte, and what only
    /// newer majors have.
    public static let compatibility = SampleData(
        script: oddities.script + #"""
            CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
            CREATE TABLE every_byte (id integer PRIMARY KEY, value bytea, span floats, spans int4multirange);
            INSERT INTO every_byte
            SELECT n, decode(lpad(to_hex(n), 2, '0'), 'hex') || '\x00'::bytea, floats(n, n + 0.5), '{[1,3), [5,8)}'
            FROM generate_series(0, 255) n;
            INSERT INTO every_byte SELECT 256, string_agg(value, ''::bytea ORDER BY id) FROM every_byte;

            CREATE UNLOGGED TABLE fleeting (id integer GENERATED ALWAYS AS IDENTITY (START WITH 5), value text);
            INSERT INTO fleeting (value) VALUES ('a'), ('b');
            CREATE TABLE inherited (extra text DEFAULT 'ü') INHERITS (nothing);
            INSERT INTO inherited VALUES (1, 'x', 'y');
            CREATE TABLE excluded (span int4range, EXCLUDE USING gist (span WITH &&));
            INSERT INTO excluded VALUES ('[1,5)'), ('[5,9)');
            CREATE TABLE checked (id integer CHECK (id > 0) NO INHERIT, ref integer REFERENCES every_byte ON UPDATE CASCADE);
            ALTER TABLE checked ADD CONSTRAINT later CHECK (id < 100) NOT VALID;
            INSERT INTO checked VALUES (1, 255);

            CREATE FUNCTION noticed() RETURNS event_trigger LANGUAGE plpgsql AS $body$ BEGIN END $body$;
            CREATE EVENT TRIGGER noticed ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION noticed();
            ALTER EVENT TRIGGER noticed DISABLE;
            CREATE PROCEDURE nothing_done(INOUT a integer) LANGUAGE sql AS $$ SELECT 1 $$;
            CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq, COMMUTATOR = ===);
            CREATE CAST (pair AS text) WITH INOUT;
            CREATE COLLATION plain (PROVIDER = libc, LOCALE = 'C');
            CREATE TEXT SEARCH CONFIGURATION ours (COPY = simple);

            GRANT SELECT, UPDATE (value) ON tricky TO PUBLIC;
            GRANT SELECT (id) ON documents TO pg_monitor WITH GRANT OPTION;
            REVOKE EXECUTE ON FUNCTION stamp() FROM PUBLIC;
            GRANT USAGE ON SCHEMA "Schema with ""quotes"" and ünïcödé" TO PUBLIC;
            GRANT SELECT ON LARGE OBJECT 4242 TO PUBLIC;
            GRANT USAGE ON SEQUENCE standalone TO PUBLIC;
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
            CREATE POLICY monitored ON documents AS RESTRICTIVE FOR SELECT TO pg_monitor USING (id > 0);
            ALTER TABLE documents FORCE ROW LEVEL SECURITY;
            COMMENT ON SCHEMA public IS 'Ours';
            COMMENT ON EVENT TRIGGER noticed IS 'It is off';
            ALTER TABLE tricky ALTER value SET STORAGE EXTERNAL, ALTER value SET STATISTICS 50;
            ALTER TABLE tricky CLUSTER ON tricky_pkey;
            CREATE PUBLICATION chosen FOR TABLE every_byte (id, value) WHERE (id > 3);

            """# + newer.script
    )
}
