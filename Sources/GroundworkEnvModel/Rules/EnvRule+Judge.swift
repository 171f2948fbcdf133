/// How a rule is broken.
public struct EnvRuleViolation: Sendable, Hashable {
    /// The variables to mend, the likeliest first.
    public var variables: [String]
    /// What is wrong, in words that follow the name of the first variable.
    public var message: String
    /// What would mend it, in words.
    public var remedy: String
}

extension EnvRule {
    /// Whether and how the rule is broken; nil when it holds or too little is known to say.
    ///
    /// Where it counts variables, those that are set count; a default satisfies a demand, but is no second choice.
    public func violation(in facts: EnvFacts) -> EnvRuleViolation? {
        guard let found = judge(facts) else { return nil }
        var violation = found
        if let reason { violation.message += " (\(reason))" }
        return violation
    }

    private func judge(_ facts: EnvFacts) -> EnvRuleViolation? {
        switch kind {
        case .require(let names, let condition):
            guard condition.holds(in: facts) == true else { return nil }
            let missing = names.filter { facts[$0] == .absent }
            guard !missing.isEmpty else { return nil }
            return EnvRuleViolation(
                variables: missing,
                message: "\(Self.and(missing.dropFirst()))must be set when \(condition.words)",
                remedy: "set \(missing.joined(separator: " and "))"
            )
        case .atLeastOne(let names): return Self.tooFew(names, facts, "at least one of")
        case .exactlyOne(let names):
            return Self.tooFew(names, facts, "exactly one of") ?? Self.tooMany(names, facts, "exactly one of")
        case .atMostOne(let names): return Self.tooMany(names, facts, "at most one of")
        case .allOrNone(let names):
            let set = names.filter { facts[$0].isSet }
            let missing = names.filter { facts[$0] == .absent }
            guard let first = set.first, !missing.isEmpty else { return nil }
            return EnvRuleViolation(
                variables: missing,
                message: "\(Self.and(missing.dropFirst()))must be set too, because \(first) is: all of "
                    + "\(names.joined(separator: ", ")) or none",
                remedy: "set \(missing.joined(separator: " and ")), or remove \(set.joined(separator: " and "))"
            )
        case .implies(let condition, let consequence):
            guard condition.holds(in: facts) == true, consequence.holds(in: facts) == false else { return nil }
            return EnvRuleViolation(
                variables: consequence.variables + condition.variables,
                message: "does not fit: when \(condition.words), it must be that \(consequence.words)",
                remedy: "see to it that \(consequence.words)"
            )
        }
    }

    private static func tooFew(_ names: [String], _ facts: EnvFacts, _ words: String) -> EnvRuleViolation? {
        guard names.allSatisfy({ facts[$0] == .absent }) else { return nil }
        return EnvRuleViolation(
            variables: names,
            message: "is not set, nor is any other: \(words) \(names.joined(separator: ", ")) must be",
            remedy: "set one of \(names.joined(separator: ", "))"
        )
    }

    private static func tooMany(_ names: [String], _ facts: EnvFacts, _ words: String) -> EnvRuleViolation? {
        let set = names.filter { facts[$0].isSet }
        guard set.count > 1 else { return nil }
        return EnvRuleViolation(
            variables: set,
            message: "\(and(set.dropFirst()))are set together, but \(words) \(names.joined(separator: ", ")) may be",
            remedy: "keep one and remove the others"
        )
    }

    private static func and(_ names: ArraySlice<String>) -> String { names.map { "and \($0) " }.joined() }
}

extension EnvFact {
    /// Whether it is known to be set.
    package var isSet: Bool {
        if case .set = self { true } else { false }
    }
}

extension EnvCondition {
    /// The condition in words that follow "when", such as `EMAIL_PROVIDER is resend`.
    public var words: String {
        switch self {
        case .isSet(let name): "\(name) is set"
        case .isOneOf(let name, let texts): "\(name) is \(texts.joined(separator: " or "))"
        case .mode(let modes): "the environment is \(modes.map(\.rawValue).joined(separator: " or "))"
        case .not(.isSet(let name)): "\(name) is not set"
        case .not(.isOneOf(let name, let texts)): "\(name) is not \(texts.joined(separator: " or "))"
        case .not(.mode(let modes)): "the environment is not \(modes.map(\.rawValue).joined(separator: " or "))"
        case .not(let inner): "not (\(inner.words))"
        case .all(let inner): inner.map(\.nestedWords).joined(separator: " and ")
        case .any(let inner): inner.map(\.nestedWords).joined(separator: " or ")
        }
    }

    private var nestedWords: String {
        switch self {
        case .all(let inner) where inner.count > 1: "(\(words))"
        case .any(let inner) where inner.count > 1: "(\(words))"
        default: words
        }
    }
}
