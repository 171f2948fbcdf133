import GroundworkCore
import GroundworkStorage
import Logging
import PGBackup
import PGBackupTesting
import Testing

/// A name for a database that no other test uses.
func databaseName(_ stem: String = "test") -> String { "\(stem)_\(Hex.encode(SystemRandom().bytes(6)))" }

/// Creates a database with sample data, calls `body`, and drops it and everything named after it.
func withDatabase<Result>(
    _ data: SampleData? = .shop(orders: 200),
    _ body: (PostgresCluster, String) async throws -> Result
) async throws -> Result {
    let cluster = try PostgresScope.cluster
    let name = databaseName()
    try await cluster.createDatabase(name)
    if let data { try await cluster.load(data, into: name) }
    do {
        let result = try await body(cluster, name)
        try await dropAll(cluster, name)
        return result
    } catch {
        try await dropAll(cluster, name)
        throw error
    }
}

private func dropAll(_ cluster: PostgresCluster, _ stem: String) async throws {
    for name in try await cluster.databases() where name.hasPrefix(stem) { try await cluster.dropDatabase(name) }
}

/// A backup of a database of the suite's cluster.
func backup(
    of url: DatabaseURL,
    to store: any ObjectStore,
    _ change: (inout PostgresBackup.Configuration) -> Void = { _ in }
) -> PostgresBackup {
    var configuration = PostgresBackup.Configuration(database: url)
    configuration.logger.logLevel = .critical
    change(&configuration)
    return PostgresBackup(configuration, store: store)
}

/// Runs `body`, which must throw a `PGBackupError`, and returns that error.
func failure<Result>(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Result
) async throws -> PGBackupError {
    do {
        _ = try await body()
    } catch let error as PGBackupError {
        return error
    }
    Issue.record("It did not throw.", sourceLocation: sourceLocation)
    throw CancellationError()
}

/// The keys of all objects of a store.
func allKeys(_ store: any ObjectStore) async throws -> [String] {
    var keys: [String] = []
    for try await object in store.list() { keys.append(object.key) }
    return keys
}
