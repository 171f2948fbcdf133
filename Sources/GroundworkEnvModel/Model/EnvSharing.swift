/// Who else has the same value.
public struct EnvSharing: Sendable, Hashable {
    /// How strictly the value is shared.
    public enum Strength: String, Sendable, Hashable, Codable {
        /// Belongs to the service alone.
        case own
        /// Every service that declares the variable should have the same value: a finding if not.
        case should
        /// Every service that declares the variable must have the same value: an error if not.
        case must
    }

    /// How strictly the value is shared.
    public var strength: Strength
    /// The service that owns the value and whose value the others must match; nil when it has no owner.
    public var owner: String?

    /// A way of sharing.
    public init(_ strength: Strength, owner: String? = nil) {
        self.strength = strength
        self.owner = owner
    }

    /// Belongs to the service alone.
    public static let own = EnvSharing(.own)
    /// The same in every service that declares it; a different value is an error.
    public static let must = EnvSharing(.must)
    /// Better the same in every service that declares it.
    public static let should = EnvSharing(.should)
    /// Must be the value of the named service.
    public static func mustMatch(_ service: String) -> EnvSharing { EnvSharing(.must, owner: service) }
}
