public import FoundationEssentials
import GroundworkCore

/// A wait after the due time, so that many services with one schedule do not all begin in the same second.
///
/// The wait depends on the seed and the due time only: asking again, or after a restart, gives the same one.
public struct ScheduleJitter: Sendable, Hashable {
    /// The upper end of the wait; it is evenly spread from zero.
    public var maximum: Duration
    /// What tells this service from others.
    public var seed: UInt64

    /// No wait.
    public static let none = ScheduleJitter(maximum: .zero, seed: 0)

    /// Waits up to `maximum`.
    public init(maximum: Duration, seed: UInt64) {
        self.maximum = maximum
        self.seed = seed
    }

    /// Waits up to `maximum`, with a seed from a text, such as the folder of the backups.
    public init(maximum: Duration, seededBy text: String) {
        // FNV-1a: the same in every process, which Swift's own hashes are not.
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        self.init(maximum: maximum, seed: hash)
    }

    /// The wait after one due time, in whole seconds.
    public func delay(for due: Date) -> Duration {
        let limit = UInt64(max(0, min(maximum.seconds, 86_400)))
        guard limit > 0 else { return .zero }
        // The finalizer of SplitMix64.
        var word = seed &+ UInt64(bitPattern: Int64(UTCDateTime(due).secondsSince1970)) &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        word ^= word >> 31
        return .seconds(Int64(word % (limit + 1)))
    }
}
