import FoundationEssentials
import GroundworkCore

/// The verdict and its reason.
struct HealthVerdict {
    var isHealthy: Bool
    var sentence: String
    /// Until when it stays healthy without a further backup; nil when it is not.
    var goodUntil: Date?

    init(
        lastVerified: BackupManifest?,
        hasBackups: Bool,
        lastRun: RunRecord?,
        schedule: CronSchedule,
        options: BackupHealth.Options,
        now: Date
    ) {
        let zone = schedule.timeZone
        let running = options.running
        // What was in time when a run began stays so while that run may take.
        let runEnd = running?.deadline.flatMap { $0 >= now ? $0 : nil }
        let judged = runEnd == nil ? now : min(now, running?.startedAt ?? now)
        func late(_ due: Date?) -> Bool { due.map { judged.timeIntervalSince($0) > options.grace.seconds } ?? false }
        func end(_ due: Date?) -> Date? {
            due.map { max($0.addingTimeInterval(options.grace.seconds), runEnd ?? $0) }
        }
        let atWork = running.map { " A run has been at work since \(zone.minuteText(of: $0.startedAt))." } ?? ""
        let cause = Self.cause(lastRun, lastVerified) + atWork
        if let backup = lastVerified {
            // A backup that was begun a little before its due time is that time's.
            let due = schedule.next(after: backup.startedAt.addingTimeInterval(BackupTimeline.earliness))
            let age = DurationText.of(max(0, now.timeIntervalSince(backup.startedAt)))
            isHealthy = !late(due)
            if isHealthy {
                goodUntil = end(due)
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
            goodUntil = end(due)
            sentence = "There is no backup yet. The first is due at \(zone.minuteText(of: due)).\(atWork)"
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
