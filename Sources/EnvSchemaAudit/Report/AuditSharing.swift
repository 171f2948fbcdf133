public import EnvSchema

/// The second axis of an audit: who else should have the value, and whether they do.
public struct AuditSharing: Sendable, Hashable, Codable {
    /// Whether the services that share a variable have the same value.
    public enum Agreement: String, Sendable, Hashable, Codable {
        /// Nobody else has it.
        case alone
        /// The same as the owner's, or as most others' where there is no owner.
        case same
        /// Another value.
        case different
        /// Could not be compared: sealed without a fingerprint, or not resolved.
        case unverified
        /// Not set here.
        case absent
    }

    /// How strictly the value is shared.
    public var strength: EnvSharing.Strength
    /// The service whose value the others must match; nil when it has no owner.
    public var owner: String?
    /// Whether it is the same.
    public var agreement: Agreement

    /// The axis of one cell.
    public init(strength: EnvSharing.Strength, owner: String? = nil, agreement: Agreement = .alone) {
        self.strength = strength
        self.owner = owner
        self.agreement = agreement
    }
}
