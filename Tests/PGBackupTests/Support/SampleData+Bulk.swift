import PGBackupTesting

extension SampleData {
    /// So much data that a dump is far from its end when the first part of it is stored: about 60 MB that hardly
    /// compress.
    static let bulk = SampleData(
        script: """
            CREATE TABLE bulk (id integer PRIMARY KEY, body text);
            INSERT INTO bulk
            SELECT n, (SELECT string_agg(md5((n * 100 + m)::text), '') FROM generate_series(1, 60) m)
            FROM generate_series(1, 30000) n;

            """
    )
}
