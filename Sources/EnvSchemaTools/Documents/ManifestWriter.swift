import GroundworkEnvModel

// The JSON of manifests. Written by hand so that it stays the same when the Swift types change: members that have
// their defaults are left out, rules read as sentences do. Members stand in the order of their names.

extension SchemaManifest {
    var node: JSONValue {
        var members = ManifestMembers()
        members.add("formatVersion", number: Double(formatVersion))
        members.add("minimumReader", number: Double(minimumReader))
        members.add("rules", list: rules.map(\.node))
        members.add("service", service)
        members.add("summary", summary)
        members.all.append(("variables", .array(variables.map(\.node))))
        return members.node
    }
}

/// The members of an object; those that say nothing are left out.
private struct ManifestMembers {
    var all: [JSONValue.Member] = []
    var node: JSONValue { .object(all) }

    mutating func add(_ name: String, _ text: String?) {
        if let text { all.append((name, .string(text))) }
    }

    mutating func add(_ name: String, number: Double?) {
        if let number { all.append((name, .number(number))) }
    }

    mutating func add(_ name: String, _ flag: Bool) {
        if flag { all.append((name, .bool(true))) }
    }

    mutating func add(_ name: String, texts: [String]) {
        if !texts.isEmpty { all.append((name, .strings(texts))) }
    }

    mutating func add(_ name: String, list: [JSONValue]) {
        if !list.isEmpty { all.append((name, .array(list))) }
    }

    /// Adds an object unless it is empty.
    mutating func add(_ name: String, object: JSONValue?) {
        if let object, object.members?.isEmpty == false { all.append((name, object)) }
    }
}

extension EnvVariable {
    /// The default of a secret is never written.
    fileprivate var node: JSONValue {
        var members = ManifestMembers()
        members.add("acceptsFile", acceptsFile)
        members.add("aliases", texts: aliases)
        members.add("allowsEmpty", allowsEmpty)
        members.add("default", isSecret ? nil : defaultText)
        members.add("deprecatedNames", texts: deprecatedNames)
        members.add("example", example)
        members.add("group", group)
        members.add("help", help)
        members.add("limits", object: limits.node)
        members.add("name", name)
        members.add("note", note)
        members.add("requirement", object: requirement.node)
        members.add("secret", isSecret)
        members.add("secretTraits", object: secret?.node)
        members.add("sharing", object: sharing == .own ? nil : sharing.node)
        members.add("type", object: type.node)
        return members.node
    }
}

extension EnvTypeDescription {
    fileprivate var node: JSONValue {
        var members = ManifestMembers()
        if let choices { members.all.append(("choices", .strings(choices))) }
        members.add("example", example)
        members.add("expected", expected)
        members.add("jsonFormat", jsonFormat)
        members.add("jsonType", jsonType)
        members.add("name", name)
        return members.node
    }
}

extension EnvLimits {
    fileprivate var node: JSONValue {
        var members = ManifestMembers()
        if let hosts { members.all.append(("hosts", .strings(hosts))) }
        members.add("maximum", number: maximum)
        members.add("maximumCount", number: maximumCount.map { Double($0) })
        members.add("maximumLength", number: maximumLength.map { Double($0) })
        members.add("minimum", number: minimum)
        members.add("minimumCount", number: minimumCount.map { Double($0) })
        members.add("minimumLength", number: minimumLength.map { Double($0) })
        members.add("pattern", pattern)
        if let schemes { members.all.append(("schemes", .strings(schemes))) }
        members.add("unit", unit?.rawValue)
        return members.node
    }
}

extension EnvRequirement {
    fileprivate var node: JSONValue {
        var members = ManifestMembers()
        members.add("base", base.rawValue)
        members.add("optionalIn", texts: optionalIn.map(\.rawValue))
        members.add("requiredIn", texts: requiredIn.map(\.rawValue))
        return members.node
    }
}

extension EnvSecretTraits {
    fileprivate var node: JSONValue {
        var members = ManifestMembers()
        members.add("allowsOverlap", allowsOverlap)
        members.add("kind", kind.rawValue)
        members.add("origin", origin)
        members.add("rotation", texts: rotation)
        return members.node
    }
}

extension EnvSharing {
    fileprivate var node: JSONValue {
        var members = ManifestMembers()
        members.add("owner", owner)
        members.add("strength", strength.rawValue)
        return members.node
    }
}

extension EnvRule {
    /// Such as `{"require": ["A"], "when": {"isSet": "B"}}`.
    fileprivate var node: JSONValue {
        var members: [JSONValue.Member]
        switch kind {
        case .require(let names, let condition):
            members = [("require", .strings(names)), ("when", condition.node)]
        case .atLeastOne(let names): members = [("atLeastOne", .strings(names))]
        case .exactlyOne(let names): members = [("exactlyOne", .strings(names))]
        case .allOrNone(let names): members = [("allOrNone", .strings(names))]
        case .atMostOne(let names): members = [("atMostOne", .strings(names))]
        case .implies(let condition, let consequence):
            members = [("if", condition.node), ("then", consequence.node)]
        }
        if let reason { members.append(("reason", .string(reason))) }
        return .object(members)
    }
}

extension EnvCondition {
    /// Such as `{"is": ["x"], "variable": "A"}`.
    fileprivate var node: JSONValue {
        switch self {
        case .isSet(let name): .object([("isSet", .string(name))])
        case .isOneOf(let name, let texts): .object([("is", .strings(texts)), ("variable", .string(name))])
        case .mode(let modes): .object([("mode", .strings(modes.map(\.rawValue)))])
        case .not(let inner): .object([("not", inner.node)])
        case .all(let inner): .object([("all", .array(inner.map(\.node)))])
        case .any(let inner): .object([("any", .array(inner.map(\.node)))])
        }
    }
}
