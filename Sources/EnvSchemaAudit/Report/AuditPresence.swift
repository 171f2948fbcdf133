/// The first axis of an audit: whether a variable has a value, and what kind.
public enum AuditPresence: String, Sendable, Hashable, Codable, CaseIterable {
    /// Set to a text that the audit sees.
    case set
    /// Set through references, all of which lead to a variable.
    case referenceResolved = "reference"
    /// Set through references of which one leads nowhere.
    case referenceDangling = "dangling reference"
    /// Set through references of which one is written in the wrong case.
    case referenceWrongCase = "reference in wrong case"
    /// Set through references that go in a circle.
    case referenceCyclic = "cyclic reference"
    /// Set through references to something that the audit does not see.
    case referenceUnverified = "unverified reference"
    /// Set, and the platform keeps the value to itself.
    case sealed
    /// Set to an empty text, which the variable does not allow.
    case empty
    /// Not set.
    case absent
    /// The service has no value source.
    case unknown

    /// Whether the value is written as a reference.
    public var isReference: Bool {
        switch self {
        case .referenceResolved, .referenceDangling, .referenceWrongCase, .referenceCyclic, .referenceUnverified: true
        case .set, .sealed, .empty, .absent, .unknown: false
        }
    }

    /// Whether the service finds something in the variable, right or wrong.
    public var isPresent: Bool {
        switch self {
        case .empty, .absent, .unknown: false
        default: true
        }
    }
}
