public import FoundationEssentials
import GroundworkCore

/// Decides when to run: a value without clock, task or sleep. Tell it the time, it answers with what to do.
///
///     var state = ScheduleState(schedule)
///     var answer = state.start(at: .init(time), lastRun: newest?.startedAt)
///     while true {
///         for event in answer.events { log(event) }
///         switch answer.action {
///         case .sleep(let duration): try await time.sleep(for: duration)
///         case .run: await makeBackup()
///         case .stop: return
///         }
///         answer = state.resume(at: .init(time))
///     }
///
/// No run is due twice, also when the clock is turned back over it. Runs that could not take place are reported and not
/// made up for, but for the newest of those that a jump of the clock or a sleeping machine passed over: it runs late.
public struct ScheduleState: Sendable {
    /// One reading of both clocks.
    public struct Moment: Sendable, Hashable {
        /// The wall clock.
        public var wall: Date
        /// The clock that never goes back.
        public var monotonic: ContinuousClock.Instant

        /// Joins two readings.
        public init(wall: Date, monotonic: ContinuousClock.Instant) {
            self.wall = wall
            self.monotonic = monotonic
        }

        /// Reads the clocks.
        public init(_ time: some TimeSource) { self.init(wall: time.now, monotonic: time.monotonic) }
    }

    /// What to do.
    public enum Action: Sendable, Hashable {
        /// Sleep so long and call ``ScheduleState/resume(at:)``. It is never longer than a minute: a clock that is moved
        /// is noticed.
        case sleep(Duration)
        /// Run now for the time that was due, and then call ``ScheduleState/resume(at:)``.
        case run(due: Date)
        /// Nothing will ever be due again.
        case stop
    }

    /// What to do, and what to report before.
    public struct Answer: Sendable, Hashable {
        /// In order.
        public var events: [ScheduleEvent] = []
        /// What to do.
        public var action: Action
    }

    /// What is followed.
    public let schedule: CronSchedule
    /// The wait after each due time.
    public let jitter: ScheduleJitter
    /// The due time that is waited for; nil before the start and when nothing is due again.
    public private(set) var nextDue: Date?

    /// A wall clock that differs by more than this from the monotonic one was moved.
    private static let jumpTolerance = 5.0
    /// A run that begins later than this is reported as late.
    private static let lateTolerance = 60.0
    private static let longestSleep = 60.0
    /// A run that begins so much before a due time is that time's: a platform's clock is not ours.
    private static let earliness = 59.0
    /// A due time further in the future than this after a jump back came from a clock that was wrong.
    private static let longestBackstep = 86_400.0

    private var last: Moment?
    private var runningDue: Date?
    /// The last due time that was run for.
    private var done: Date?

    /// Follows a schedule.
    public init(_ schedule: CronSchedule, jitter: ScheduleJitter = .none) {
        self.schedule = schedule
        self.jitter = jitter
    }

    /// The process has started.
    /// - Parameters:
    ///   - now: both clocks now.
    ///   - lastRun: when the newest backup was begun; runs that were due since then are reported. Nil: none.
    public mutating func start(at now: Moment, lastRun: Date?) -> Answer {
        let lastRun = lastRun?.addingTimeInterval(Self.earliness)
        var events: [ScheduleEvent] = []
        let pending = waitingDue(at: now.wall, lastRun: lastRun)
        let end = pending?.addingTimeInterval(-1) ?? now.wall
        if let lastRun, lastRun < end, let missed = missed(after: lastRun, through: end, .processNotRunning) {
            events.append(.missed(missed))
        }
        last = now
        nextDue = pending ?? schedule.next(after: now.wall)
        return answer(at: now, events)
    }

    /// The due time whose intended wait is not over, for a process that was started anew in the middle of it.
    private func waitingDue(at now: Date, lastRun: Date?) -> Date? {
        let window = now.addingTimeInterval(-min(max(0, jitter.maximum.seconds), 86_400))
        var due = schedule.next(after: max(window, lastRun ?? window))
        while let current = due, current <= now {
            if current.addingTimeInterval(delay(for: current)) > now { return current }
            due = schedule.next(after: current)
        }
        return nil
    }

