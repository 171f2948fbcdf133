/// Limits on a value, as data, so that they appear in errors, documents and manifests.
///
/// Each type honours those that mean something for it and refuses the others when the variable is declared.
public struct EnvLimits: Sendable, Hashable {
    /// The least number, in the unit of the type (seconds for durations, bytes for sizes).
    public var minimum: Double?
    /// The greatest number, in the unit of the type.
    public var maximum: Double?
    /// The least length in UTF-8 bytes; for bytes in base64 or hex the decoded length.
    public var minimumLength: Int?
    /// The greatest length in UTF-8 bytes; for bytes in base64 or hex the decoded length.
    public var maximumLength: Int?
    /// The least number of elements of a list or set.
    public var minimumCount: Int?
    /// The greatest number of elements of a list or set.
    public var maximumCount: Int?
    /// A regular expression that the whole text must match.
    public var pattern: String?
    /// The schemes that a URL may have, in lower case.
    public var schemes: [String]?
    /// The hosts that a URL may name, in lower case; a leading `*.` stands for any subdomain.
    public var hosts: [String]?
    /// The unit that a bare number has in a duration; without it a bare number is refused.
    public var unit: EnvTimeUnit?

    /// No limits.
    public init() {}
}

/// A unit of time.
public enum EnvTimeUnit: String, Sendable, Hashable, CaseIterable {
    /// A millionth of a millisecond.
    case nanoseconds = "ns"
    /// A thousandth of a millisecond.
    case microseconds = "us"
    /// A thousandth of a second.
    case milliseconds = "ms"
    /// The SI unit.
    case seconds = "s"
    /// 60 seconds.
    case minutes = "m"
    /// 3600 seconds.
    case hours = "h"
    /// 24 hours.
    case days = "d"
}
