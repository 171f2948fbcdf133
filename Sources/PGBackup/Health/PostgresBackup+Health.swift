import FoundationEssentials
import GroundworkCore

extension PostgresBackup {
    /// Reads what the store holds and computes health: every manifest, the names of all verifications, the newest drill,
    /// and the history. With many backups keep the answer for a minute or so, rather than ask for each request.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func health(
        schedule: CronSchedule,
        options: BackupHealth.Options = BackupHealth.Options()
    ) async throws -> BackupHealth {
        let listing = try await list()
        let verifications = try await verifications()
        var drill: VerificationRecord?
        // One that cannot be read or was pruned in the meantime is passed over for the one before it.
        for summary in verifications.reversed().filter({ $0.level == .restored }).prefix(5) where drill == nil {
            drill = try? await verificationRecord(summary)
            try Task.checkCancellation()
        }
        var options = options
        options.notices += listing.unreadable.map { "The manifest \($0.key) cannot be read: \($0.error.code)." }
        return BackupHealth(
            backups: listing.backups,
            verifications: verifications,
            lastDrill: drill,
            history: try await history(),
            schedule: schedule,
            options: options,
            now: configuration.time.now
        )
    }
}
