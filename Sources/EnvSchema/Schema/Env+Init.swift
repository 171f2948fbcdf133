import GroundworkEnvModel

extension Env {
    /// Declares a variable that must be set unless its type is optional.
    /// The parameters are those of ``EnvVar``.
    public init(
        _ name: String,
        help: String,
        range: ClosedRange<Double>? = nil,
        minLength: Int? = nil,
        maxLength: Int? = nil,
        count: ClosedRange<Int>? = nil,
        pattern: String? = nil,
        schemes: [String]? = nil,
        hosts: [String]? = nil,
        unit: EnvTimeUnit? = nil,
        limits: EnvLimits = EnvLimits(),
        secret: EnvSecretTraits? = nil,
        sharing: EnvSharing = .own,
        note: String? = nil,
        group: String? = nil,
        example: String? = nil,
        aliases: [String] = [],
        deprecated: [String] = [],
        optionalIn: [EnvMode] = [],
        requiredIn: [EnvMode] = [],
        allowEmpty: Bool = false,
        orFile: Bool = false
    ) {
        self.init(
            EnvVar(
                name,
                help: help,
                range: range,
                minLength: minLength,
                maxLength: maxLength,
                count: count,
                pattern: pattern,
                schemes: schemes,
                hosts: hosts,
                unit: unit,
                limits: limits,
                secret: secret,
                sharing: sharing,
                note: note,
                group: group,
                example: example,
                aliases: aliases,
                deprecated: deprecated,
                optionalIn: optionalIn,
                requiredIn: requiredIn,
                allowEmpty: allowEmpty,
                orFile: orFile
            )
        )
    }

    /// Declares a variable with a default, the value that the property is given.
    /// The parameters are those of ``EnvVar``.
    public init(
        wrappedValue: Value,
        _ name: String,
        help: String,
        range: ClosedRange<Double>? = nil,
        minLength: Int? = nil,
        maxLength: Int? = nil,
        count: ClosedRange<Int>? = nil,
        pattern: String? = nil,
        schemes: [String]? = nil,
        hosts: [String]? = nil,
        unit: EnvTimeUnit? = nil,
        limits: EnvLimits = EnvLimits(),
        secret: EnvSecretTraits? = nil,
        sharing: EnvSharing = .own,
        note: String? = nil,
        group: String? = nil,
        example: String? = nil,
        aliases: [String] = [],
        deprecated: [String] = [],
        optionalIn: [EnvMode] = [],
        requiredIn: [EnvMode] = [],
        allowEmpty: Bool = false,
        orFile: Bool = false
    ) {
        self.init(
            EnvVar(
                name,
                help: help,
                range: range,
                minLength: minLength,
                maxLength: maxLength,
                count: count,
                pattern: pattern,
                schemes: schemes,
                hosts: hosts,
                unit: unit,
                limits: limits,
                secret: secret,
                sharing: sharing,
                note: note,
                group: group,
                example: example,
                aliases: aliases,
                deprecated: deprecated,
                optionalIn: optionalIn,
                requiredIn: requiredIn,
                allowEmpty: allowEmpty,
                orFile: orFile,
                default: wrappedValue
            )
        )
    }
}
