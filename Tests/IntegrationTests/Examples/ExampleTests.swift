import PGBackupTesting
import Testing

/// The programs of `Examples`, run as users run them: built by `Tests/Support/examples.sh`, configured by environment
/// variables, judged by what they print and by their exit codes. The suites share one throw-away cluster.
@Suite(.exampleCluster) enum ExampleTests {}

/// Starts one cluster around the suites, with a small database `shop` and one of 115 MB that hardly compress, `bulk`.
struct ExampleScope: SuiteTrait, TestScoping {
    @TaskLocal static var current: PostgresCluster?

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withPostgresCluster { (cluster: PostgresCluster) async throws -> Void in
            try await cluster.createDatabase("shop")
            try await cluster.load(.shop(orders: 200), into: "shop")
            try await cluster.createDatabase("bulk")
            try await cluster.run(
                """
                CREATE TABLE bulk (id integer PRIMARY KEY, body text);
                INSERT INTO bulk
                SELECT n, (SELECT string_agg(md5((n * 100 + m)::text), '') FROM generate_series(1, 60) m)
                FROM generate_series(1, 15000) n;
                INSERT INTO bulk SELECT id + 15000, body FROM bulk;
                INSERT INTO bulk SELECT id + 30000, body FROM bulk;

                """,
                in: "bulk"
            )
            try await Self.$current.withValue(cluster) { try await function() }
        }
    }

    /// The cluster of the running suite.
    static var cluster: PostgresCluster {
        get throws { try #require(current) }
    }
}

extension Trait where Self == ExampleScope {
    static var exampleCluster: Self { Self() }
}
