import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Rehearses a restore: the backup is restored into a database of its own, its rows are compared with the manifest, its
    /// indexes are checked, and the time is measured. The outcome is stored beside the backup as a record of the level
    /// ``VerificationLevel/restored``; the database, and the cluster that was made for it, are removed.
    ///
    /// Like a restore it reads every byte and compares every hash, and it reads the script of roles, so it proves what the
    /// levels below it prove.
    /// - Parameters:
    ///   - id: the backup; nil for the latest.
    ///   - options: where and how.
    ///   - progress: told of progress.
    /// - Throws: ``PGBackupError``, `CancellationError`. When the backup itself is at fault (see
    ///   ``PGBackupError/blamesTheBackup``) the failure is recorded before it is thrown; when something else is (no
    ///   programs, a full disk, a server that goes away), nothing is recorded.
    @discardableResult
    public func drill(
        _ id: BackupID? = nil,
        options: DrillOptions = DrillOptions(),
        progress: BackupProgressHandler? = nil
    ) async throws -> DrillReport {
        try configuration.check()
        let time = configuration.time
        let startedAt = time.now
        let start = time.monotonic
        let reporter = ProgressReporter(progress, time: time)
        let manifest = if let id { try await self.manifest(id) } else { try await latest() }
        let outcome: DrillOutcome
        do {
            outcome = try await operation("drill of \(manifest.id)") {
                var outcome = try await withDrillServer(manifest, options) { server in
                    try await rehearse(manifest, on: server, options, reporter)
                }
                outcome.roleScript = try await faultOfRoleScript(manifest)
                return outcome
            }
        } catch let error as PGBackupError where error.blamesTheBackup {
            await recordFailure(of: manifest, startedAt, start.duration(to: time.monotonic), error.message)
            throw error
        }
        let duration = start.duration(to: time.monotonic)
        let record = outcome.record(manifest, startedAt, duration)
        try await store(record)
        guard record.passed else { throw outcome.error(manifest) }
        let projection = RestoreProjection(
            measuredSeconds: record.restoreSeconds ?? 0,
            restoredBytes: outcome.restoredBytes,
            presentBytes: await presentSize(of: manifest.source) ?? manifest.source.databaseSize,
            target: options.restoreTarget
        )
        logger.info("Drill passed", metadata: ["id": "\(manifest.id)", "projection": "\(projection.sentence)"])
        return DrillReport(
            record: record,
            toolchain: outcome.restore.toolchain,
            usedThrowAwayCluster: outcome.isThrowAway,
            restoreDuration: outcome.restore.restoreDuration,
            analyzeDuration: outcome.restore.analyzeDuration,
            duration: duration,
            projection: projection
        )
    }

    /// Everything between the making of a server and its end.
    private func rehearse(
        _ manifest: BackupManifest,
        on server: DrillServer,
        _ options: DrillOptions,
        _ progress: ProgressReporter
    ) async throws -> DrillOutcome {
        progress.begin(.connecting)
        let session = try await openAnyDatabase(of: server.url, minimum: manifest.toolVersion)
        defer { session.connection.end() }
        if !server.isThrowAway { try await dropAbandonedDrills(session) }
        let preflight = DrillPreflight.look(
            manifest,
            roles: try await roles(session.psql),
            offered: try await DrillPreflight.offeredExtensions(session.psql)
        )
        var notes = preflight.notes
        var restore = RestoreOptions()
        restore.comparesRows = false
        // What the server of a drill lacks is left out and told.
        restore.skipsPreflight = true
        restore.dropsAfterFailure = !server.isThrowAway
        if server.isThrowAway, manifest.server != nil {
            try await createPlainRoles(preflight.missingRoles, session.psql)
        } else if manifest.server == nil || !preflight.missingRoles.isEmpty {
            restore.restoresOwners = false
            restore.restoresPrivileges = false
        }
        if !preflight.missingRoles.isEmpty, !server.isThrowAway {
            notes.append(
                "The server of the drill lacks the roles \(preflight.missingRoles.joined(separator: ", ")): owners and rights "
                    + "were left out."
            )
        }
        if server.isThrowAway {
            notes.append("The throw-away cluster does without what makes data durable: a real server takes longer.")
        }
        let needsEntries = !preflight.missingExtensions.isEmpty || options.comparesContents
        let entries = needsEntries ? try await archiveEntries(manifest) : []
        let directory = try OwnedDirectory(in: configuration.temporaryDirectory, prefix: Self.drillClusterPrefix)
        defer { directory.remove() }
        if !preflight.missingExtensions.isEmpty {
            let list = DrillPreflight.list(of: entries, without: preflight.missingExtensions)
            restore.listFile = try directory.write("list", Array(list.utf8))
        }
        let rehearsal = Rehearsal(
            manifest: manifest,
            options: options,
            restore: restore,
            entries: entries,
            server: server,
            lack: DrillLack(extensions: preflight.missingExtensions),
            notes: notes
        )
        let name = drillDatabaseName()
        guard !server.isThrowAway else { return try await carryOut(rehearsal, name, session, progress) }
        return try await claiming(name, session) { note in
            var rehearsal = rehearsal
            rehearsal.notes += [note].compactMap(\.self)
            return try await carryOut(rehearsal, name, session, progress)
        }
    }

    /// What is restored, how, and where to.
    private struct Rehearsal: Sendable {
        var manifest: BackupManifest
        var options: DrillOptions
        var restore: RestoreOptions
        var entries: [ArchiveEntry]
        var server: DrillServer
        var lack: DrillLack
        var notes: [String]
    }

    /// Restores into a new database, examines it, and drops it.
    private func carryOut(
        _ rehearsal: Rehearsal,
        _ name: String,
        _ session: ServerSession,
        _ progress: ProgressReporter
    ) async throws -> DrillOutcome {
        var rehearsal = rehearsal
        let server = rehearsal.server
        let report = try await restoreForDrill(&rehearsal, name, session, progress)
        var outcome: DrillOutcome
        do {
            outcome = try await examine(report, rehearsal, progress)
        } catch {
            throw await server.isThrowAway ? error : dropping(name, session, after: error)
        }
        guard !server.isThrowAway else { return outcome }
        do {
            try await drop(name, session)
        } catch {
            if Task.isCancelled { throw leaving(name, session, after: CancellationError(), because: error) }
            // It is judged already; a later drill drops what this one leaves.
            logger.error("A drill's database could not be dropped", metadata: ["database": "\(name)"])
            outcome.notes.append(
                "The database \(name) of the drill could not be dropped. Drop it by hand. (\(error))"
            )
        }
        return outcome
    }

    /// Restores; where the server does not know the source's locale, with another
    /// (``BackupManifest/Source/replacementLocales``).
    private func restoreForDrill(
        _ rehearsal: inout Rehearsal,
        _ name: String,
        _ session: ServerSession,
        _ progress: ProgressReporter
    ) async throws -> RestoreReport {
        let (manifest, server) = (rehearsal.manifest, session.connection.url)
        var locales = manifest.source.replacementLocales[...]
        while true {
            do {
                let report = try await restore(manifest, intoNew: name, on: server, rehearsal.restore, progress)
                rehearsal.notes += [rehearsal.lack.locale?.note].compactMap(\.self)
                return report
            } catch let error as PGBackupError {
                guard error.isAboutLocale, let locale = locales.popFirst() else { throw rehearsal.lack.explain(error) }
                let missing = manifest.source.locale ?? manifest.source.collation
                rehearsal.lack.locale = DrillLack.Locale(missing: missing, taken: locale)
                rehearsal.restore.replacementLocale = locale
            }
        }
    }

    private func examine(
        _ report: RestoreReport,
        _ rehearsal: Rehearsal,
        _ progress: ProgressReporter
    ) async throws -> DrillOutcome {
        let (manifest, options) = (rehearsal.manifest, rehearsal.options)
        progress.begin(.comparing)
        return try await withPsql(of: report.database, report.toolchain) { psql in
            let size = try await psql.run("SELECT pg_catalog.pg_database_size(current_database());\n")
            var rows = RowComparison.compare(manifest.tables, with: try await RestoredTable.read(by: psql))
            if options.comparesContents {
                let comparison = ContentComparison(psql: psql, entries: rehearsal.entries)
                rows.add(try await comparison.compare(manifest.tables ?? []))
            }
            var outcome = DrillOutcome(
                restore: report,
                rows: rows,
                restoredBytes: Int64(size.trimmingASCIIWhitespace()) ?? 0,
                isThrowAway: rehearsal.server.isThrowAway,
                notes: rehearsal.notes + report.warnings
            )
            if rows.comparison.contents == 0 {
                outcome.notes.append(
                    "The rows of no table were compared by their SHA-256: the manifest has none that could be."
                )
            }
            if options.checksIntegrity {
                switch try await IntegrityCheck.run(by: psql) {
                case .done(let integrity): outcome.integrity = integrity
                case .unavailable(let reason): outcome.notes.append("Indexes were not checked. \(reason)")
                }
            }
            return outcome
        }
    }

    /// The size of the database as it is now; nil when its server does not answer, or when it is another one.
    private func presentSize(of source: BackupManifest.Source) async -> Int64? {
        let url = configuration.database
        guard
            let session = try? await limited("question for its size", toServer: url, { try await open(url) })
        else { return nil }
        defer { session.connection.end() }
        guard session.facts.database == source.database, session.facts.systemIdentifier == source.systemIdentifier
        else {
            return nil
        }
        return session.facts.size
    }

    private func recordFailure(
        of manifest: BackupManifest,
        _ startedAt: Date,
        _ duration: Duration,
        _ message: String
    ) async {
        var record = VerificationRecord(
            backup: manifest.id,
            level: .restored,
            passed: false,
            startedAt: startedAt,
            seconds: duration.seconds,
            storedBytes: 0,
            archiveBytes: 0
        )
        record.message = message
        do {
            try await store(record)
        } catch {
            logger.error("A failed drill could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
