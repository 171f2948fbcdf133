// The JSON of manifests. Written by hand so that it stays the same when the Swift types change: absent members have
// their defaults, unknown members are passed over, rules read as sentences do.

private struct ManifestKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(_ name: String) { stringValue = name }
}

extension KeyedDecodingContainer<ManifestKey> {
    fileprivate func read<Value: Decodable>(_ name: String, or fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: ManifestKey(name)) ?? fallback
    }

    fileprivate func read<Value: Decodable>(_ name: String) throws -> Value {
        try decode(Value.self, forKey: ManifestKey(name))
    }

    fileprivate func optional<Value: Decodable>(_ name: String) throws -> Value? {
        try decodeIfPresent(Value.self, forKey: ManifestKey(name))
    }
}

extension KeyedEncodingContainer<ManifestKey> {
    fileprivate mutating func write<Value: Encodable & Equatable>(
        _ name: String,
        _ value: Value,
        unless fallback: Value? = nil
    ) throws {
        if value != fallback { try encode(value, forKey: ManifestKey(name)) }
    }

    fileprivate mutating func writeIfPresent<Value: Encodable>(_ name: String, _ value: Value?) throws {
        try encodeIfPresent(value, forKey: ManifestKey(name))
    }
}

extension SchemaManifest {
    /// Reads a manifest; absent members have their defaults.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: ManifestKey.self)
        self.init(
            service: try members.read("service"),
            summary: try members.optional("summary"),
            variables: try members.read("variables"),
            rules: try members.read("rules", or: [])
        )
        formatVersion = try members.read("formatVersion", or: 1)
        minimumReader = try members.read("minimumReader", or: 1)
    }
}

extension EnvVariable {
    /// Reads a variable; absent members have their defaults.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: ManifestKey.self)
        self.init(
            try members.read("name"),
            help: try members.read("help", or: ""),
            type: try members.read("type"),
            requirement: try members.read("requirement"),
            isSecret: try members.read("secret", or: false)
        )
        aliases = try members.read("aliases", or: [])
        deprecatedNames = try members.read("deprecatedNames", or: [])
        note = try members.optional("note")
        group = try members.optional("group")
        limits = try members.read("limits", or: EnvLimits())
        defaultText = try members.optional("default")
        secret = try members.optional("secretTraits")
        sharing = try members.read("sharing", or: .own)
        example = try members.optional("example")
        allowsEmpty = try members.read("allowsEmpty", or: false)
        acceptsFile = try members.read("acceptsFile", or: false)
    }

    /// Writes the members that differ from their defaults. The default of a secret is never written.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: ManifestKey.self)
        try members.write("name", name)
        try members.write("help", help)
        try members.write("type", type)
        try members.write("requirement", requirement)
        try members.write("secret", isSecret, unless: false)
        try members.write("aliases", aliases, unless: [])
        try members.write("deprecatedNames", deprecatedNames, unless: [])
        try members.writeIfPresent("note", note)
        try members.writeIfPresent("group", group)
        try members.write("limits", limits, unless: EnvLimits())
        if !isSecret { try members.writeIfPresent("default", defaultText) }
        try members.writeIfPresent("secretTraits", secret)
        try members.write("sharing", sharing, unless: .own)
        try members.writeIfPresent("example", example)
        try members.write("allowsEmpty", allowsEmpty, unless: false)
        try members.write("acceptsFile", acceptsFile, unless: false)
    }
}

extension EnvRequirement {
    /// Reads a requirement; absent exceptions are none.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: ManifestKey.self)
        self.init(
            try members.read("base"),
            optionalIn: try members.read("optionalIn", or: []),
            requiredIn: try members.read("requiredIn", or: [])
        )
    }

    /// Writes the exceptions that there are.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: ManifestKey.self)
        try members.write("base", base)
        try members.write("optionalIn", optionalIn, unless: [])
        try members.write("requiredIn", requiredIn, unless: [])
    }
}

extension EnvSecretTraits {
    /// Reads traits; absent members have their defaults.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: ManifestKey.self)
        self.init(
            kind: try members.read("kind", or: .generic),
            origin: try members.optional("origin"),
            rotation: try members.read("rotation", or: []),
            allowsOverlap: try members.read("allowsOverlap", or: false)
        )
    }

    /// Writes the members that differ from their defaults, and the kind.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: ManifestKey.self)
        try members.write("kind", kind)
        try members.writeIfPresent("origin", origin)
        try members.write("rotation", rotation, unless: [])
        try members.write("allowsOverlap", allowsOverlap, unless: false)
    }
}

extension EnvRule {
    /// Reads a rule such as `{"require": ["A"], "when": {"isSet": "B"}}`.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: ManifestKey.self)
        let kind: Kind
        if let names: [String] = try members.optional("require") {
            kind = .require(names, when: try members.read("when"))
        } else if let names: [String] = try members.optional("atLeastOne") {
            kind = .atLeastOne(names)
        } else if let names: [String] = try members.optional("exactlyOne") {
            kind = .exactlyOne(names)
        } else if let names: [String] = try members.optional("allOrNone") {
            kind = .allOrNone(names)
        } else if let names: [String] = try members.optional("atMostOne") {
            kind = .atMostOne(names)
        } else {
            kind = .implies(try members.read("if"), try members.read("then"))
        }
        self.init(kind, reason: try members.optional("reason"))
    }

    /// Writes a rule.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: ManifestKey.self)
        switch kind {
        case .require(let names, let condition):
            try members.write("require", names)
            try members.write("when", condition)
        case .atLeastOne(let names): try members.write("atLeastOne", names)
        case .exactlyOne(let names): try members.write("exactlyOne", names)
        case .allOrNone(let names): try members.write("allOrNone", names)
        case .atMostOne(let names): try members.write("atMostOne", names)
        case .implies(let condition, let consequence):
            try members.write("if", condition)
            try members.write("then", consequence)
        }
        try members.writeIfPresent("reason", reason)
    }
}

extension EnvCondition {
    /// Reads a condition such as `{"variable": "A", "is": ["x"]}`.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: ManifestKey.self)
        if let name: String = try members.optional("isSet") {
            self = .isSet(name)
        } else if let modes: [EnvMode] = try members.optional("mode") {
            self = .mode(modes)
        } else if let inner: EnvCondition = try members.optional("not") {
            self = .not(inner)
        } else if let inner: [EnvCondition] = try members.optional("all") {
            self = .all(inner)
        } else if let inner: [EnvCondition] = try members.optional("any") {
            self = .any(inner)
        } else {
            self = .isOneOf(try members.read("variable"), try members.read("is"))
        }
    }

    /// Writes a condition.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: ManifestKey.self)
        switch self {
        case .isSet(let name): try members.write("isSet", name)
        case .isOneOf(let name, let texts):
            try members.write("variable", name)
            try members.write("is", texts)
        case .mode(let modes): try members.write("mode", modes)
        case .not(let inner): try members.write("not", inner)
        case .all(let inner): try members.write("all", inner)
        case .any(let inner): try members.write("any", inner)
        }
    }
}
