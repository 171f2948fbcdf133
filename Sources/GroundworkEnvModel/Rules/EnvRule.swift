/// A condition over several variables, as data, so that it appears in errors, documents and audits.
public indirect enum EnvCondition: Sendable, Hashable {
    /// The variable has a value.
    case isSet(String)
    /// The variable's text is one of these. Not for secrets.
    case isOneOf(String, [String])
    /// The service runs in one of these environments.
    case mode([EnvMode])
    /// The condition does not hold.
    case not(EnvCondition)
    /// All hold.
    case all([EnvCondition])
    /// At least one holds.
    case any([EnvCondition])
}

/// A rule over several variables.
public struct EnvRule: Sendable, Hashable {
    /// The kinds of rules.
    public enum Kind: Sendable, Hashable {
        /// The variables must be set when the condition holds.
        case require([String], when: EnvCondition)
        /// At least one must be set.
        case atLeastOne([String])
        /// Exactly one must be set.
        case exactlyOne([String])
        /// All or none must be set.
        case allOrNone([String])
        /// At most one may be set.
        case atMostOne([String])
        /// When the first condition holds, the second must.
        case implies(EnvCondition, EnvCondition)
    }

    /// What must hold.
    public var kind: Kind
    /// Why, in words for the documents.
    public var reason: String?

    /// A rule.
    public init(_ kind: Kind, reason: String? = nil) {
        self.kind = kind
        self.reason = reason
    }
}
