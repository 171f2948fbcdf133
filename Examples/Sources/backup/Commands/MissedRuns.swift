import FoundationEssentials
import PGBackup
import Terminal

extension Settings {
    /// A run that a platform starts may begin this late without being missed.
    private static let tolerance = 1800.0

    /// What was missed of a database, and what of it was not delivered.
    struct Missed: Sendable {
        var events: [String] = []
        var undelivered: [NotificationFailure] = []

        /// What people should see of it.
        var notices: [String] { events + undelivered.map(\.description) }
    }

    /// Says and tells which runs did not take place since the last one, for a process that makes one run. The schedule is
    /// that of BACKUP_CRON_SCHEDULE, which says what a platform's is; where it is not set it is the template's, and counts
    /// only where the history tells of a last run that followed it: a platform may start runs at any time.
    func reportMissedRuns(of backups: PostgresBackup) async -> Missed {
        let last = await Self.lastRun(of: backups)
        guard hasOwnSchedule || last.isRemembered && last.date.map(followsSchedule) ?? false else { return Missed() }
        return await reportMissedRuns(of: backups, since: last.date, until: Date().addingTimeInterval(-Self.tolerance))
        {
            Console.note("backup: \($0)")
        }
    }

    /// Whether a run was begun when one was due, or a little later.
    private func followsSchedule(_ run: Date) -> Bool {
        guard let due = schedule.next(after: run.addingTimeInterval(-Self.tolerance)) else { return false }
        return due <= run
    }

    /// Says and tells which runs did not take place between the last one and a time.
    func reportMissedRuns(
        of backups: PostgresBackup,
        since last: Date?,
        until end: Date,
        say: (ScheduleEvent) -> Void
    ) async -> Missed {
        guard let last else { return Missed() }
        var state = ScheduleState(schedule, jitter: jitter)
        var missed = Missed()
        for event in state.start(at: .init(wall: end, monotonic: .now), lastRun: last).events {
            say(event)
            missed.events.append(event.description)
            missed.undelivered += await tell(event, backups)
        }
        return missed
    }

    /// Tells people of an event.
    /// - Returns: what was not delivered.
    func tell(_ event: ScheduleEvent, _ backups: PostgresBackup) async -> [NotificationFailure] {
        let name = "\(backups.configuration.database)"
        guard let notification = event.notification(database: name, now: Date()) else { return [] }
        return await notifications.deliver([notification])
    }

    /// When the newest run was begun, failed or not; nil when there is none or the store does not say.
    /// - Returns: also whether there is a history of runs.
    static func lastRun(of backups: PostgresBackup) async -> (date: Date?, isRemembered: Bool) {
        // A store that hangs is not waited for.
        let backups = backups.briefly
        async let run = try? await backups.history().runs.last?.startedAt
        async let backup = try? await backups.latest().startedAt
        let remembered = await run
        return ([remembered, await backup].compactMap { $0 }.max(), remembered != nil)
    }
}
