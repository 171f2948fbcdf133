import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

@Suite struct ManualTimeTests {
    @Test func theClocksMoveTogetherAndOnlyWhenTold() async {
        let time = ManualTime(now: Date(timeIntervalSince1970: 100))
        let start = time.monotonic
        #expect(time.now.timeIntervalSince1970 == 100)
        await time.advance(by: .milliseconds(1500))
        #expect(time.now.timeIntervalSince1970 == 101.5)
        #expect(start.duration(to: time.monotonic) == .milliseconds(1500))
    }

    @Test func sleepersWakeWhenTheirTimeComes() async throws {
        let time = ManualTime()
        let order = Locked<[Int]>([])
        let tasks = [3, 1, 2].map { seconds in
            Task {
                try await time.sleep(for: .seconds(seconds))
                order.withLock { $0.append(seconds) }
            }
        }
        await time.advance(by: .milliseconds(999), sleepers: 3)
        #expect(time.sleeperCount == 3)
        await time.advance(by: .milliseconds(1))
        try await tasks[1].value
        #expect(order.withLock { $0 } == [1])
        #expect(time.sleeperCount == 2)
        await time.advance(by: .seconds(5))
        for task in tasks { try await task.value }
        #expect(Set(order.withLock { $0 }) == [1, 2, 3])
    }

    @Test func aSleepThatIsDueEndsAtOnce() async throws {
        let time = ManualTime()
        try await time.sleep(for: .zero)
        try await time.sleep(for: .seconds(-5))
        #expect(time.sleeperCount == 0)
    }

    @Test func cancellationWakesASleeper() async {
        let time = ManualTime()
        let task = Task { try await time.sleep(for: .seconds(1)) }
        await time.waitForSleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(time.sleeperCount == 0)
    }

    @Test func aTaskThatIsCancelledAlreadyDoesNotSleep() async {
        let time = ManualTime()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await time.sleep(for: .seconds(1))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func instantTimeRemembersItsSleeps() async throws {
        let time = InstantTime(now: Date(timeIntervalSince1970: 0))
        try await time.sleep(for: .seconds(2))
        try await time.sleep(until: time.monotonic.advanced(by: .seconds(-1)))
        try await time.sleep(for: .milliseconds(5))
        #expect(time.sleeps == [.seconds(2), .zero, .milliseconds(5)])
        #expect(abs(time.now.timeIntervalSince1970 - 2.005) < 1e-6)
    }
}

@Suite struct DeadlineTests {
    private struct Failure: Error {}

    @Test func aResultInTimeComesBack() async throws {
        let time = ManualTime()
        #expect(try await withDeadline(time.monotonic.advanced(by: .seconds(1)), time: time) { 7 } == 7)
        #expect(try await withDeadline(nil, time: time) { 8 } == 8)
        #expect(time.sleeperCount == 0)
    }

    @Test func anErrorComesThrough() async {
        let time = ManualTime()
        await #expect(throws: Failure.self) {
            try await withDeadline(time.monotonic.advanced(by: .seconds(1)), time: time) { throw Failure() }
        }
    }

    @Test func theDeadlineCancelsTheOperation() async throws {
        let time = ManualTime()
        let wasCancelled = Locked(false)
        let task = Task {
            try await withDeadline(time.monotonic.advanced(by: .seconds(1)), time: time) {
                do {
                    try await time.sleep(for: .seconds(100))
                } catch {
                    wasCancelled.withLock { $0 = true }
                    throw error
                }
            }
        }
        await time.advance(by: .seconds(1), sleepers: 2)
        await #expect(throws: DeadlineExceeded.self) { try await task.value }
        #expect(wasCancelled.withLock { $0 })
    }

    @Test func cancellationFromOutsideIsNoDeadline() async {
        let time = ManualTime()
        let task = Task {
            try await withDeadline(time.monotonic.advanced(by: .seconds(1)), time: time) {
                try await time.sleep(for: .seconds(100))
            }
        }
        await time.waitForSleepers(2)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func durationsTurnIntoNumbers() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.microseconds(1).clampedMilliseconds == 1)
        #expect(Duration.seconds(-1).clampedMilliseconds == 0)
        #expect(Duration.seconds(1 << 40).clampedMilliseconds == Int(Int32.max))
    }
}

@Suite struct SystemTimeTests {
    @Test func theMonotonicClockAgreesWithTheMachines() async throws {
        let time = SystemTime()
        let before = ContinuousClock.now
        let between = time.monotonic
        #expect(before <= between)
        #expect(between <= ContinuousClock.now)
        #expect(abs(time.now.timeIntervalSince(Date())) < 60)
        try await time.sleep(until: before)
    }

    @Test func aCancelledSleepEnds() async {
        let task = Task { try await SystemTime().sleep(for: .seconds(3600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
