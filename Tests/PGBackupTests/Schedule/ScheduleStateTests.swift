import FoundationEssentials
import GroundworkCore
@testable import PGBackup
import Testing

@Suite struct ScheduleStateTests {
    private let origin = ContinuousClock.now
    /// 2026-01-25T04:00:00Z.
    private let start = Date(timeIntervalSince1970: 1_769_313_600)

    private func moment(_ wall: Double, _ monotonic: Double? = nil) -> ScheduleState.Moment {
        ScheduleState.Moment(
            wall: start.addingTimeInterval(wall),
            monotonic: origin.advanced(by: .seconds(monotonic ?? wall))
        )
    }

    private func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    private func state(_ text: String = "0 5 * * *", jitter: ScheduleJitter = .none) throws -> ScheduleState {
        ScheduleState(CronSchedule(try CronExpression(text)), jitter: jitter)
    }

    @Test func sleepsAMinuteAtMostAndRunsWhenDue() throws {
        var state = try state()
        #expect(state.start(at: moment(0), lastRun: nil) == .init(action: .sleep(.seconds(60))))
        #expect(state.nextDue == at(3600))
        for second in stride(from: 60.0, to: 3600, by: 60) {
            #expect(state.resume(at: moment(second)) == .init(action: .sleep(.seconds(60))))
        }
        #expect(state.resume(at: moment(3570)) == .init(action: .sleep(.seconds(30))))
        #expect(state.resume(at: moment(3600)) == .init(action: .run(due: at(3600))))
        #expect(state.resume(at: moment(3700)) == .init(action: .sleep(.seconds(60))))
        #expect(state.nextDue == at(3600 + 86_400))
    }

    @Test func reportsWhatWasDueWhileNoProcessRan() throws {
        var state = try state()
        let answer = state.start(at: moment(0), lastRun: at(-3 * 86_400 + 3600))
        let missed = MissedRuns(
            first: at(-2 * 86_400 + 3600),
            last: at(-86_400 + 3600),
            count: 2,
            reason: .processNotRunning
        )
        #expect(answer.events == [.missed(missed)])
        #expect(answer.events[0].description.contains("2 runs that were due from 2026-01-23T05:00:00Z"))
        #expect(answer.action == .sleep(.seconds(60)))
    }

    @Test func aBackupThatBeganJustAfterItsTimeIsNotMissed() throws {
        var state = try state()
        #expect(state.start(at: moment(0), lastRun: at(-86_400 + 3605)).events.isEmpty)
        #expect(state.start(at: moment(0), lastRun: at(9e6)).events.isEmpty)
    }

    @Test func countingEnds() throws {
        var state = try state("* * * * *")
        guard case .missed(let runs) = state.start(at: moment(0), lastRun: at(-1e8)).events.first else {
            Issue.record("nothing was reported")
            return
        }
        #expect(runs.count == MissedRuns.countLimit)
    }

    @Test func aRunThatBeganASecondBeforeItsTimeIsNotMissed() throws {
        var early = try state()
        #expect(early.start(at: moment(7200), lastRun: at(3599)).events == [])
        var absent = try state()
        #expect(absent.start(at: moment(7200), lastRun: at(3500)).events.count == 1)
    }

    @Test func aClockMovedForwardIsReportedAndTheRunIsLate() throws {
        var state = try state()
        _ = state.start(at: moment(0), lastRun: nil)
        let answer = state.resume(at: moment(7200, 60))
        #expect(answer.events == [.clockJumped(seconds: 7140), .late(due: at(3600), seconds: 3600)])
        #expect(answer.action == .run(due: at(3600)))
    }

    @Test func ofSeveralThatAJumpPassedOverTheNewestRuns() throws {
        var state = try state()
        _ = state.start(at: moment(0), lastRun: nil)
        let answer = state.resume(at: moment(3 * 86_400, 60))
        let missed = MissedRuns(first: at(3600), last: at(86_400 + 3600), count: 2, reason: .clockJumped)
        #expect(answer.events.contains(.missed(missed)))
        #expect(answer.action == .run(due: at(2 * 86_400 + 3600)))
        #expect(state.resume(at: moment(3 * 86_400 + 10, 70)).events.isEmpty)
        #expect(state.nextDue == at(3 * 86_400 + 3600))
    }

    @Test func aClockMovedBackRunsNothingTwice() throws {
        var state = try state()
        _ = state.start(at: moment(3599), lastRun: nil)
        #expect(state.resume(at: moment(3600)).action == .run(due: at(3600)))
        // Half an hour back while it runs.
        let answer = state.resume(at: moment(1900, 3700))
        #expect(answer.events == [.clockJumped(seconds: -1800)])
        #expect(state.nextDue == at(3600 + 86_400))
        // And back once more while it sleeps.
        #expect(state.resume(at: moment(1000, 3760)).events == [.clockJumped(seconds: -960)])
        #expect(state.nextDue == at(3600 + 86_400))
    }

