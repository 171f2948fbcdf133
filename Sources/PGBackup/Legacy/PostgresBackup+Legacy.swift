import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// The backups that the Railway template has stored under this prefix, newest first.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func legacyBackups() async throws -> [LegacyBackup] {
        try await operation("listing of the template's backups") {
            var found: [LegacyBackup] = []
            for try await object in store.list(prefix: "\(keys.prefix)-") {
                if let backup = LegacyBackup(key: object.key, size: object.size, prefix: keys.prefix) {
                    found.append(backup)
                }
            }
            return found.sorted { ($0.date, $0.key) > ($1.date, $1.key) }
        }
    }

    /// Restores one of the template's objects into a new database, which is dropped again if that fails.
    ///
    /// There is no manifest to prove it by: gzip's own checksum and pg_restore are all that tells a whole one from a
    /// damaged one. The new database has the server's own encoding and locale. The programs are the oldest that read the
    /// archive and know the server: what pg_dump 16 wrote of a server of version 15 needs those of 16.
    /// - Parameters:
    ///   - key: its key; any name that holds a gzipped `pg_dump --format=tar`.
    ///   - name: the name of the new database; none of that name may exist.
    ///   - server: any database of the server; nil for the configured one.
    ///   - options: how it is restored.
    ///   - progress: told of progress.
    /// - Throws: ``PGBackupError``, `CancellationError`.
    @discardableResult
    public func restoreLegacy(
        key: String,
        intoNew name: String,
        on server: DatabaseURL? = nil,
        options: RestoreOptions = RestoreOptions(),
        progress: BackupProgressHandler? = nil
    ) async throws -> LegacyRestoreReport {
        let server = server ?? configuration.database
        if let problem = SQL.problem(withDatabaseName: name) {
            throw PGBackupError(.invalidConfiguration, "The name of the new database \(problem). Choose another.")
        }
        return try await operation("restore of \(key)") {
            let reporter = ProgressReporter(progress, time: configuration.time)
            let head = try await LegacyArchive(key, store: store, progress: reporter)
            let session = try await openAnyDatabase(of: server, minimum: try await head.oldestReader())
            defer { session.connection.end() }
            try await create("CREATE DATABASE \(SQL.identifier(name)) TEMPLATE template0;\n", session)
            do {
                try Task.checkCancellation()
                return try await fill(key, server.with(database: name), session.toolchain, options, reporter)
            } catch {
                throw await dropping(name, session, after: error)
            }
        }
    }

    private func fill(
        _ key: String,
        _ url: DatabaseURL,
        _ toolchain: ToolchainReport,
        _ options: RestoreOptions,
        _ progress: ProgressReporter
    ) async throws -> LegacyRestoreReport {
        let time = configuration.time
        let start = time.monotonic
        let connection = try Connection(
            url,
            inherited: configuration.environment,
            temporaryDirectory: configuration.temporaryDirectory,
            connectTimeout: configuration.connectTimeout
        )
        defer { connection.end() }
        let tolerance = TimeoutTolerance(toolchain, isNew: true)
        var command = ToolCommand(
            toolchain.chosen.restore,
            ["--format=tar", "--no-password", "--dbname=\(connection.connectionString)"]
                + (tolerance.isNeeded ? [] : ["--exit-on-error"]) + options.arguments,
            environment: connection.environment
        )
        command.input = .pipe
        progress.begin(.restoring)
        let source = try await LegacyArchive(key, store: store, progress: progress)
        let bytes = try await withToolProcess(command) { process in
            try await source.feed(process) { exit in
                tolerance.accepts(exit, process.errorText)
                    ? nil : ToolFailure.error(for: process, exit, connection: connection)
            }
        }
        var warnings = url.warnings + toolchain.warnings
        if options.analyzes {
            progress.begin(.analyzing)
            let psql = Psql(executable: toolchain.chosen.psql, connection: connection)
            if let warning = try await gatherStatistics(psql, limit: options.analyzeTimeout) {
                warnings.append(warning)
            }
        }
        return LegacyRestoreReport(
            key: key,
            database: url,
            archiveBytes: bytes,
            duration: start.duration(to: time.monotonic),
            warnings: warnings
        )
    }
}

/// What became of the restore of one of the template's objects.
public struct LegacyRestoreReport: Sendable, Hashable {
    /// The object's key.
    public var key: String
    /// The database that now holds it.
    public var database: DatabaseURL
    /// How many bytes the archive had.
    public var archiveBytes: Int64
    /// The time it took.
    public var duration: Duration
    /// What is not ideal, in full sentences.
    public var warnings: [String]
}
