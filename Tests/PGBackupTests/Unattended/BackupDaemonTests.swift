import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing
@testable import PGBackup

/// The loop of the daemon, with clocks that tests move.
@Suite struct BackupDaemonTests {
    /// What happened, in order.
    private final class Diary: Sendable {
        private let lines = Locked<[String]>([])
        var entries: [String] { lines.withLock { $0 } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func daemon(_ expression: String, _ zone: String = "UTC", time: some TimeSource) throws -> BackupDaemon {
        var daemon = BackupDaemon(CronSchedule(try CronExpression(expression), in: try IANATimeZone(zone)))
        daemon.time = time
        return daemon
    }

    private func date(_ text: String) throws -> Date { try #require(UTCDateTime(iso8601: text)).date }

    /// Follows until so many runs were made, on a clock whose sleeps end at once.
    private func follow(
        _ daemon: BackupDaemon,
        runs: Int,
        lastRun: Date? = nil,
        _ during: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> [String] {
        let diary = Diary()
        let count = Locked(0)
        do {
            try await daemon.follow(lastRun: lastRun) {
                diary.note("\($0)")
            } run: { due in
                diary.note("run \(due.map { UTCDateTime($0).rfc3339 } ?? "startup")")
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                try await during(number)
                if number == runs { throw CancellationError() }
            }
        } catch is CancellationError {
            return diary.entries
        }
        Issue.record("It ended by itself.")
        return diary.entries
    }

    @Test func itRunsWhenItIsDueAndNotBefore() async throws {
        let time = InstantTime(now: try date("2026-11-26T03:00:00Z"))
        let diary = try await follow(try daemon("0 5 * * *", time: time), runs: 3)
        #expect(diary == ["run 2026-11-26T05:00:00Z", "run 2026-11-27T05:00:00Z", "run 2026-11-28T05:00:00Z"])
        #expect(time.sleeps.allSatisfy { $0 <= .seconds(60) }, "a moved clock would not be noticed")
    }

    @Test func aRunAtTheStartComesFirst() async throws {
        let time = InstantTime(now: try date("2026-11-26T03:00:00Z"))
        var daemon = try daemon("0 5 * * *", time: time)
        daemon.runsOnStartup = true
        #expect(try await follow(daemon, runs: 2) == ["run startup", "run 2026-11-26T05:00:00Z"])
    }

    @Test func whatWasMissedWhileNoProcessRanIsReported() async throws {
        let time = InstantTime(now: try date("2026-11-26T03:00:00Z"))
        let lastRun = try date("2026-11-23T05:00:01Z")
        let diary = try await follow(try daemon("0 5 * * *", time: time), runs: 1, lastRun: lastRun)
        #expect(diary.count == 2)
        #expect(diary[0].hasPrefix("2 runs that were due from 2026-11-24T05:00:00Z to 2026-11-25T05:00:00Z"))
    }

    @Test func aRunIsNotBegunWhileOneIsAtWork() async throws {
        let time = InstantTime(now: try date("2026-11-26T04:59:30Z"))
        let diary = try await follow(try daemon("0 * * * *", time: time), runs: 2) { number in
            if number == 1 { try await time.sleep(for: .seconds(3 * 3600)) }
        }
        #expect(diary.count == 3)
        #expect(diary[1].contains("3 runs") && diary[1].contains("the run before was still busy"))
        #expect(diary[2] == "run 2026-11-26T09:00:00Z")
    }

    @Test(arguments: ["2026-10-24T12:00:00Z", "2026-03-28T12:00:00Z"])
    func aNightThatIsChangedHasOneRun(_ noon: String) async throws {
        // 02:30 comes twice in the first of these nights, and never in the second.
        let time = InstantTime(now: try date(noon))
        let diary = try await follow(try daemon("30 2 * * *", "Europe/Berlin", time: time), runs: 2)
        let expected =
            noon.hasPrefix("2026-10")
            ? ["run 2026-10-25T00:30:00Z", "run 2026-10-26T01:30:00Z"]
            : ["run 2026-03-29T01:00:00Z", "run 2026-03-30T00:30:00Z"]
        #expect(diary == expected)
    }

    @Test func aClockThatJumpsForwardOverADueTimeRunsLateAndSaysSo() async throws {
        let time = JumpingTime(now: try date("2026-11-26T04:58:00Z"))
        let daemon = try daemon("0 5 * * *", time: time)
        time.plan(after: 1, jump: 7200)
        let diary = try await follow(daemon, runs: 1)
        #expect(diary.contains { $0.contains("moved forward by 7200 seconds") })
        #expect(diary.contains { $0.contains("begins") && $0.contains("seconds late") })
        #expect(diary.last == "run 2026-11-26T05:00:00Z")
    }

    @Test func aClockThatIsTurnedBackRunsNothingTwice() async throws {
        let time = JumpingTime(now: try date("2026-11-26T04:59:00Z"))
        let daemon = try daemon("0 5 * * *", time: time)
        let diary = try await follow(daemon, runs: 2) { number in
            if number == 1 { time.plan(after: 1, jump: -7200) }
        }
        #expect(diary.first == "run 2026-11-26T05:00:00Z")
        #expect(diary.contains { $0.contains("moved back by 7200 seconds") })
        #expect(diary.last == "run 2026-11-27T05:00:00Z")
    }

    @Test func cancellationEndsTheWait() async throws {
        let time = ManualTime()
        let daemon = try daemon("0 5 * * *", time: time)
        let task = Task {
            try await daemon.follow(lastRun: nil) { _ in
            } run: { _ in
                Issue.record("It ran.")
            }
        }
        await time.waitForSleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aScheduleThatIsNeverDueEnds() async throws {
        let time = InstantTime(now: try date("9999-12-31T23:00:00Z"))
        try await daemon("0 5 1 1 *", time: time).follow(lastRun: nil) { _ in
        } run: { _ in
            Issue.record("It ran.")
        }
    }

    @Test func onlyWhatWasMissedIsToldToPeople() throws {
        let now = try date("2026-11-26T05:00:00Z")
        let missed = ScheduleEvent.missed(.init(first: now, last: now, count: 1, reason: .processNotRunning))
        let event = try #require(missed.notification(database: "shop", now: now))
        #expect(event.kind == .missed && event.message.hasPrefix("shop: The run that was due at"))
        #expect(ScheduleEvent.clockJumped(seconds: 9).notification(database: "shop", now: now) == nil)
    }
}

/// A clock whose sleeps end at once, and whose wall clock can be moved.
private final class JumpingTime: TimeSource {
    private let origin = ContinuousClock.now
    private let state: Locked<(wall: Date, elapsed: Duration, plan: (sleeps: Int, jump: Double)?)>

    init(now: Date) { state = Locked((now, .zero, nil)) }

    var now: Date { state.withLock { $0.wall } }
    var monotonic: ContinuousClock.Instant { origin.advanced(by: state.withLock { $0.elapsed }) }

    /// Moves the wall clock at the end of the sleep after so many.
    func plan(after sleeps: Int, jump: Double) { state.withLock { $0.plan = (sleeps, jump) } }

    func sleep(until deadline: ContinuousClock.Instant) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            let length = max(.zero, origin.duration(to: deadline) - state.elapsed)
            state.elapsed += length
            state.wall += length.seconds
            guard let plan = state.plan else { return }
            state.plan = plan.sleeps > 0 ? (plan.sleeps - 1, plan.jump) : nil
            if plan.sleeps == 0 { state.wall += plan.jump }
        }
    }
}
