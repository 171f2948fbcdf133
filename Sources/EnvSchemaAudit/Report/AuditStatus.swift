import EnvSchema

/// The word that sums up the three axes of a cell. An open set, as ``mustMatch(_:)`` shows.
public struct AuditStatus: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    /// The word.
    public let rawValue: String
    /// Names a status.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The word.
    public var description: String { rawValue }

    /// Set, and nobody else's business.
    public static let configured = AuditStatus(rawValue: "Configured")
    /// Set, and the value must be the same in every service that declares it.
    public static let mustBeShared = AuditStatus(rawValue: "Must be shared")
    /// Set, and better the same in every service that declares it.
    public static let shouldBeShared = AuditStatus(rawValue: "Should be shared")
    /// Set through a reference of Railway.
    public static let railwayReference = AuditStatus(rawValue: "Railway ref")
    /// Absent, and may be.
    public static let optional = AuditStatus(rawValue: "Optional")
    /// The service has a value source, and the variable is absent.
    public static let notConfigured = AuditStatus(rawValue: "NOT CONFIGURED")
    /// The service has no value source yet.
    public static let new = AuditStatus(rawValue: "NEW")
    /// Deployed, and not declared by the schema.
    public static let unknown = AuditStatus(rawValue: "UNKNOWN")

    /// Set, and the value must be that of the named service, whose suffix `-service` is left out: `Must match auth`.
    public static func mustMatch(_ service: String) -> AuditStatus {
        let suffix = "-service"
        let isLong = service.hasSuffix(suffix) && service.utf8.count > suffix.utf8.count
        return AuditStatus(rawValue: "Must match \(isLong ? String(service.dropLast(suffix.count)) : service)")
    }

    /// The status that the axes give.
    init(presence: AuditPresence, sharing: AuditSharing, requirement: AuditRequirement, service: String) {
        switch presence {
        case .unknown:
            self = .new
        case .absent, .empty:
            self = requirement.isRequired == .no ? .optional : .notConfigured
        default:
            switch (sharing.strength, sharing.owner) {
            case (.must, let owner?) where owner != service: self = .mustMatch(owner)
            case (.must, _): self = .mustBeShared
            case (.should, _): self = .shouldBeShared
            case (.own, _): self = presence.isReference ? .railwayReference : .configured
            }
        }
    }
}
