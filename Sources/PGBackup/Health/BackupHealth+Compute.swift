public import FoundationEssentials
import GroundworkCore

extension BackupHealth {
    /// Computes health: a pure function.
    /// - Parameters:
    ///   - backups: the manifests of all backups, in any order.
    ///   - verifications: all verifications, as ``PostgresBackup/verifications(of:)`` lists them.
    ///   - lastDrill: the newest record of the level ``VerificationLevel/restored``.
    ///   - history: the runs of the past.
    ///   - schedule: when backups are due.
    ///   - options: what health is measured by.
    ///   - now: the present time.
    public init(
        backups: [BackupManifest],
        verifications: [VerificationSummary] = [],
        lastDrill: VerificationRecord? = nil,
        history: RunHistory = RunHistory(),
        schedule: CronSchedule,
        options: Options = Options(),
        now: Date
    ) {
        let facts = HealthFacts(
            backups.map { .init(candidate: RetentionCandidate($0), seconds: RunRecord($0).seconds) },
            verifications,
            now: now
        )
        let manifests = Dictionary(backups.map { ($0.id, $0) }) { first, _ in first }
        self.init(
            facts,
            lastBackup: facts.past.first.flatMap { manifests[$0.candidate.id] },
            lastVerified: facts.newestVerified(options.requiredLevel).flatMap { manifests[$0] },
            lastDrill: lastDrill,
            history: history,
            schedule: schedule,
            options: options,
            now: now
        )
    }

    /// Computes health of what is known of all backups, and of two manifests: those of the newest backup and of the newest
    /// verified one.
    init(
        _ facts: HealthFacts,
        lastBackup: BackupManifest?,
        lastVerified: BackupManifest?,
        lastDrill: VerificationRecord?,
        history: RunHistory,
        schedule: CronSchedule,
        options: Options,
        now: Date
    ) {
        let runs = BackupTimeline.runs(of: facts.past, history, facts.proofs)

        self.date = now
        self.options = options
        self.schedule = schedule
        self.lastVerified = lastVerified
        self.lastBackup = lastBackup
        lastRun = runs.last?.record
        database = lastBackup.map { String(decoding: $0.source.database.utf8.prefix(200), as: UTF8.self) }
        nextRun = schedule.next(after: now)
        backupCount = facts.count
        storedBytes = facts.past.reduce(facts.futureBytes) { sum, backup in
            let (next, overflow) = sum.addingReportingOverflow(max(0, backup.candidate.storedLength))
            return overflow ? .max : next
        }
        drill = lastDrill.map { Drill($0, newest: lastBackup) }
        let timeline = BackupTimeline(runs: runs, schedule: schedule, grace: options.grace, now: now)
        days = timeline.days
        gaps = timeline.gaps
        recentRuns = Array(runs.suffix(20).reversed())

        let verdict = HealthVerdict(
            lastVerified: lastVerified,
            hasBackups: !facts.past.isEmpty,
            lastRun: runs.last?.record,
            schedule: schedule,
            options: options,
            now: now
        )
        isHealthy = verdict.isHealthy
        sentence = verdict.sentence
        goodUntil = verdict.goodUntil
    }
}

extension BackupHealth.Drill {
    init(_ record: VerificationRecord, newest: BackupManifest?) {
        backup = record.backup
        date = record.startedAt
        passed = record.passed
        restoreSeconds = record.restoreSeconds ?? record.seconds
        var ratio = 1.0
        if let size = newest?.source.databaseSize, let restored = record.restoredBytes, restored > 0 {
            ratio = Double(size) / Double(restored)
        } else if let length = newest?.archive.length, record.archiveBytes > 0 {
            ratio = Double(length) / Double(record.archiveBytes)
        }
        projectedSeconds = restoreSeconds * ratio
    }
}
