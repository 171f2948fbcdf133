import FoundationEssentials
import PGBackup
import Terminal

extension Settings {
    /// A run that a platform starts may begin this late without being missed.
    private static let tolerance = 1800.0

    /// Says and tells which runs did not take place since the last one, for a process that makes one run. Only where the
    /// schedule was set: ours says nothing about a platform's.
    /// - Returns: sentences for the status page.
    func reportMissedRuns(of backups: PostgresBackup) async -> [String] {
        guard hasOwnSchedule, let last = await Self.lastRun(of: backups) else { return [] }
        var state = ScheduleState(schedule, jitter: jitter)
        let now = Date().addingTimeInterval(-Self.tolerance)
        let events = state.start(at: .init(wall: now, monotonic: .now), lastRun: last).events
        var notices: [String] = []
        for event in events {
            Console.note("backup: \(event)")
            notices.append("\(event)")
            notices += await tell(event, backups)
        }
        return notices
    }

    /// Tells people of an event.
    /// - Returns: what was not delivered.
    func tell(_ event: ScheduleEvent, _ backups: PostgresBackup) async -> [String] {
        let name = "\(backups.configuration.database)"
        guard let notification = event.notification(database: name, now: Date()) else { return [] }
        let failures = await notifications.deliver([notification])
        for failure in failures { Console.note("not told: \(failure)") }
        return failures.map(\.description)
    }

    /// When the newest run was begun, failed or not; nil when there is none or the store does not say.
    static func lastRun(of backups: PostgresBackup) async -> Date? {
        // A store that hangs is not waited for.
        let backups = backups.briefly
        let run = try? await backups.history().runs.last?.startedAt
        let backup = try? await backups.latest().startedAt
        return [run, backup].compactMap { $0 }.max()
    }
}
