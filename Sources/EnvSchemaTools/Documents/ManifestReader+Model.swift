import GroundworkEnvModel

extension SchemaManifest {
    init(reading manifest: ManifestReader) throws(ManifestError) {
        var variables: [EnvVariable] = []
        for variable in try manifest.requiredObjects("variables", "variable") {
            variables.append(try EnvVariable(reading: variable))
        }
        var rules: [EnvRule] = []
        for rule in try manifest.objects("rules", "rule") ?? [] { rules.append(try EnvRule(reading: rule)) }
        self.init(
            service: try manifest.required("service"),
            summary: try manifest.text("summary"),
            variables: variables,
            rules: rules
        )
        formatVersion = try manifest.count("formatVersion") ?? 1
        minimumReader = try manifest.count("minimumReader") ?? 1
    }
}

extension EnvVariable {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        self.init(
            try members.required("name"),
            help: try members.text("help") ?? "",
            type: try EnvTypeDescription(reading: try members.requiredObject("type")),
            requirement: try EnvRequirement(reading: try members.requiredObject("requirement")),
            isSecret: try members.flag("secret")
        )
        aliases = try members.texts("aliases") ?? []
        deprecatedNames = try members.texts("deprecatedNames") ?? []
        note = try members.text("note")
        group = try members.text("group")
        if let object = try members.object("limits") { limits = try EnvLimits(reading: object) }
        defaultText = try members.text("default")
        if let object = try members.object("secretTraits") { secret = try EnvSecretTraits(reading: object) }
        if let object = try members.object("sharing") { sharing = try EnvSharing(reading: object) }
        example = try members.text("example")
        allowsEmpty = try members.flag("allowsEmpty")
        acceptsFile = try members.flag("acceptsFile")
    }
}

extension EnvTypeDescription {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        self.init(
            name: try members.required("name"),
            expected: try members.required("expected"),
            jsonType: try members.required("jsonType"),
            jsonFormat: try members.text("jsonFormat"),
            choices: try members.texts("choices"),
            example: try members.required("example")
        )
    }
}

extension EnvLimits {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        self.init()
        minimum = try members.number("minimum")
        maximum = try members.number("maximum")
        minimumLength = try members.count("minimumLength")
        maximumLength = try members.count("maximumLength")
        minimumCount = try members.count("minimumCount")
        maximumCount = try members.count("maximumCount")
        pattern = try members.text("pattern")
        schemes = try members.texts("schemes")
        hosts = try members.texts("hosts")
        unit = try members.choice("unit")
    }
}

extension EnvRequirement {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        _ = try members.required("base")
        self.init(
            try members.choice("base") ?? .required,
            optionalIn: try members.texts("optionalIn")?.map { EnvMode(rawValue: $0) } ?? [],
            requiredIn: try members.texts("requiredIn")?.map { EnvMode(rawValue: $0) } ?? []
        )
    }
}

extension EnvSecretTraits {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        self.init(
            kind: Kind(rawValue: try members.text("kind") ?? Kind.generic.rawValue),
            origin: try members.text("origin"),
            rotation: try members.texts("rotation") ?? [],
            allowsOverlap: try members.flag("allowsOverlap")
        )
    }
}

extension EnvSharing {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        _ = try members.required("strength")
        self.init(try members.choice("strength") ?? .own, owner: try members.text("owner"))
    }
}

extension EnvRule {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        let kind: Kind
        if let names = try members.texts("require") {
            kind = .require(names, when: try EnvCondition(reading: try members.requiredObject("when")))
        } else if let names = try members.texts("atLeastOne") {
            kind = .atLeastOne(names)
        } else if let names = try members.texts("exactlyOne") {
            kind = .exactlyOne(names)
        } else if let names = try members.texts("allOrNone") {
            kind = .allOrNone(names)
        } else if let names = try members.texts("atMostOne") {
            kind = .atMostOne(names)
        } else {
            kind = .implies(
                try EnvCondition(reading: try members.requiredObject("if")),
                try EnvCondition(reading: try members.requiredObject("then"))
            )
        }
        self.init(kind, reason: try members.text("reason"))
    }
}

extension EnvCondition {
    fileprivate init(reading members: ManifestReader) throws(ManifestError) {
        if let name = try members.text("isSet") {
            self = .isSet(name)
        } else if let modes = try members.texts("mode") {
            self = .mode(modes.map { EnvMode(rawValue: $0) })
        } else if let inner = try members.object("not") {
            self = .not(try EnvCondition(reading: inner))
        } else if let inner = try members.objects("all", "condition") {
            self = .all(try Self.list(inner))
        } else if let inner = try members.objects("any", "condition") {
            self = .any(try Self.list(inner))
        } else {
            self = .isOneOf(try members.required("variable"), try members.texts("is") ?? [])
        }
    }

    private static func list(_ members: [ManifestReader]) throws(ManifestError) -> [EnvCondition] {
        var conditions: [EnvCondition] = []
        for member in members { conditions.append(try EnvCondition(reading: member)) }
        return conditions
    }
}
