import PGBackupTesting
import Testing

/// The tests that need a real server. They share one throw-away cluster, and each has databases of its own.
@Suite(.postgresCluster) enum RealPostgresTests {}

/// Starts one cluster around a suite.
struct PostgresScope: SuiteTrait, TestScoping {
    @TaskLocal static var current: PostgresCluster?

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let cluster = try await PostgresCluster.start()
        do {
            try await Self.$current.withValue(cluster) { try await function() }
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    /// The cluster of the running suite.
    static var cluster: PostgresCluster {
        get throws { try #require(current) }
    }
}

extension Trait where Self == PostgresScope {
    static var postgresCluster: Self { Self() }
}
