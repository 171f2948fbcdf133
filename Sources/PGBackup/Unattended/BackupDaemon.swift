public import FoundationEssentials
public import GroundworkCore

/// Follows a schedule until its task is cancelled.
///
///     let daemon = BackupDaemon(schedule)
///     try await daemon.follow(lastRun: newest?.startedAt) { event in log("\(event)") } run: { due in
///         await makeBackup()
///     }
///
/// What is decided, ``ScheduleState`` decides; here it is done. A run is never interrupted by the next one: what was due
/// meanwhile is reported as missed.
public struct BackupDaemon: Sendable {
    /// What is followed.
    public var schedule: CronSchedule
    /// The wait after each due time.
    public var jitter: ScheduleJitter
    /// Whether one run is made at the start, whatever the schedule says.
    public var runsOnStartup = false
    /// The clock.
    public var time: any TimeSource = SystemTime()

    /// Follows a schedule.
    public init(_ schedule: CronSchedule, jitter: ScheduleJitter = .none) {
        self.schedule = schedule
        self.jitter = jitter
    }

    /// Sleeps and runs until the task is cancelled, or nothing is due again.
    /// - Parameters:
    ///   - lastRun: when the newest backup was begun; runs that were due since then are reported. Nil: none.
    ///   - report: is told what there is to report, before the run that follows it.
    ///   - run: makes a backup. It deals with its own failures, and is not called again before it has returned. Its
    ///     parameter is the time that was due; nil for the run at the start.
    /// - Throws: `CancellationError`.
    public func follow(
        lastRun: Date?,
        report: @Sendable (ScheduleEvent) async -> Void,
        run: @Sendable (Date?) async throws -> Void
    ) async throws {
        var state = ScheduleState(schedule, jitter: jitter)
        var answer = state.start(at: .init(time), lastRun: lastRun)
        if runsOnStartup {
            for event in answer.events { await report(event) }
            try await run(nil)
            answer = state.resume(at: .init(time))
        }
        while true {
            for event in answer.events { await report(event) }
            try Task.checkCancellation()
            switch answer.action {
            case .stop: return
            case .sleep(let duration): try await time.sleep(for: duration)
            case .run(let due): try await run(due)
            }
            try Task.checkCancellation()
            answer = state.resume(at: .init(time))
        }
    }
}

extension ScheduleEvent {
    /// What is to be told of it to those who want to know: runs that were missed.
    public func notification(database: String, now: Date) -> BackupEvent? {
        guard case .missed = self else { return nil }
        return BackupEvent(.missed, date: now, database: database, message: "\(database): \(self)")
    }
}
