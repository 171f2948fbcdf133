import GroundworkCore
public import GroundworkStorage
import Logging

/// Backs up one PostgreSQL database to an object store, and restores it.
///
///     let database = try DatabaseURL(parsing: "postgres://app:secret@db.example.com/app")
///     let backup = PostgresBackup(.init(database: database), store: try DirectoryObjectStore(path: "/backups"))
///     let report = try await backup.run()
///     try await backup.verify(report.manifest.id)
///     try await backup.restore(report.manifest.id, into: .newDatabase("app_restored"))
///
/// The work is done by PostgreSQL's own programs of the server's version; data streams through this process with
/// bounded memory and never touches the local disk. A backup exists once its manifest is stored, which happens last.
public struct PostgresBackup: Sendable {
    /// How backups are made and where they are found.
    public let configuration: Configuration
    /// Where they are kept.
    public let store: any ObjectStore
    let keys: BackupKeys

    /// Joins a database with a store. Nothing is connected to yet.
    public init(_ configuration: Configuration, store: any ObjectStore) {
        self.configuration = configuration
        self.store = store
        keys = BackupKeys(prefix: configuration.prefix)
    }

    var logger: Logger { configuration.logger }

    /// Runs one operation under the configured time limit, and turns whatever it throws into ``PGBackupError`` or
    /// `CancellationError`. What it leaves behind is always told.
    func operation<Result: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let time = configuration.time
        let deadline = configuration.timeout.map { time.monotonic.advanced(by: $0) }
        let left = Locked<String?>(nil)
        do {
            return try await withDeadline(deadline, time: time) {
                do {
                    return try await body()
                } catch let error as PGBackupError {
                    left.withLock { $0 = error.leftBehind }
                    throw error
                }
            }
        } catch {
            if let left = left.withLock({ $0 }) {
                let told = describe(error, doing: name)
                throw told.leftBehind == nil ? told.leaving(left) : told
            }
            // Whatever the cancellation made fail is not the news.
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            throw describe(error, doing: name)
        }
    }

    /// Runs a short question to a server: one that lets a connection in and then never answers is given up.
    func limited<Result: Sendable>(
        _ name: String,
        toServer url: DatabaseURL,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let limit = configuration.connectTimeout + .seconds(30)
        let time = configuration.time
        do {
            return try await withDeadline(time.monotonic.advanced(by: limit), time: time, body)
        } catch is DeadlineExceeded {
            throw PGBackupError(
                .timedOut,
                "The server of \(url) did not answer the \(name) within \(limit.seconds) seconds. Check that it is not "
                    + "overloaded or stopped, and that nothing in between swallows the connection."
            )
        }
    }

    func describe(_ error: any Error, doing name: String) -> PGBackupError {
        switch error {
        case is DeadlineExceeded:
            PGBackupError(
                .timedOut,
                "The \(name) was stopped after its time limit of \(configuration.timeout?.seconds ?? 0) seconds. Allow more "
                    + "time, or find out what made it slow."
            )
        case let error as PGBackupError: error
        case let error as ObjectStoreError: storeFailure(error, doing: "The \(name)")
        default: PGBackupError(.systemFailure, "The \(name) failed: \(error).", underlyingError: error)
        }
    }

    func storeFailure(_ error: ObjectStoreError, doing what: String) -> PGBackupError {
        PGBackupError(
            .storeFailed,
            "\(what) failed in the store \(store.location): \(error.message)",
            isRetryable: error.isRetryable,
            underlyingError: error
        )
    }
}

/// Runs `body` to its end even when the calling task is cancelled: what must be cleaned up must.
func shielded<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await Task { try await body() }.value
}
