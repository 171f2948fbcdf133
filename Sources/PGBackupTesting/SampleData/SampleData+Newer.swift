extension SampleData {
    /// What only newer majors have; each server gets what it knows.
    static let newer = SampleData(
        script: #"""
            SELECT current_setting('server_version_num')::integer >= 160000 AS is16,
                current_setting('server_version_num')::integer >= 170000 AS is17,
                current_setting('server_version_num')::integer >= 180000 AS is18 \gset
            \if :is16
            CREATE TABLE packed (value text STORAGE MAIN COMPRESSION pglz);
            INSERT INTO packed VALUES (repeat('a', 5000));
            \endif
            \if :is17
            CREATE TABLE split (id bigint GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY RANGE (at);
            CREATE TABLE split_2026 PARTITION OF split FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            INSERT INTO split (at) VALUES ('2026-05-05');
            GRANT MAINTAIN ON split TO pg_monitor;
            \endif
            \if :is18
            CREATE EXTENSION btree_gist;
            CREATE TABLE bookings (
                room integer, during daterange, price numeric CONSTRAINT priced NOT NULL,
                gross numeric GENERATED ALWAYS AS (price * 1.19) VIRTUAL,
                CONSTRAINT bookings_key PRIMARY KEY (room, during WITHOUT OVERLAPS)
            );
            INSERT INTO bookings VALUES (1, '[2026-01-01,2026-02-01)', 100), (1, '[2026-02-01,2026-03-01)', 50);
            ALTER TABLE bookings ADD CONSTRAINT hoped CHECK (price < 1000) NOT ENFORCED;
            \endif

            """#
    )
}
