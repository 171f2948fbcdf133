import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Makes one backup as a night does: keeps other runs away, dumps, stores, verifies, prunes, writes the history and
    /// the status page, and tells whoever wants to know.
    ///
    /// Whatever fails after the backup is stored changes the status and is told, and never the fact that there is a
    /// backup.
    /// - Throws: `CancellationError` only.
    public func runUnattended(
        _ options: UnattendedOptions = UnattendedOptions(),
        progress: BackupProgressHandler? = nil
    ) async throws -> RunOutcome {
        let startedAt = configuration.time.now
        let start = configuration.time.monotonic
        var outcome = try await protectedRun(options, progress)
        guard outcome.status != .busy else { return outcome }
        let record =
            outcome.report.map(RunRecord.init)
            ?? RunRecord(
                startedAt: startedAt,
                duration: start.duration(to: configuration.time.monotonic),
                error: outcome.error ?? PGBackupError(.systemFailure, "The run left no outcome.")
            )
        await tell(record, options, &outcome)
        await writeStatusPage(options, &outcome)
        if outcome.status == .ok, !outcome.undelivered.isEmpty || !outcome.warnings.isEmpty {
            outcome.status = .incomplete
        }
        for notice in outcome.notices { logger.error("\(notice)") }
        try Task.checkCancellation()
        return outcome
    }

    /// The part that is done under the lock and the deadline.
    private func protectedRun(
        _ options: UnattendedOptions,
        _ progress: BackupProgressHandler?
    ) async throws -> RunOutcome {
        let (time, kept) = (configuration.time, Locked(RunOutcome(status: .failed)))
        do {
            try await withDeadline(options.deadline.map { time.monotonic.advanced(by: $0) }, time: time) {
                guard options.isExclusive else { return try await work(options, kept, progress) }
                try await exclusively { _ in try await work(options, kept, progress) }
            }
        } catch is DeadlineExceeded {
            let error = PGBackupError(
                .timedOut,
                "The run was stopped at its deadline of \(options.deadline?.seconds ?? 0) seconds. Allow more time, or find "
                    + "out what made it slow."
            )
            kept.withLock { $0.note(error) }
        } catch let error as PGBackupError {
            kept.withLock { $0.note(error) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            kept.withLock {
                $0.note(PGBackupError(.systemFailure, "The run failed: \(error).", underlyingError: error))
            }
        }
        return kept.withLock { $0 }
    }

    private func work(
        _ options: UnattendedOptions,
        _ kept: Locked<RunOutcome>,
        _ progress: BackupProgressHandler?
    ) async throws {
        let report = try await run(progress: progress)
        kept.withLock { outcome in
            outcome.report = report
            outcome.status = options.verification == .stored ? .ok : .unverified
        }
        if options.verification != .stored {
            do {
                let id = report.manifest.id
                let record =
                    options.verification == .restored
                    ? try await drill(id, options: options.drill, progress: progress).record
                    : try await verifyAndRecord(id, progress: progress)
                kept.withLock { outcome in
                    outcome.verification = record
                    outcome.status = .ok
                }
            } catch let error as PGBackupError {
                kept.withLock { $0.verificationError = error }
                // Old backups are the only ones that are known to be good.
                return
            }
        }
        guard let policy = options.retention else { return }
        do {
            var prune = PruneOptions()
            prune.policy = policy
            prune.isDryRun = false
            let pruned = try await self.prune(prune)
            kept.withLock { outcome in
                outcome.pruned = pruned
                outcome.warnings += pruned.failures.map { "\($0.key) could not be pruned: \($0.error.message)" }
            }
        } catch let error as PGBackupError {
            kept.withLock { $0.warnings.append("Old backups could not be pruned: \(error.message)") }
        }
    }

    /// Writes the history and notifies.
    private func tell(_ record: RunRecord, _ options: UnattendedOptions, _ outcome: inout RunOutcome) async {
        var events: [BackupEvent] = []
        let name = options.databaseName ?? outcome.report?.manifest.source.database ?? "\(configuration.database)"
        let now = configuration.time.now
        do {
            let before = try await briefly("reading of the history") { try await history() }
            let hadBackups = try await briefly("listing") { try await hasBackups(besides: record.backup) }
            events = before.events(after: record, database: name, hadBackups: hadBackups, now: now)
            _ = try await briefly("writing of the history") { try await remember(record) }
        } catch {
            // The store is out of order; people are told all the same.
            if events.isEmpty {
                events = RunHistory().events(after: record, database: name, hadBackups: true, now: now)
            }
            outcome.warnings.append("The history of runs could not be written: \(Self.text(error))")
        }
        if let error = outcome.verificationError {
            // Not a success: the dead-man switch must not hear of it.
            events.removeAll { [.succeeded, .recovered, .firstSuccess].contains($0.kind) }
            let text = "The backup of \(name) was stored, but it is not verified. \(error.message)"
            var event = BackupEvent(.failed, date: now, database: name, message: text, run: record)
            event.failures = 1
            events.append(event)
        } else if outcome.status == .unverified {
            events.removeAll { [.succeeded, .recovered, .firstSuccess].contains($0.kind) }
            let text = "The backup of \(name) was stored, but it is not verified. \(outcome.error?.message ?? "")"
            events.append(BackupEvent(.failed, date: now, database: name, message: text, run: record))
        }
        outcome.undelivered += await options.notifications.deliver(events)
    }

    private func hasBackups(besides id: BackupID?) async throws -> Bool {
        for try await object in store.list(prefix: keys.manifests) {
            if let found = keys.id(ofManifest: object.key), found != id { return true }
        }
        return false
    }

    private func writeStatusPage(_ options: UnattendedOptions, _ outcome: inout RunOutcome) async {
        guard options.writesStatusPage, let schedule = options.schedule else { return }
        var health = options.health
        health.notices += outcome.notices
        let measured = health
        do {
            try await briefly("status page") { try await storeStatusPage(schedule: schedule, options: measured) }
        } catch {
            outcome.warnings.append("The status page could not be written: \(Self.text(error))")
        }
    }

    /// Computes health and stores its page beside the backups, as `status.html`.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func storeStatusPage(
        schedule: CronSchedule,
        options: BackupHealth.Options = BackupHealth.Options()
    ) async throws {
        let page = try await health(schedule: schedule, options: options).statusPage
        try await operation("writing of the status page") {
            var put = ObjectPutOptions()
            put.contentType = "text/html; charset=utf-8"
            try await store.put(keys.statusPage, .bytes(Array(page.utf8)), options: put)
        }
    }

    /// What follows a run has a minute.
    private func briefly<Result: Sendable>(
        _ name: String,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let time = configuration.time
        do {
            return try await withDeadline(time.monotonic.advanced(by: .seconds(60)), time: time, body)
        } catch is DeadlineExceeded {
            throw PGBackupError(.timedOut, "The \(name) took longer than a minute.")
        }
    }

    private static func text(_ error: any Error) -> String { (error as? PGBackupError)?.message ?? "\(error)" }
}

extension RunOutcome {
    /// The run ended with an error; a backup that is stored remains one.
    fileprivate mutating func note(_ failure: PGBackupError) {
        if report == nil { status = RunStatus(of: failure) }
        error = failure
    }
}
