/// The demo's own database: a small shop with what real ones have.
enum SampleData {
    static let database = "shop"

    /// SQL that fills an empty database with about 100 MB.
    static let sql = """
        CREATE TYPE status AS ENUM ('new', 'paid', 'shipped', 'returned');
        CREATE TABLE customers (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL, email text NOT NULL UNIQUE, created_at timestamptz NOT NULL
        );
        CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            customer_id bigint NOT NULL REFERENCES customers, status status NOT NULL,
            placed_at timestamptz NOT NULL, total numeric(10,2) NOT NULL
        );
        CREATE TABLE events (at timestamptz NOT NULL, order_id bigint NOT NULL, detail jsonb NOT NULL)
            PARTITION BY RANGE (at);
        CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE TABLE notes (id int PRIMARY KEY, "Größe \"\" in cm" text, content bytea);

        INSERT INTO customers (name, email, created_at)
            SELECT 'Customer ' || i, 'customer' || i || '@example.org', timestamptz '2024-01-01' + i * interval '7 minutes'
            FROM generate_series(1, 40000) i;
        INSERT INTO orders (customer_id, status, placed_at, total)
            SELECT 1 + i % 40000, (ARRAY['new','paid','shipped','returned'])[1 + i % 4]::status,
                   timestamptz '2025-01-01' + i * interval '3 minutes', (i * 7919 % 100000) / 100.0
            FROM generate_series(1, 200000) i;
        INSERT INTO events
            SELECT timestamptz '2025-01-01' + i * interval '110 seconds', 1 + i % 200000,
                   jsonb_build_object('step', i % 7, 'token', md5(i::text), 'agent', 'browser/' || i % 12)
            FROM generate_series(1, 350000) i;
        INSERT INTO notes
            SELECT i, 'line one' || chr(10) || '\\.' || chr(9) || i, decode(repeat(md5(i::text), 100), 'hex')
            FROM generate_series(1, 3000) i;
        SELECT lo_from_bytea(0, decode(repeat(md5(i::text), 4000), 'hex')) FROM generate_series(1, 20) i;

        CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
        CREATE VIEW revenue AS SELECT date_trunc('month', placed_at) AS month, sum(total) FROM orders GROUP BY 1;
        CREATE MATERIALIZED VIEW best_customers AS
            SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1 ORDER BY 2 DESC LIMIT 100;
        ANALYZE;
        """

    /// SQL that gives one line a table, `name|rows`, counted exactly.
    static let countRows = """
        SELECT format('%s|%s', relation, (xpath('/row/n/text()', query_to_xml(
            format('SELECT count(*) AS n FROM %s', relation), false, true, '')))[1])
        FROM (
            SELECT format('%I.%I', schemaname, tablename) AS relation FROM pg_tables WHERE schemaname = 'public'
            UNION ALL SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews WHERE schemaname = 'public'
            UNION ALL SELECT 'pg_largeobject'
        ) AS relations ORDER BY 1
        """
}
