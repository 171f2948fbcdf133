public import FoundationEssentials

/// Where a product takes the time from.
///
/// Production code uses ``SystemTime``; tests use `ManualTime` of `GroundworkTesting`, which moves only when told to.
/// A conformer answers three questions and does nothing else: it schedules nothing and retries nothing.
///
///     struct FrozenTime: TimeSource {
///         let now = Date(timeIntervalSince1970: 0)
///         let monotonic = ContinuousClock.now
///         func sleep(until deadline: ContinuousClock.Instant) async throws {}
///     }
public protocol TimeSource: Sendable {
    /// The wall clock. It may jump; use it for what leaves the process (signatures, names, headers).
    var now: Date { get }

    /// A clock that never goes back. Use it for time-outs and durations.
    var monotonic: ContinuousClock.Instant { get }

    /// Suspends until `deadline` of the monotonic clock.
    /// - Throws: `CancellationError` at once when the task is cancelled.
    func sleep(until deadline: ContinuousClock.Instant) async throws
}

extension TimeSource {
    /// Suspends for a duration, measured on the monotonic clock.
    /// - Throws: `CancellationError` at once when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: monotonic.advanced(by: duration))
    }
}

/// The machine's clocks.
public struct SystemTime: TimeSource {
    /// Makes a source that reads the machine's clocks.
    public init() {}

    /// The machine's wall clock.
    public var now: Date { Date() }

    /// The machine's continuous clock; it counts while the machine sleeps.
    public var monotonic: ContinuousClock.Instant { ContinuousClock.now }

    /// Sleeps on the continuous clock.
    public func sleep(until deadline: ContinuousClock.Instant) async throws {
        try await Task.sleep(until: deadline, clock: .continuous)
    }
}
