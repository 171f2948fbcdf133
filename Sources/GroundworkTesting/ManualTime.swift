public import FoundationEssentials
public import GroundworkCore

/// A clock that moves only when a test says so.
///
/// ``advance(by:sleepers:)`` first waits until the expected number of tasks sleep on it, so that a test never races
/// the code that it tests and never sleeps itself:
///
///     let time = ManualTime()
///     async let outcome = client.sendWithRetries(time: time)
///     try await time.advance(by: .seconds(1), sleepers: 1)
///     #expect(await outcome == .sent)
public final class ManualTime: TimeSource {
    private struct Sleeper {
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed: Duration = .zero
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let origin = ContinuousClock.now
    private let start: Date
    private let state = Locked(State())

    /// Makes a clock that shows `start`.
    public init(now start: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        self.start = start
    }

    /// The wall clock: the start plus all advances.
    public var now: Date { start.addingTimeInterval(state.withLock { $0.elapsed }.seconds) }

    /// The monotonic clock: it moves with ``now``.
    public var monotonic: ContinuousClock.Instant { origin.advanced(by: state.withLock { $0.elapsed }) }

    /// How many tasks sleep on this clock now.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Suspends until the clock was advanced to `deadline`.
    public func sleep(until deadline: ContinuousClock.Instant) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                register(id, deadline, continuation)
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func register(
        _ id: Int,
        _ deadline: ContinuousClock.Instant,
        _ continuation: CheckedContinuation<Void, any Error>
    ) {
        enum Outcome { case cancelled, due, sleeps([CheckedContinuation<Void, Never>]) }
        let outcome = state.withLock { state -> Outcome in
            if state.cancelled.remove(id) != nil { return .cancelled }
            if deadline <= origin.advanced(by: state.elapsed) { return .due }
            state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
            let count = state.sleepers.count
            let ready = state.observers.filter { $0.count <= count }.map(\.continuation)
            state.observers.removeAll { $0.count <= count }
            return .sleeps(ready)
        }
        switch outcome {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .due: continuation.resume()
        case .sleeps(let observers): for observer in observers { observer.resume() }
        }
    }

    /// Waits until at least `count` tasks sleep on this clock.
    public func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.observers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Waits until `sleepers` tasks sleep, then moves the clock and wakes those whose time has come.
    public func advance(by duration: Duration, sleepers: Int = 0) async {
        if sleepers > 0 { await waitForSleepers(sleepers) }
        let due = state.withLock { state -> [Sleeper] in
            state.elapsed += duration
            let now = origin.advanced(by: state.elapsed)
            let ids = state.sleepers.filter { $0.value.deadline <= now }.sorted {
                $0.value.deadline < $1.value.deadline
            }
            for (id, _) in ids { state.sleepers[id] = nil }
            return ids.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves the wall clock and the monotonic clock without waking anybody early: a jump as of a suspended machine.
    public func jump(by duration: Duration) async {
        await advance(by: duration)
    }
}

/// A clock on which every sleep ends at once and moves the time by its length: for code whose waits do not matter.
public final class InstantTime: TimeSource {
    private let origin = ContinuousClock.now
    private let start: Date
    private let state = Locked<(elapsed: Duration, sleeps: [Duration])>((.zero, []))

    /// Makes a clock that shows `start`.
    public init(now start: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        self.start = start
    }

    /// The start plus all sleeps.
    public var now: Date { start.addingTimeInterval(state.withLock { $0.elapsed }.seconds) }

    /// Moves with ``now``.
    public var monotonic: ContinuousClock.Instant { origin.advanced(by: state.withLock { $0.elapsed }) }

    /// All sleeps so far, in order.
    public var sleeps: [Duration] { state.withLock { $0.sleeps } }

    /// Moves the clock to `deadline` and returns.
    public func sleep(until deadline: ContinuousClock.Instant) async throws {
        try Task.checkCancellation()
        let origin = origin
        state.withLock { state in
            let target = origin.duration(to: deadline)
            state.sleeps.append(max(.zero, target - state.elapsed))
            state.elapsed = max(state.elapsed, target)
        }
    }
}
