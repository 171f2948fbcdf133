public import FoundationEssentials
import GroundworkCore

extension BackupHealth {
    /// Clocks differ; a backup that is further ahead than this was made by a clock that was wrong.
    private static let futureTolerance = 300.0

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
        let past = backups.filter { $0.startedAt.timeIntervalSince(now) <= Self.futureTolerance }
            .sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
        let proofs = BackupProofs(past, verifications)
        let runs = BackupTimeline.runs(of: past, history, proofs)
        let lastVerified = past.first { proofs.isVerified($0.id, options.requiredLevel) }

        self.date = now
        self.options = options
        self.schedule = schedule
        self.lastVerified = lastVerified
        lastBackup = past.first
        lastRun = runs.last?.record
        database = past.first.map { String(decoding: $0.source.database.utf8.prefix(200), as: UTF8.self) }
        nextRun = schedule.next(after: now)
        backupCount = backups.count
        storedBytes = backups.reduce(0) { sum, backup in
            let (next, overflow) = sum.addingReportingOverflow(max(0, backup.storedLength))
            return overflow ? .max : next
        }
        drill = lastDrill.map { Drill($0, newest: past.first) }
        let timeline = BackupTimeline(runs: runs, schedule: schedule, grace: options.grace, now: now)
        days = timeline.days
        gaps = timeline.gaps
        recentRuns = Array(runs.suffix(20).reversed())

        let verdict = HealthVerdict(
            lastVerified: lastVerified,
            hasBackups: !past.isEmpty,
            lastRun: runs.last?.record,
            schedule: schedule,
            options: options,
            now: now
        )
        isHealthy = verdict.isHealthy
        sentence = verdict.sentence
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

/// How far each backup is proved.
struct BackupProofs {
    private var candidates: [BackupID: RetentionCandidate] = [:]

    init(_ backups: [BackupManifest], _ verifications: [VerificationSummary]) {
        let verifications = Dictionary(grouping: verifications, by: \.backup)
        for backup in backups {
            var candidate = RetentionCandidate(backup)
            candidate.verifications = verifications[backup.id] ?? []
            candidates[backup.id] = candidate
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

/// The verdict and its reason.
private struct HealthVerdict {
    var isHealthy: Bool
    var sentence: String

    init(
        lastVerified: BackupManifest?,
        hasBackups: Bool,
        lastRun: RunRecord?,
        schedule: CronSchedule,
        options: BackupHealth.Options,
        now: Date
    ) {
        let zone = schedule.timeZone
        func late(_ due: Date?) -> Bool { due.map { now.timeIntervalSince($0) > options.grace.seconds } ?? false }
        let cause = Self.cause(lastRun, lastVerified)
        if let backup = lastVerified {
            let due = schedule.next(after: backup.startedAt)
            let age = DurationText.of(max(0, now.timeIntervalSince(backup.startedAt)))
            isHealthy = !late(due)
            if isHealthy {
                let next = schedule.next(after: now).map { " The next is due at \(zone.minuteText(of: $0))." } ?? ""
                sentence = "The last verified backup is \(age) old.\(next)\(cause)"
            } else {
                let missed = due.map { " The run that was due at \(zone.minuteText(of: $0)) has brought none." } ?? ""
                sentence = "The last verified backup is \(age) old, too old for the schedule.\(missed)\(cause)"
            }
        } else if !hasBackups, lastRun == nil, let start = options.processStart, let due = schedule.next(after: start),
            !late(due)
        {
            isHealthy = true
            sentence = "There is no backup yet. The first is due at \(zone.minuteText(of: due))."
        } else {
            isHealthy = false
            sentence =
                hasBackups
                ? "No backup is verified as far as is required (\(options.requiredLevel.rawValue)).\(cause)"
                : "There is no backup.\(cause)"
        }
    }

    /// What the last run has not achieved, and nobody has made good since.
    private static func cause(_ run: RunRecord?, _ lastVerified: BackupManifest?) -> String {
        guard let run, !run.isGood else { return "" }
        guard let backup = run.backup else { return " The last run failed (\(run.shortCode))." }
        return backup == lastVerified?.id ? "" : " The backup of the last run is not verified (\(run.shortCode))."
    }
}
