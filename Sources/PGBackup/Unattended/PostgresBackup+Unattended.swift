import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Makes one backup as a night does: keeps other runs away, dumps, stores, verifies, prunes, writes the history and
    /// the status page, and tells whoever wants to know.
    ///
    /// Whatever fails after the backup is stored changes the status and is told, and never the fact that there is a
    /// backup: a run that is cancelled after that returns its outcome, without telling anybody.
    /// - Throws: `CancellationError` only, when there is no backup.
    public func runUnattended(
        _ options: UnattendedOptions = UnattendedOptions(),
        progress: BackupProgressHandler? = nil
    ) async throws -> RunOutcome {
        let startedAt = configuration.time.now
        let start = configuration.time.monotonic
        await removeLeftovers(ofDrillsIn: options.drill.clusterDirectory)
        var outcome = try await protectedRun(options, progress)
        guard outcome.status != .busy else {
            if !Task.isCancelled { await tellIfNoneIsFresh(options, &outcome) }
            for notice in outcome.notices { logger.warning("\(notice)") }
            return outcome
        }
        if !Task.isCancelled {
            let duration = start.duration(to: configuration.time.monotonic)
            var record = outcome.record(startedAt, duration)
            record.database = record.database ?? databaseName
            await tell(record, options, &outcome)
            await writeStatusPage(options, &outcome)
        }
        if outcome.status == .ok, outcome.isLacking { outcome.status = .incomplete }
        for notice in outcome.notices { logger.warning("\(notice)") }
        if outcome.report == nil { try Task.checkCancellation() }
        return outcome
    }

    /// The part that is done under the lock and the deadline.
    private func protectedRun(
        _ options: UnattendedOptions,
        _ progress: BackupProgressHandler?
    ) async throws -> RunOutcome {
        let (time, kept) = (configuration.time, Locked(RunOutcome(status: .failed)))
        if let deadline = options.deadline, deadline <= .zero {
            kept.withLock {
                $0.note(PGBackupError(.timedOut, "The run was not begun: its deadline passed before its turn."))
            }
            return kept.withLock { $0 }
        }
        let end = options.deadline.map { time.monotonic.advanced(by: $0) }
        do {
            try await withDeadline(end, time: time) {
                guard options.isExclusive else { return try await work(options, kept, end, progress) }
                try await exclusively { protection in
                    try await work(options, kept, end, progress, unprotected: protection.warnings)
                }
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
            // What is stored stays, and whoever ended the run is told so.
            guard kept.withLock({ $0.report != nil }) else { throw CancellationError() }
            kept.withLock {
                $0.note(PGBackupError(.interrupted, "The run was ended after its backup had been stored."))
            }
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
        _ end: ContinuousClock.Instant?,
        _ progress: BackupProgressHandler?,
        unprotected: [String] = []
    ) async throws {
        let report = try await run(progress: progress)
        kept.withLock { outcome in
            outcome.report = report
            outcome.warnings += unprotected + [report.folderWarning].compactMap(\.self)
            outcome.status = .unverified
        }
        do {
            let id = report.manifest.id
            let record =
                options.verification == .restored
                ? try await drillOrDecode(id, options, kept, end, progress)
                : try await verifyAndRecord(id, level: options.verification, progress: progress)
            kept.withLock { outcome in
                outcome.verification = record
                outcome.status = .ok
            }
        } catch let error as PGBackupError {
            kept.withLock { $0.verificationError = error }
            // Old backups are the only ones that are known to be good.
            return
        }
        guard let policy = options.retention else { return }
        do {
            var prune = PruneOptions()
            prune.policy = policy
            prune.orphanAge = options.orphanAge
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

    /// Restores a backup for proof, and keeps how long a restore would take.
    func drilled(
        _ id: BackupID,
        _ options: UnattendedOptions,
        _ kept: Locked<RunOutcome>,
        _ progress: BackupProgressHandler?
    ) async throws -> VerificationRecord {
        let report = try await drill(id, options: options.drill, progress: progress)
        kept.withLock { outcome in
            outcome.projection = report.projection
            outcome.warnings += [outcome.missedTarget].compactMap(\.self)
        }
        return report.record
    }
}

extension RunOutcome {
    /// The run ended with an error; a backup that is stored remains one.
    fileprivate mutating func note(_ failure: PGBackupError) {
        if report == nil { status = RunStatus(of: failure) }
        error = failure
    }

    /// Whether anything beside the verified backup was not done.
    fileprivate var isLacking: Bool { error != nil || !undelivered.isEmpty || !warnings.isEmpty }

    /// What the history says of it.
    fileprivate func record(_ startedAt: Date, _ duration: Duration) -> RunRecord {
        let unknown = PGBackupError(.systemFailure, "The run left no outcome.")
        guard let report else { return RunRecord(startedAt: startedAt, duration: duration, error: error ?? unknown) }
        var record = RunRecord(report)
        if verification != nil { record.isVerified = true }
        if status == .unverified { record.failVerification(verificationError ?? error ?? unknown) }
        return record
    }
}
