import GroundworkCore

extension PostgresBackup {
    /// The part of the time that is left which a drill may take where decoding is enough; the rest is for that.
    private static let shareOfDrill = 0.75

    /// Restores a backup for proof. One whose drill cannot be made, or fails for another reason than the backup, is decoded
    /// all the same: that much is proved of it then.
    /// - Parameter end: the deadline of the run.
    /// - Throws: ``PGBackupError``: what is wrong with the backup, or why there was no drill where decoding is not enough.
    func drillOrDecode(
        _ id: BackupID,
        _ options: UnattendedOptions,
        _ kept: Locked<RunOutcome>,
        _ end: ContinuousClock.Instant?,
        _ progress: BackupProgressHandler?
    ) async throws -> VerificationRecord {
        do {
            guard options.settlesForDecoded, let end else { return try await drilled(id, options, kept, progress) }
            let time = configuration.time
            let share = time.monotonic.duration(to: end) * Self.shareOfDrill
            do {
                return try await withDeadline(time.monotonic.advanced(by: share), time: time) {
                    try await drilled(id, options, kept, progress)
                }
            } catch is DeadlineExceeded {
                throw PGBackupError(
                    .timedOut,
                    "The drill was stopped after \(Int(share.seconds)) seconds, three quarters of what was left of the run's "
                        + "deadline. Allow more time."
                )
            }
        } catch let error as PGBackupError where !error.blamesTheBackup {
            guard
                options.settlesForDecoded
                    || [.noSpace, .toolMissing, .extensionMissing, .localeMissing].contains(error.code)
            else {
                throw error
            }
            let record = try await verifyAndRecord(id, progress: progress)
            guard options.settlesForDecoded else { throw error }
            kept.withLock { outcome in
                outcome.warnings.append(
                    "The backup was not restored for proof, only decoded: \(error.message) Where that is enough, set "
                        + "BACKUP_VERIFY=decoded."
                )
            }
            return record
        }
    }
}
