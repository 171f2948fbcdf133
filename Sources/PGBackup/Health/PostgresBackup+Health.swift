import FoundationEssentials
import GroundworkCore

extension PostgresBackup {
    /// So many manifests that the catalog does not know make it worth writing anew.
    private static let worthwhile = 50

    /// Reads what the store holds and computes health: a listing of the manifests with the catalog that ``prune(_:)`` keeps,
    /// the names of all verifications, the newest drill, and the history. Manifests are read that the catalog does not know,
    /// and those of the newest and the newest verified backup. With many backups keep the answer for a minute or so, rather
    /// than ask for each request.
    ///
    /// Only backups and runs of this database count: of one of the name that the URL says, whatever server it was on. Backups of
    /// others in the folder are told of in ``BackupHealth/Options/notices``.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func health(
        schedule: CronSchedule,
        options: BackupHealth.Options = BackupHealth.Options()
    ) async throws -> BackupHealth {
        let now = configuration.time.now
        let (proofs, runs, level) = (try await verifications(), try await history(), options.requiredLevel)
        let known = try await operation("reading of the health") {
            try await knownBackups(updatesCatalogFrom: Self.worthwhile)
        }
        let others = known.candidates.filter { !isOwn($0) }
        let foreign = Set(others.map(\.id))
        let verifications = proofs.filter { !foreign.contains($0.backup) }
        var drill: VerificationRecord?
        // One that cannot be read or was pruned in the meantime is passed over for the one before it.
        for summary in verifications.reversed().filter({ $0.level == .restored }).prefix(5) where drill == nil {
            drill = try? await verificationRecord(summary)
            try Task.checkCancellation()
        }
        let (lastDrill, history) = (drill, runs.runs(of: databaseName, without: foreign))
        return try await operation("reading of the health") {
            var facts = HealthFacts(
                known.candidates.filter { !foreign.contains($0.id) }
                    .map { .init(candidate: $0, seconds: known.seconds[$0.id] ?? 0) },
                verifications,
                now: now
            )
            let newest = try await firstReadable(&facts) { $0.past.first?.candidate.id }
            let verified = try await firstReadable(&facts) { $0.newestVerified(level) }
            var options = options
            options.notices += [notice(ofOthers: others)].compactMap { $0 }
            options.notices += known.unreadable.reversed().map {
                "The manifest \($0.key) cannot be read: \($0.error.code)."
            }
            return BackupHealth(
                facts,
                lastBackup: newest,
                lastVerified: verified,
                lastDrill: lastDrill,
                history: history,
                schedule: schedule,
                options: options,
                now: now
            )
        }
    }

    /// The manifest of the backup that `choose` finds; one that is gone since it was listed, or is not what the catalog says,
    /// is forgotten and the next one taken.
    private func firstReadable(
        _ facts: inout HealthFacts,
        _ choose: (HealthFacts) -> BackupID?
    ) async throws -> BackupManifest? {
        while let id = choose(facts) {
            if case .success(let manifest) = try await readManifest(id) { return manifest }
            facts.remove(id)
        }
        return nil
    }
}
