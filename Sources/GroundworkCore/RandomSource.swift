/// Where a product takes randomness that is no secret from: the jitter of retries, run numbers, boundaries.
///
/// Keys, nonces and states never come from here: they come from the system's generator always.
///
///     struct AlwaysZero: RandomSource { func next() -> UInt64 { 0 } }
public protocol RandomSource: Sendable {
    /// 64 random bits.
    func next() -> UInt64
}

extension RandomSource {
    /// A number in `0 ..< 1`, evenly spread.
    public func unitInterval() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// `count` random bytes.
    public func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(max(count, 0))
        while result.count < count {
            var word = next()
            for _ in 0..<min(8, count - result.count) {
                result.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return result
    }
}

/// The system's cryptographic generator.
public struct SystemRandom: RandomSource {
    /// Makes a source that reads the system's generator.
    public init() {}

    /// 64 bits of the system's generator.
    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
