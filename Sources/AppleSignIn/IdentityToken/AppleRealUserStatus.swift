/// Apple's opinion whether a person is behind the sign-in. Native apps only; the set is open.
public struct AppleRealUserStatus: Sendable, Hashable, CustomStringConvertible {
    /// Apple's number.
    public let rawValue: Int

    /// Any number, also one that is not listed here.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The platform cannot tell.
    public static let unsupported = AppleRealUserStatus(rawValue: 0)
    /// Apple does not know.
    public static let unknown = AppleRealUserStatus(rawValue: 1)
    /// Most likely a person.
    public static let likelyReal = AppleRealUserStatus(rawValue: 2)

    /// The name of the status, or its number.
    public var description: String {
        switch self {
        case .unsupported: "unsupported"
        case .unknown: "unknown"
        case .likelyReal: "likelyReal"
        default: "other(\(rawValue))"
        }
    }
}
