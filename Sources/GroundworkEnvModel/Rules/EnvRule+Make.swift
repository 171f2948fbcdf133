extension EnvRule {
    /// The variable must be set when another has one of these texts.
    public static func require(_ name: String, when other: String, is texts: String...) -> EnvRule {
        EnvRule(.require([name], when: .isOneOf(other, texts)))
    }

    /// The variables must be set when another has one of these texts.
    public static func require(_ names: [String], when other: String, is texts: String...) -> EnvRule {
        EnvRule(.require(names, when: .isOneOf(other, texts)))
    }

    /// The variables must be set when the condition holds.
    public static func require(_ names: String..., when condition: EnvCondition) -> EnvRule {
        EnvRule(.require(names, when: condition))
    }

    /// At least one must be set.
    public static func atLeastOne(_ names: String...) -> EnvRule { EnvRule(.atLeastOne(names)) }

    /// Exactly one must be set.
    public static func exactlyOne(_ names: String...) -> EnvRule { EnvRule(.exactlyOne(names)) }

    /// All or none must be set.
    public static func allOrNone(_ names: String...) -> EnvRule { EnvRule(.allOrNone(names)) }

    /// At most one may be set.
    public static func mutuallyExclusive(_ names: String...) -> EnvRule { EnvRule(.atMostOne(names)) }

    /// When the first condition holds, the second must.
    public static func when(_ condition: EnvCondition, then consequence: EnvCondition) -> EnvRule {
        EnvRule(.implies(condition, consequence))
    }

    /// The same rule with a reason for errors and documents, such as "Resend sends no mail without a key".
    public func because(_ reason: String) -> EnvRule {
        var rule = self
        rule.reason = reason
        return rule
    }

    /// The names of all variables that the rule is about, in order, each once.
    public var variables: [String] {
        var names: [String]
        switch kind {
        case .require(let required, let condition): names = required + condition.variables
        case .atLeastOne(let list), .exactlyOne(let list), .allOrNone(let list), .atMostOne(let list): names = list
        case .implies(let condition, let consequence): names = condition.variables + consequence.variables
        }
        var seen: Set<String> = []
        names.removeAll { !seen.insert($0).inserted }
        return names
    }

    /// All conditions in the rule, those inside others too.
    package var conditions: [EnvCondition] {
        switch kind {
        case .require(_, let condition): condition.flattened
        case .implies(let condition, let consequence): condition.flattened + consequence.flattened
        default: []
        }
    }
}

extension EnvCondition {
    /// The variable's text is this one. Not for secrets.
    public static func variable(_ name: String, is text: String) -> EnvCondition { .isOneOf(name, [text]) }

    /// The names of the variables in the condition.
    public var variables: [String] {
        flattened.compactMap {
            switch $0 {
            case .isSet(let name), .isOneOf(let name, _): name
            default: nil
            }
        }
    }

    /// The condition and all conditions inside it.
    var flattened: [EnvCondition] {
        switch self {
        case .isSet, .isOneOf, .mode: [self]
        case .not(let inner): [self] + inner.flattened
        case .all(let inner), .any(let inner): [self] + inner.flatMap(\.flattened)
        }
    }
}
