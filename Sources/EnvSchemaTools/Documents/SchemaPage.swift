import GroundworkBase
import GroundworkEnvModel

/// A manifest as JSON Schema.
struct SchemaPage {
    private let manifest: SchemaManifest
    private let variables: [String: EnvVariable]

    init(_ manifest: SchemaManifest) {
        self.manifest = manifest
        variables = Dictionary(manifest.variables.map { ($0.name, $0) }) { first, _ in first }
    }

    var node: JSONValue {
        var members: [JSONValue.Member] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("Environment of \(manifest.service)")),
        ]
        if let summary = manifest.summary { members.append(("description", .string(summary))) }
        members.append(("type", .string("object")))
        var properties: [JSONValue.Member] = []
        for variable in manifest.variables {
            for name in [variable.name] + variable.aliases { properties.append((name, property(variable))) }
            for name in variable.deprecatedNames { properties.append((name, property(variable, isDeprecated: true))) }
        }
        members.append(("properties", .object(properties)))
        let required = manifest.variables.filter {
            $0.requirement.base == .required && $0.requirement.optionalIn.isEmpty
        }
        let plain = required.filter { names($0).count == 1 }.map(\.name)
        if !plain.isEmpty { members.append(("required", .strings(plain))) }
        let conditions =
            required.filter { names($0).count > 1 }.map { isPresent($0.name) } + manifest.rules.compactMap { rule($0) }
        if !conditions.isEmpty { members.append(("allOf", .array(conditions))) }
        return .object(members)
    }

    /// All names under which a variable may stand.
    private func names(_ variable: EnvVariable) -> [String] {
        [variable.name] + variable.aliases + variable.deprecatedNames
            + (variable.acceptsFile ? ["\(variable.name)_FILE"] : [])
    }

    private func property(_ variable: EnvVariable, isDeprecated: Bool = false) -> JSONValue {
        var members: [JSONValue.Member] = [("description", .string(variable.help))]
        members += SchemaValue(variable).members
        if variable.isSecret {
            members.append(("writeOnly", .bool(true)))
        } else {
            if let text = variable.defaultText { members.append(("default", .string(text))) }
            if let example = variable.example { members.append(("examples", .strings([example]))) }
        }
        if isDeprecated { members.append(("deprecated", .bool(true))) }
        return .object(members)
    }

    /// The rules that JSON Schema can say; nil for those that need to know the environment.
    private func rule(_ rule: EnvRule) -> JSONValue? {
        let node: JSONValue
        switch rule.kind {
        case .require(let required, let condition):
            // A default is a value too.
            let missing = required.filter { variables[$0]?.requirement.base != .defaulted }
            guard let test = self.condition(condition), !missing.isEmpty else { return nil }
            node = .object([("if", test), ("then", all(missing.map { isPresent($0) }))])
        case .atLeastOne(let names):
            guard !hasDefault(names) else { return nil }
            node = any(names.map { isPresent($0) })
        case .exactlyOne(let names):
            guard !hasDefault(names) else { return nil }
            node = .object([("oneOf", .array(names.map { isPresent($0) }))])
        case .allOrNone(let names):
            let counted = names.filter { variables[$0]?.requirement.base != .defaulted }
            node = any([all(counted.map { isPresent($0) }), all(names.map { isAbsent($0) })])
        case .atMostOne(let names):
            let pairs = names.indices.flatMap { first in
                names[(first + 1)...].map { any([isAbsent(names[first]), isAbsent($0)]) }
            }
            node = all(pairs)
        case .implies(let condition, let consequence):
            guard let test = self.condition(condition), let result = self.condition(consequence) else { return nil }
            node = .object([("if", test), ("then", result)])
        }
        guard case .object(var members) = node else { return node }
        members.insert(("description", .string(rule.sentence)), at: 0)
        return .object(members)
    }

    private func hasDefault(_ names: [String]) -> Bool {
        names.contains { variables[$0]?.requirement.base == .defaulted }
    }

    private func condition(_ condition: EnvCondition) -> JSONValue? {
        switch condition {
        case .isSet(let name): return isPresent(name)
        case .isOneOf(let name, let texts):
            guard let variable = variables[name], !variable.isSecret else { return nil }
            let isOne = names(variable).prefix(1 + variable.aliases.count + variable.deprecatedNames.count).map {
                name in
                JSONValue.object([
                    ("properties", .object([(name, .object([("enum", .strings(texts))]))])),
                    ("required", .strings([name])),
                ])
            }
            guard let text = variable.defaultText, texts.contains(text) else { return any(isOne) }
            return any(isOne + [isAbsent(name)])
        case .mode: return nil
        case .not(let inner): return self.condition(inner).map { .object([("not", $0)]) }
        case .all(let inner):
            let nodes = inner.compactMap { self.condition($0) }
            return nodes.count == inner.count ? all(nodes) : nil
        case .any(let inner):
            let nodes = inner.compactMap { self.condition($0) }
            return nodes.count == inner.count ? any(nodes) : nil
        }
    }

    /// Set and, unless that is a value, not empty.
    private func isPresent(_ name: String) -> JSONValue {
        guard let variable = variables[name] else { return .object([("required", .strings([name]))]) }
        return any(
            names(variable).map { name in
                var members: [JSONValue.Member] = [("required", .strings([name]))]
                if !variable.allowsEmpty {
                    members.append(
                        ("properties", .object([(name, .object([("not", .object([("const", .string(""))]))]))]))
                    )
                }
                return .object(members)
            }
        )
    }

    private func isAbsent(_ name: String) -> JSONValue { .object([("not", isPresent(name))]) }

    private func all(_ nodes: [JSONValue]) -> JSONValue { single(nodes) ?? .object([("allOf", .array(nodes))]) }
    private func any(_ nodes: [JSONValue]) -> JSONValue { single(nodes) ?? .object([("anyOf", .array(nodes))]) }

    private func single(_ nodes: [JSONValue]) -> JSONValue? {
        // An empty list is not allowed; an empty schema holds always.
        nodes.isEmpty ? .object([]) : nodes.count == 1 ? nodes[0] : nil
    }
}