    /// The sleep or the run has ended.
    public mutating func resume(at now: Moment) -> Answer {
        var events: [ScheduleEvent] = []
        var jump = 0.0
        if let last {
            jump = now.wall.timeIntervalSince(last.wall) - last.monotonic.duration(to: now.monotonic).seconds
            if abs(jump) > Self.jumpTolerance {
                events.append(.clockJumped(seconds: Int(clamping: jump)))
            } else {
                jump = 0
            }
        }
        last = now
        if let due = runningDue {
            finish(due, at: now, jumped: jump, &events)
        } else if jump < 0 {
            nextDue = schedule.next(after: notBefore(now.wall))
        }
        return answer(at: now, events)
    }

    /// A run has ended; what was due meanwhile did not take place.
    private mutating func finish(_ due: Date, at now: Moment, jumped jump: Double, _ events: inout [ScheduleEvent]) {
        runningDue = nil
        done = due
        let from = notBefore(due)
        if let missed = missed(after: from, through: now.wall, jump > 0 ? .clockJumped : .previousRunBusy) {
            events.append(.missed(missed))
        }
        nextDue = schedule.next(after: notBefore(now.wall))
    }

    private mutating func answer(at now: Moment, _ events: [ScheduleEvent]) -> Answer {
        var events = events
        guard var due = nextDue else { return Answer(events: events, action: .stop) }
        let wait = due.timeIntervalSince(now.wall) + delay(for: due)
        guard wait <= 0 else {
            return Answer(events: events, action: .sleep(.seconds(min(wait, Self.longestSleep))))
        }
        // The newest one is run, those before it were passed over.
        if let later = missed(after: due, through: now.wall, .clockJumped) {
            let before = later.count > 1 ? schedule.newest(before: later.last, from: due) : due
            events.append(.missed(.init(first: due, last: before, count: later.count, reason: .clockJumped)))
            due = later.last
        }
        let lateness = now.wall.timeIntervalSince(due) - delay(for: due)
        if lateness > Self.lateTolerance { events.append(.late(due: due, seconds: Int(clamping: lateness))) }
        runningDue = due
        nextDue = nil
        return Answer(events: events, action: .run(due: due))
    }

    /// The wait after a due time in seconds; it never comes near the time after it.
    private func delay(for due: Date) -> Double {
        let delay = jitter.delay(for: due).seconds
        guard delay > 0, let next = schedule.next(after: due) else { return delay }
        return min(delay, (next.timeIntervalSince(due) / 2).rounded(.down))
    }

    /// The wall clock, or the last due time that was run for where the clock was turned back over it.
    private func notBefore(_ wall: Date) -> Date {
        guard let done, done > wall, done.timeIntervalSince(wall) <= Self.longestBackstep else { return wall }
        return done
    }

    private func missed(after start: Date, through end: Date, _ reason: MissedRuns.Reason) -> MissedRuns? {
        var missed: MissedRuns?
        var date = start
        while let next = schedule.next(after: date), next <= end, (missed?.count ?? 0) < MissedRuns.countLimit {
            let count = (missed?.count ?? 0) + 1
            missed = MissedRuns(first: missed?.first ?? next, last: next, count: count, reason: reason)
            date = next
        }
        return missed
    }
}

extension CronSchedule {
    /// The last time from `start` on that lies before `end`; `start` itself if there is none.
    fileprivate func newest(before end: Date, from start: Date) -> Date {
        var newest = start
        while let next = next(after: newest), next < end { newest = next }
        return newest
    }
}

extension Int {
    /// The nearest whole number.
    fileprivate init(clamping value: Double) {
        self = value.isFinite ? Int(Swift.min(Swift.max(value.rounded(), -1e15), 1e15)) : 0
    }
}
