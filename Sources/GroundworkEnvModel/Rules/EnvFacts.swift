/// What is known of one variable when rules are judged.
public enum EnvFact: Sendable, Hashable {
    /// Neither set nor defaulted.
    case absent
    /// Not set; the default is used. Its text; nil when unknown.
    case defaulted(String?)
    /// Set. Its text; nil when it is unknown: sealed, secret or not readable.
    case set(String?)
    /// Nothing is known.
    case unknown
}

/// What is known of a service's environment when rules are judged: by a load everything, by an audit sometimes less.
public struct EnvFacts: Sendable {
    /// The environment that the service runs in; nil when unknown.
    public var mode: EnvMode?
    /// What is known of each variable; a variable that is not in it counts as absent.
    public var variables: [String: EnvFact]

    /// Collects facts.
    public init(mode: EnvMode?, variables: [String: EnvFact]) {
        self.mode = mode
        self.variables = variables
    }

    package subscript(_ name: String) -> EnvFact { variables[name] ?? .absent }
}

extension EnvCondition {
    /// Whether the condition holds; nil when too little is known to say.
    ///
    /// `isSet` means set in the environment, a default does not count; `isOneOf` compares the default too.
    public func holds(in facts: EnvFacts) -> Bool? {
        switch self {
        case .isSet(let name):
            switch facts[name] {
            case .absent, .defaulted: false
            case .set: true
            case .unknown: nil
            }
        case .isOneOf(let name, let texts):
            switch facts[name] {
            case .absent: false
            case .defaulted(let text), .set(let text): text.map(texts.contains)
            case .unknown: nil
            }
        case .mode(let modes): facts.mode.map(modes.contains)
        case .not(let inner): inner.holds(in: facts).map { !$0 }
        case .all(let inner): Self.all(inner.map { $0.holds(in: facts) })
        case .any(let inner): Self.all(inner.map { $0.holds(in: facts).map { !$0 } }).map { !$0 }
        }
    }

    private static func all(_ answers: [Bool?]) -> Bool? {
        if answers.contains(false) { return false }
        return answers.contains(nil) ? nil : true
    }
}
