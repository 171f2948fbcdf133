import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Restores a backup: by default into a new database, so that nothing existing is at risk.
    ///
    /// First the server is looked at: what would make the restore fail (an extension or a role that it lacks, a full disk,
    /// a locale that it does not know) is an error before anything is created, and what may is among the warnings.
    ///
    /// The data is checked against the manifest while it streams, and pg_restore gets the last bytes only when all of it
    /// is proved. When it throws, a new database is dropped again, and an existing one is as before if
    /// ``RestoreOptions/singleTransaction`` is set. A new database that could not be dropped is told in the error, also when
    /// the task was cancelled: ``PGBackupError/leftBehind``.
    /// - Throws: ``PGBackupError``, `CancellationError`.
    @discardableResult
    public func restore(
        _ id: BackupID,
        into target: RestoreTarget,
        options: RestoreOptions = RestoreOptions(),
        progress: BackupProgressHandler? = nil
    ) async throws -> RestoreReport {
        return try await operation("restore of \(id)") {
            let manifest = try await readManifest(id).get()
            let reporter = ProgressReporter(progress, time: configuration.time)
            if options.verifiesFirst { _ = try await verify(manifest, reporter) }
            reporter.begin(.connecting)
            switch target.base {
            case .new(let name, let server):
                return try await restore(
                    manifest,
                    intoNew: name,
                    on: server ?? configuration.database,
                    options,
                    reporter
                )
            case .existing(let url, let confirmation):
                return try await restore(manifest, intoExisting: url, confirmation, options, reporter)
            }
        }
    }

    func restore(
        _ manifest: BackupManifest,
        intoNew name: String,
        on server: DatabaseURL,
        _ options: RestoreOptions,
        _ progress: ProgressReporter
    ) async throws -> RestoreReport {
        let start = configuration.time.monotonic
        let session = try await openAnyDatabase(of: server, minimum: manifest.toolVersion)
        defer { session.connection.end() }
        try await checkName(name, isFreeOn: session)
        var notes = try await passPreflight(manifest, session, isNew: true, options)
        if options.createsRoles { notes += try await createRoles(of: manifest, session.psql) }
        try await create(manifest.source.createDatabase(name, on: session.facts.version, options), session)
        do {
            try Task.checkCancellation()
            var report = try await fill(
                server.with(database: name),
                manifest,
                session.toolchain,
                [],
                isNew: true,
                options,
                progress,
                start
            )
            report.warnings = notes + report.warnings
            if options.comparesRows { try await compare(&report, with: manifest) }
            report.duration = start.duration(to: configuration.time.monotonic)
            return report
        } catch {
            throw await options.dropsAfterFailure ? dropping(name, session, after: error) : error
        }
    }

    private func restore(
        _ manifest: BackupManifest,
        intoExisting url: DatabaseURL,
        _ confirmation: RestoreConfirmation,
        _ options: RestoreOptions,
        _ progress: ProgressReporter
    ) async throws -> RestoreReport {
        let start = configuration.time.monotonic
        let session = try await open(url, minimum: manifest.toolVersion)
        defer { session.connection.end() }
        let database = session.facts.database
        guard confirmation.databaseName == database else {
            throw PGBackupError(
                .notConfirmed,
                "The restore into the existing database \(database) at \(url) was confirmed for "
                    + "\"\(confirmation.databaseName)\". Nothing was changed. To go on, pass the confirmation "
                    + "overwrite(databaseNamed: \"\(database)\"), or restore into a new database."
            )
        }
        guard session.facts.relations == 0 || options.dropsExistingObjects else {
            throw PGBackupError(
                .databaseNotEmpty,
                "The database \(database) at \(url) has \(session.facts.relations) tables, views or sequences. Nothing was "
                    + "changed. Restore into a new database, or set dropsExistingObjects to replace those that the backup has."
            )
        }
        let notes = try await passPreflight(manifest, session, isNew: false, options)
        // pg_restore commits by itself, and may do so before the last byte is proved: here nothing could undo it.
        if !options.verifiesFirst {
            _ = try await verify(manifest, progress)
            progress.begin(.connecting)
        }
        var arguments = options.singleTransaction ? ["--single-transaction"] : []
        if options.dropsExistingObjects { arguments += ["--clean", "--if-exists"] }
        var report = try await fill(
            url,
            manifest,
            session.toolchain,
            arguments,
            isNew: false,
            options,
            progress,
            start
        )
        report.warnings = notes + report.warnings
        return report
    }

    /// Streams the archive into a database that is there.
    private func fill(
        _ url: DatabaseURL,
        _ manifest: BackupManifest,
        _ toolchain: ToolchainReport,
        _ arguments: [String],
        isNew: Bool,
        _ options: RestoreOptions,
        _ progress: ProgressReporter,
        _ start: ContinuousClock.Instant
    ) async throws -> RestoreReport {
        let time = configuration.time
        let connection = try Connection(
            url,
            inherited: configuration.environment,
            temporaryDirectory: configuration.temporaryDirectory,
            connectTimeout: configuration.connectTimeout
        )
        defer { connection.end() }
        let tolerance = TimeoutTolerance(toolchain, isNew: isNew)
        var command = ToolCommand(
            toolchain.chosen.restore,
            ["--format=custom", "--no-password", "--dbname=\(connection.connectionString)"]
                + (tolerance.isNeeded ? [] : ["--exit-on-error"]) + arguments + options.arguments,
            environment: connection.environment
        )
        command.input = .pipe
        let restoreStart = time.monotonic
        progress.begin(.restoring, expecting: manifest.archive.length)
        let source = try ArchiveSource(manifest, key: keys.manifest(manifest.id), store: store, progress: progress)
        try await withToolProcess(command) { process in
            try await ArchiveFeeder(source: source).run(into: process) { exit in
                tolerance.accepts(exit, process.errorText)
                    ? nil : ToolFailure.error(for: process, exit, connection: connection)
            }
        }
        let restoreDuration = restoreStart.duration(to: time.monotonic)
        let analyzeStart = time.monotonic
        var warnings = url.warnings + toolchain.warnings
        if options.analyzes {
            progress.begin(.analyzing)
            let psql = Psql(executable: toolchain.chosen.psql, connection: connection)
            if let warning = try await gatherStatistics(psql, limit: options.analyzeTimeout) {
                warnings.append(warning)
            }
        }
        logger.info("Backup restored", metadata: ["id": "\(manifest.id)", "database": "\(url)"])
        return RestoreReport(
            id: manifest.id,
            database: url,
            isNew: isNew,
            toolchain: toolchain,
            archiveBytes: manifest.archive.length,
            restoreDuration: restoreDuration,
            analyzeDuration: analyzeStart.duration(to: time.monotonic),
            duration: start.duration(to: time.monotonic),
            warnings: warnings
        )
    }

    /// The data is committed and whole: without statistics it is only slow at first.
    /// - Returns: why there are none.
    func gatherStatistics(_ psql: Psql, limit: Duration?) async throws -> String? {
        do {
            try await analyze(psql, limit: limit)
            return nil
        } catch {
            try Task.checkCancellation()
            return "The restore is complete, but gathering statistics failed: run ANALYZE by hand. (\(error))"
        }
    }

    /// The server keeps the limit; one that is silent is not waited for much longer.
    private func analyze(_ psql: Psql, limit: Duration?) async throws {
        let time = configuration.time
        let deadline = limit.map { time.monotonic.advanced(by: $0 + .seconds(30)) }
        let milliseconds = limit.map { max(1, $0.clampedMilliseconds) } ?? 0
        let tooLong = PGBackupError(.timedOut, "ANALYZE took longer than \(limit?.seconds ?? 0) seconds.")
        do {
            _ = try await withDeadline(deadline, time: time) {
                try await psql.run("SET statement_timeout = \(milliseconds);\nANALYZE;\n")
            }
        } catch is DeadlineExceeded {
            throw tooLong
        } catch let error as PGBackupError where error.toolOutput?.contains("57014") == true {
            throw tooLong
        }
    }

    /// Counts the rows of a new database. Questions that fail are a warning: the data is restored and proved by its hash.
    private func compare(_ report: inout RestoreReport, with manifest: BackupManifest) async throws {
        do {
            let outcome = try await withPsql(of: report.database, report.toolchain) { psql in
                RowComparison.compare(manifest.tables, with: try await RestoredTable.read(by: psql))
            }
            report.comparison = outcome.comparison
            report.rowsAgree = manifest.tables == nil ? nil : outcome.agrees
            report.warnings += outcome.comparison.findings
        } catch {
            try Task.checkCancellation()
            report.warnings.append("The restore is complete, but its rows could not be counted. (\(error))")
        }
    }

    /// Runs `body` with a psql for one database.
    func withPsql<Result>(
        of url: DatabaseURL,
        _ toolchain: ToolchainReport,
        _ body: (Psql) async throws -> Result
    ) async throws -> Result {
        let connection = try Connection(
            url,
            inherited: configuration.environment,
            temporaryDirectory: configuration.temporaryDirectory,
            connectTimeout: configuration.connectTimeout
        )
        defer { connection.end() }
        return try await body(Psql(executable: toolchain.chosen.psql, connection: connection))
    }

    /// Connects to the URL's database, or to one that every server has: to create a database, any will do.
    func openAnyDatabase(of url: DatabaseURL, minimum: PostgresVersion) async throws -> ServerSession {
        do {
            return try await open(url, minimum: minimum)
        } catch let error as PGBackupError where error.code == .databaseNotFound {
            for name in ["postgres", "template1"] {
                do {
                    return try await open(url.with(database: name), minimum: minimum)
                } catch let error as PGBackupError where error.code == .databaseNotFound {
                    continue
                }
            }
            throw error
        }
    }
}

extension BackupManifest {
    /// An archive is read by the version that wrote it, or a newer one.
    var toolVersion: PostgresVersion { PostgresVersion(number: tool.versionNumber) }
}
