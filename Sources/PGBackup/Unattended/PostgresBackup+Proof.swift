import GroundworkCore

extension PostgresBackup {
    /// Restores a backup for proof. One whose drill cannot be made, or fails for another reason than the backup, is decoded
    /// all the same: that much is proved of it then.
    /// - Throws: ``PGBackupError``: what is wrong with the backup, or why there was no drill where decoding is not enough.
    func drillOrDecode(
        _ id: BackupID,
        _ options: UnattendedOptions,
        _ kept: Locked<RunOutcome>,
        _ progress: BackupProgressHandler?
    ) async throws -> VerificationRecord {
        do {
            return try await drilled(id, options, kept, progress)
        } catch let error as PGBackupError where !error.blamesTheBackup {
            guard options.settlesForDecoded || [.noSpace, .toolMissing].contains(error.code) else { throw error }
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
