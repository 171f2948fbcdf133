import FoundationEssentials

/// What health needs of all backups: facts that a listing and the catalog tell, without reading each manifest.
struct HealthFacts: Sendable {
    /// A backup.
    struct Backup: Sendable {
        var candidate: RetentionCandidate
        /// How many seconds it took.
        var seconds: Double
    }

    /// Clocks differ; a backup that is further ahead than this was made by a clock that was wrong.
    private static let futureTolerance = 300.0

    /// Without those from the future; the newest first.
    private(set) var past: [Backup]
    /// How many backups are there, those from the future too.
    private(set) var count: Int
    /// The stored bytes of those from the future.
    private(set) var futureBytes: Int64 = 0
    let proofs: BackupProofs

    init(_ backups: [Backup], _ verifications: [VerificationSummary], now: Date) {
        func isPast(_ backup: Backup) -> Bool {
            backup.candidate.date.timeIntervalSince(now) <= Self.futureTolerance
        }
        let past = backups.filter(isPast).sorted {
            ($0.candidate.date, $0.candidate.id) > ($1.candidate.date, $1.candidate.id)
        }
        self.past = past
        count = backups.count
        for backup in backups where !isPast(backup) {
            let (sum, overflow) = futureBytes.addingReportingOverflow(max(0, backup.candidate.storedLength))
            futureBytes = overflow ? .max : sum
        }
        proofs = BackupProofs(past, verifications)
    }

    /// The newest backup that is verified as far as a level.
    func newestVerified(_ level: VerificationLevel) -> BackupID? {
        past.first { proofs.isVerified($0.candidate.id, level) }?.candidate.id
    }

    /// Forgets a backup that turned out to be gone.
    mutating func remove(_ id: BackupID) {
        past.removeAll { $0.candidate.id == id }
        count -= 1
    }
}

/// How far each backup is proved.
struct BackupProofs {
    private var candidates: [BackupID: RetentionCandidate] = [:]

    init(_ backups: [HealthFacts.Backup], _ verifications: [VerificationSummary]) {
        let verifications = Dictionary(grouping: verifications, by: \.backup)
        for backup in backups {
            var candidate = backup.candidate
            candidate.verifications = verifications[candidate.id] ?? []
            candidates[candidate.id] = candidate
        }
    }

    func isDamaged(_ id: BackupID) -> Bool { candidates[id]?.standingFailure != nil }

    /// The highest level that was passed; every backup was checked when it was stored.
    func level(_ id: BackupID) -> VerificationLevel? {
        guard let candidate = candidates[id] else { return nil }
        return max(.stored, candidate.verifications.filter(\.passed).map(\.level).max() ?? .stored)
    }

    func isVerified(_ id: BackupID, _ level: VerificationLevel) -> Bool {
        guard let reached = self.level(id) else { return false }
        return reached >= level && !isDamaged(id)
    }
}
