import FoundationEssentials
import PGBackup
import Terminal

extension Settings {
    /// A run that a platform starts may begin this late without being missed.
    private static let tolerance = 1800.0

    /// Says and tells which runs did not take place since the last one, for a process that makes one run. Only where the
    /// schedule was set: ours says nothing about a platform's.
    /// - Returns: what was missed, and what was not delivered.
    func reportMissedRuns(of backups: PostgresBackup) async -> (events: [String], undelivered: [NotificationFailure]) {
        guard hasOwnSchedule, let last = await Self.lastRun(of: backups) else { return ([], []) }
        var state = ScheduleState(schedule, jitter: jitter)
        let now = Date().addingTimeInterval(-Self.tolerance)
        let events = state.start(at: .init(wall: now, monotonic: .now), lastRun: last).events
        var undelivered: [NotificationFailure] = []
        for event in events {
            Console.note("backup: \(event)")
            undelivered += await tell(event, backups)
        }
        return (events.map(\.description), undelivered)
    }

    /// Tells people of an event.
    /// - Returns: what was not delivered.
    func tell(_ event: ScheduleEvent, _ backups: PostgresBackup) async -> [NotificationFailure] {
        let name = "\(backups.configuration.database)"
        guard let notification = event.notification(database: name, now: Date()) else { return [] }
        return await notifications.deliver([notification])
    }

    /// When the newest run was begun, failed or not; nil when there is none or the store does not say.
    static func lastRun(of backups: PostgresBackup) async -> Date? {
        // A store that hangs is not waited for.
        let backups = backups.briefly
        async let run = try? await backups.history().runs.last?.startedAt
        async let backup = try? await backups.latest().startedAt
        return await [run, backup].compactMap { $0 }.max()
    }
}
