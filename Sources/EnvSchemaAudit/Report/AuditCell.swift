/// One variable of one service, as the audit sees it. It never holds a value.
public struct AuditCell: Sendable, Hashable, Codable {
    /// The name of the variable.
    public var variable: String
    /// The word that sums up the axes.
    public var status: AuditStatus
    /// The first axis: whether it has a value.
    public var presence: AuditPresence
    /// The second axis: who else should have the value.
    public var sharing: AuditSharing
    /// The third axis: whether it must be set.
    public var requirement: AuditRequirement
    /// Whether the value is secret. Of a variable that no schema declares it is assumed.
    public var isSecret: Bool
    /// Whether the schema declares the variable.
    public var isDeclared: Bool
    /// The remark of the schema.
    public var note: String?
    /// What the variable is for.
    public var help: String
    /// The heading under which the schema lists it.
    public var group: String?
    /// The type's name.
    public var type: String
    /// The keyed fingerprint of a shared secret, when the audit was given a key.
    public var fingerprint: AuditFingerprint?
}