/// What JSON Schema can say about the value of a variable: never more than the variable itself demands.
struct SchemaValue {
    private let variable: EnvVariable
    private var limits: EnvLimits { variable.limits }
    /// An empty text counts as absent, which is right for whatever may be absent or stand under another name.
    private var admitsEmpty: Bool {
        variable.allowsEmpty || variable.requirement.base != .required || !variable.requirement.optionalIn.isEmpty
            || !variable.aliases.isEmpty || !variable.deprecatedNames.isEmpty || variable.acceptsFile
    }

    init(_ variable: EnvVariable) { self.variable = variable }

    var members: [JSONValue.Member] {
        if let choices = variable.type.choices {
            return [("enum", .strings(choices + (admitsEmpty && !choices.contains("") ? [""] : [])))]
        }
        switch variable.type.jsonType {
        case "integer": return numeric("integer", "[+-]?[0-9]+")
        case "number": return numeric("number", "[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?")
        case "boolean":
            return [
                types("boolean"),
                pattern("[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|0|1"),
            ]
        case "array": return [types("array")] + presence + counts
        case "object": return [("type", .strings(["string", "object", "array", "number", "boolean"]))] + presence
        default: return text
        }
    }

    private func types(_ name: String) -> JSONValue.Member { ("type", .strings(["string", name])) }

    private func pattern(_ pattern: String) -> JSONValue.Member {
        ("pattern", .string(admitsEmpty ? "^(?:\(pattern))?$" : "^(?:\(pattern))$"))
    }

    private var presence: [JSONValue.Member] { admitsEmpty ? [] : [("minLength", .number(1))] }

    private var counts: [JSONValue.Member] {
        [("minItems", limits.minimumCount), ("maxItems", limits.maximumCount)].compactMap { name, count in
            count.map { (name, .number(Double($0))) }
        }
    }

    private func numeric(_ name: String, _ form: String) -> [JSONValue.Member] {
        var members = [types(name), pattern(form)]
        if let minimum = limits.minimum { members.append(("minimum", .number(minimum))) }
        if let maximum = limits.maximum { members.append(("maximum", .number(maximum))) }
        return members
    }

    private var text: [JSONValue.Member] {
        var members: [JSONValue.Member] = [("type", .string("string"))]
        if let format = variable.type.jsonFormat { members.append(("format", .string(format))) }
        // JSON Schema counts characters, the limits count bytes: a character has one to four.
        let isEncoded = variable.type.name.hasPrefix("bytes as")
        let least = isEncoded ? limits.minimumLength : limits.minimumLength.map { ($0 + 3) / 4 }
        if !admitsEmpty { members.append(("minLength", .number(Double(max(1, least ?? 1))))) }
        if let greatest = limits.maximumLength, !isEncoded { members.append(("maxLength", .number(Double(greatest)))) }
        if let text = limits.pattern { members.append(pattern(text)) }
        return members
    }
}
