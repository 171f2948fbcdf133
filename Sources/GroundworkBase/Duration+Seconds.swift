extension Duration {
    /// The duration in seconds.
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The duration in whole milliseconds, rounded up, held to `0 … Int32.max`.
    package var clampedMilliseconds: Int {
        let milliseconds = (seconds * 1000).rounded(.up)
        return Int(min(max(milliseconds, 0), Double(Int32.max)))
    }
}