    @Test func aClockThatWasYearsAheadDoesNotStopTheSchedule() throws {
        var state = try state()
        _ = state.start(at: moment(1e8), lastRun: nil)
        guard case .sleep = state.resume(at: moment(0, 1e8 + 60)).action else {
            Issue.record("it does not sleep")
            return
        }
        #expect(state.nextDue == at(3600))
    }

    @Test func whatFallsDueDuringARunIsReportedAndNotMadeUpFor() throws {
        var state = try state("0 * * * *")
        _ = state.start(at: moment(3599), lastRun: nil)
        #expect(state.resume(at: moment(3600)).action == .run(due: at(3600)))
        let answer = state.resume(at: moment(11_000))
        let missed = MissedRuns(first: at(7200), last: at(10_800), count: 2, reason: .previousRunBusy)
        #expect(answer.events == [.missed(missed)])
        #expect(answer.events[0].description.contains("the run before was still busy"))
        #expect(state.nextDue == at(14_400))
    }

    @Test func smallDifferencesOfTheClocksAreNoJump() throws {
        var state = try state()
        _ = state.start(at: moment(0), lastRun: nil)
        #expect(state.resume(at: moment(62, 60)).events.isEmpty)
        #expect(state.resume(at: moment(118, 120)).events.isEmpty)
    }

    @Test func jitterDelaysWithoutBeingLate() throws {
        let jitter = ScheduleJitter(maximum: .seconds(600), seededBy: "backup")
        var state = try state(jitter: jitter)
        _ = state.start(at: moment(3590), lastRun: nil)
        let wait = jitter.delay(for: at(3600)).seconds
        #expect(wait > 10)
        #expect(state.resume(at: moment(3600 + wait - 1)).action == .sleep(.seconds(1)))
        #expect(state.resume(at: moment(3600 + wait)) == .init(action: .run(due: at(3600))))
    }

    @Test func aProcessThatIsStartedAnewInTheWaitStillRuns() throws {
        let jitter = ScheduleJitter(maximum: .seconds(600), seededBy: "backup")
        let wait = jitter.delay(for: at(3600)).seconds
        for lastRun in [nil, at(-86_400 + 3700)] {
            var state = try state(jitter: jitter)
            let answer = state.start(at: moment(3600 + wait - 5), lastRun: lastRun)
            #expect(answer == .init(action: .sleep(.seconds(5))))
            #expect(state.resume(at: moment(3600 + wait)).action == .run(due: at(3600)))
        }
        // Not when it has run already, nor when the wait is over.
        var done = try state(jitter: jitter)
        _ = done.start(at: moment(3600 + wait - 5), lastRun: at(3601))
        #expect(done.nextDue == at(3600 + 86_400))
        var over = try state(jitter: jitter)
        #expect(over.start(at: moment(3600 + wait + 5), lastRun: at(-86_400 + 3700)).events.count == 1)
        #expect(over.nextDue == at(3600 + 86_400))
    }

    @Test func jitterNeverReachesTheNextTime() throws {
        var state = try state("*/5 * * * *", jitter: ScheduleJitter(maximum: .seconds(80_000), seed: 1))
        _ = state.start(at: moment(0), lastRun: nil)
        var runs: [Date] = []
        for second in stride(from: 1.0, through: 7499, by: 1) {
            let answer = state.resume(at: moment(second))
            #expect(answer.events.isEmpty)
            if case .run(let due) = answer.action { runs.append(due) }
        }
        // The first is the one that is due at the very start.
        #expect(runs.count == 25)
        #expect(runs.first == at(0))
        #expect(Set(runs).count == runs.count)
    }

    @Test func jitterIsTheSameForTheSameSeedAndSpreadOverItsRange() {
        let jitter = ScheduleJitter(maximum: .seconds(100), seededBy: "a")
        let waits = (0..<2000).map { jitter.delay(for: at(Double($0) * 86_400)).seconds }
        #expect(waits == (0..<2000).map { jitter.delay(for: at(Double($0) * 86_400)).seconds })
        #expect(waits.allSatisfy { (0...100).contains($0) })
        #expect(Set(waits).count == 101)
        #expect(abs(waits.reduce(0, +) / 2000 - 50) < 3)
        #expect(jitter.seed != ScheduleJitter(maximum: .seconds(100), seededBy: "b").seed)
        #expect(ScheduleJitter(maximum: .seconds(-1), seed: 0).delay(for: start) == .zero)
        #expect(ScheduleJitter.none.delay(for: start) == .zero)
    }

    @Test func stopsWhenNothingIsDueAgain() throws {
        var state = try state("0 0 1 1 *")
        let end = ScheduleState.Moment(wall: Date(timeIntervalSince1970: 253_402_300_000), monotonic: origin)
        #expect(state.start(at: end, lastRun: nil).action == .stop)
    }
}
