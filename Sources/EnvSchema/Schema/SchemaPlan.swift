import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvSources

/// What is known of a schema before any environment: made once per type and kept.
final class SchemaPlan: Sendable {
    let service: String
    /// The names of the properties, in the order of ``definitions``.
    let properties: [String]
    let definitions: [EnvDefinition]
    let rules: [EnvRule]
    let modes: [EnvMode]
    let modeVariable: String
    let names: UnknownNames
    /// What is wrong with the schema itself.
    let mistakes: [EnvProblem]

    private static let plans = Locked<[ObjectIdentifier: SchemaPlan]>([:])

    static func of<Schema: EnvSchema>(_ type: Schema.Type) -> SchemaPlan {
        let identifier = ObjectIdentifier(type)
        if let plan = plans.withLock({ $0[identifier] }) { return plan }
        // Outside the lock: declarations are the user's code.
        let plan = SchemaPlan(type)
        plans.withLock { $0[identifier] = plan }
        return plan
    }

    private init<Schema: EnvSchema>(_ type: Schema.Type) {
        var properties: [String] = []
        var definitions: [EnvDefinition] = []
        var mistakes: [EnvProblem] = []
        for child in Mirror(reflecting: Schema()).children {
            let label = child.label ?? "?"
            guard let definition = (child.value as? any EnvProperty)?.definition else {
                mistakes.append(.declaration(of: label, in: type))
                continue
            }
            properties.append(label.hasPrefix("_") ? String(label.dropFirst()) : label)
            definitions.append(definition)
        }
        if mistakes.isEmpty { mistakes += Self.comparing(properties, with: type) }
        service = type.serviceName
        self.properties = properties
        self.definitions = definitions
        rules = type.rules
        modes = type.modes
        modeVariable = type.modeVariable
        names = UnknownNames(
            definitions.map(\.variable),
            modeVariable: type.modeVariable,
            prefixes: type.prefixes
        )
        self.mistakes = mistakes + DeclarationCheck(definitions: definitions, rules: rules, modes: modes).mistakes
    }

    func check() throws(EnvErrors) {
        guard mistakes.isEmpty else { throw EnvErrors(service: service, problems: mistakes) }
    }

    /// Fills a schema.
    /// - Parameter values: one per definition.
    func fill<Schema: EnvSchema>(_ type: Schema.Type, with values: [any Sendable]) throws(EnvErrors) -> Schema {
        let slots = Dictionary(zip(properties, values)) { first, _ in first }
        do {
            return try Schema(from: SlotDecoder(values: slots))
        } catch {
            throw EnvErrors(service: service, problems: [.unfillable((error as? SlotError)?.property, in: type)])
        }
    }

    /// Compares what the mirror shows with what `Decodable` asks for: they differ when reflection metadata is missing
    /// and when a schema has coding keys or a decoder of its own.
    private static func comparing<Schema: EnvSchema>(_ listed: [String], with type: Schema.Type) -> [EnvProblem] {
        let decoder = SlotDecoder(values: nil)
        do {
            _ = try Schema(from: decoder)
        } catch {
            let property = decoder.strangers.first ?? (error as? SlotError)?.property
            return [property.map { .declaration(of: $0, in: type) } ?? .unfillable(nil, in: type)]
        }
        if listed == decoder.asked { return [] }
        guard !listed.isEmpty || decoder.asked.isEmpty else {
            return [
                EnvProblem(
                    .declaration,
                    [],
                    origin: .declaration,
                    message: """
                        \(type) has \(decoder.asked.count) variables, but the compiler left out the reflection \
                        metadata that lists them
                        """,
                    remedy: """
                        build the module of \(type) without -disable-reflection-metadata and \
                        -reflection-metadata-for-debugger-only
                        """
                )
            ]
        }
        return [.unfillable(Set(listed).symmetricDifference(decoder.asked).min(), in: type)]
    }

    /// `AuthEnv` is `auth`, `ChatServiceEnvironment` is `chat-service`.
    static func serviceName(from type: String) -> String {
        var name = Substring(type)
        for ending in ["Environment", "EnvSchema", "Env"] where name.hasSuffix(ending) && name.count > ending.count {
            name = name.dropLast(ending.count)
            break
        }
        var result = ""
        var previousIsLower = false
        for character in name {
            if character.isUppercase, previousIsLower { result += "-" }
            previousIsLower = character.isLowercase || character.isNumber
            result += character.lowercased()
        }
        return result
    }
}

extension EnvProblem {
    fileprivate static func declaration(of property: String, in type: Any.Type) -> EnvProblem {
        EnvProblem(
            .declaration,
            [],
            origin: .declaration,
            message: "the property `\(property)` of \(type) is not an @Env variable",
            remedy: "write @Env(\"NAME\", help: \"…\") before it, or make it a computed or a static property"
        )
    }

    fileprivate static func unfillable(_ property: String?, in type: Any.Type) -> EnvProblem {
        EnvProblem(
            .declaration,
            [],
            origin: .declaration,
            message: property.map { "the property `\($0)` of \(type) cannot be filled" } ?? "\(type) cannot be filled",
            remedy: "leave out CodingKeys, init(from:) and init() of your own, so that the compiler writes them"
        )
    }
}
