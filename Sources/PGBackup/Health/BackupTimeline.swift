import FoundationEssentials
import GroundworkCore

/// The days of the past with their runs, and the due times that brought no backup.
struct BackupTimeline {
    static let dayCount = 90
    /// More due times than this are not looked at.
    private static let dueLimit = 30_000
    private static let gapLimit = 20
    /// Clocks of the process and the schedule may differ by so much.
    static let earliness = 60.0

    private(set) var days: [BackupHealth.Day] = []
    /// The newest first.
    private(set) var gaps: [Date] = []
    private let zone: IANATimeZone
    private let firstDay: Int

    /// - Parameter runs: oldest first.
    init(runs: [BackupHealth.Run], schedule: CronSchedule, grace: Duration, now: Date) {
        zone = schedule.timeZone
        firstDay = Self.localDay(now, schedule.timeZone) - Self.dayCount + 1
        days = (0..<Self.dayCount).map { [firstDay] number in
            let midnight = UTCDateTime(secondsSince1970: (firstDay + number) * 86_400)
            return BackupHealth.Day(text: String(midnight.rfc3339.prefix(10)))
        }
        for run in runs { add(run) }
        findGaps(runs, schedule, grace, now)
    }

    private static func localDay(_ date: Date, _ zone: IANATimeZone) -> Int {
        let second = UTCDateTime(date).secondsSince1970
        let local = second + zone.rules.segment(containing: second).offset
        return local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
    }

    private func index(_ date: Date) -> Int? {
        let index = Self.localDay(date, zone) - firstDay
        return days.indices.contains(index) ? index : nil
    }

    private mutating func add(_ run: BackupHealth.Run) {
        guard let index = index(run.record.startedAt) else { return }
        if run.isDamaged { days[index].isDamaged = true }
        guard run.record.succeeded else {
            days[index].failures += 1
            return
        }
        days[index].backups += 1
        days[index].storedBytes = run.record.storedBytes
        days[index].seconds = run.record.seconds
        days[index].level = run.level
    }

    /// A due time is met by a backup that was begun between it and the next one.
    private mutating func findGaps(
        _ runs: [BackupHealth.Run],
        _ schedule: CronSchedule,
        _ grace: Duration,
        _ now: Date
    ) {
        guard let first = runs.first?.record.startedAt else { return }
        let begun = runs.filter(\.record.succeeded).map { $0.record.startedAt.addingTimeInterval(Self.earliness) }
        let dense = Double(Self.dueLimit * schedule.expression.shortestInterval) * 60
        let window = min(Double(Self.dayCount) * 86_400, dense)
        // Nothing was due before the first run that is known of.
        let start = max(first.addingTimeInterval(-Self.earliness), now.addingTimeInterval(-window))
        var due = schedule.next(after: start)
        var place = 0
        while let current = due, now.timeIntervalSince(current) > grace.seconds {
            due = schedule.next(after: current)
            while place < begun.count, begun[place] < current { place += 1 }
            let isMet = place < begun.count && (due.map { begun[place] < $0 } ?? true)
            guard !isMet else { continue }
            gaps.append(current)
            if gaps.count > Self.gapLimit { gaps.removeFirst() }
            if let index = index(current) { days[index].gaps += 1 }
        }
        gaps.reverse()
    }

    /// All runs, oldest first: those of the history, and those whose manifests are there.
    static func runs(
        of backups: [HealthFacts.Backup],
        _ history: RunHistory,
        _ proofs: BackupProofs
    ) -> [BackupHealth.Run] {
        var records: [RunRecord] = []
        let known = Set(backups.map(\.candidate.id))
        var remembered: Set<BackupID> = []
        for run in history.runs {
            if let backup = run.backup { guard remembered.insert(backup).inserted else { continue } }
            records.append(run)
        }
        records += backups.filter { !remembered.contains($0.candidate.id) }.map {
            RunRecord($0.candidate, seconds: $0.seconds)
        }
        return records.sorted { $0.startedAt < $1.startedAt }.map { record in
            BackupHealth.Run(
                record: record,
                level: record.backup.flatMap { proofs.level($0) },
                isDamaged: record.backup.map { proofs.isDamaged($0) } ?? false,
                isPruned: record.backup.map { !known.contains($0) } ?? false
            )
        }
    }
}
