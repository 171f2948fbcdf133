/// The third axis of an audit: whether the variable must be set.
public struct AuditRequirement: Sendable, Hashable, Codable {
    /// The kinds of requirements.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Must be set in this environment.
        case required
        /// May be absent.
        case optional
        /// May be absent; a default is used then.
        case defaulted = "default"
        /// Must be set when something else holds.
        case conditional
    }

    /// An answer that may not be known.
    public enum Answer: String, Sendable, Hashable, Codable {
        /// It is so.
        case yes
        /// It is not so.
        case no
        /// A value on which it depends is not known.
        case unknown
    }

    /// The kind.
    public var kind: Kind
    /// Whether it must be set, given the values of the other variables.
    public var isRequired: Answer
    /// The condition in words, for ``Kind/conditional``.
    public var condition: String?

    /// The axis of one cell.
    public init(_ kind: Kind, isRequired: Answer, condition: String? = nil) {
        self.kind = kind
        self.isRequired = isRequired
        self.condition = condition
    }
}
