/// Exponential backoff with full jitter: the wait before retry `n` is evenly spread over
/// `0 … min(maximum, base · 2ⁿ)`.
package struct Backoff: Sendable {
    package var base: Duration
    package var maximum: Duration

    package init(base: Duration = .milliseconds(100), maximum: Duration = .seconds(20)) {
        self.base = base
        self.maximum = maximum
    }

    /// The upper end of the wait before retry `retry` (0 for the first retry).
    package func ceiling(retry: Int) -> Duration {
        let factor = Double(UInt64(1) << UInt64(min(max(retry, 0), 32)))
        return min(maximum, .seconds(base.seconds * factor))
    }

    /// The wait before retry `retry` (0 for the first retry).
    package func delay(retry: Int, random: some RandomSource) -> Duration {
        .seconds(ceiling(retry: retry).seconds * random.unitInterval())
    }
}
