import GroundworkBase
public import GroundworkEnvModel
public import GroundworkEnvValues

/// A variable that is declared once and used by several schemas.
///
///     enum Shared {
///         static let jwtSecret = EnvVar<Secret<String>>(
///             "JWT_SECRET", help: "Signs access tokens", minLength: 32, secret: .hs256, sharing: .must)
///     }
///     struct AuthEnv: EnvSchema {
///         @Env(Shared.jwtSecret) var jwtSecret: Secret<String>
///     }
public struct EnvVar<Value: EnvValue>: Sendable {
    /// The variable as data.
    public var variable: EnvVariable { declared.variable }
    /// Behind a reference, so that what holds a declaration stays small.
    private let declared: Declared
    /// The value when the variable is absent; nil when it must be set.
    public let defaultValue: Value?

    /// Declares a variable that must be set unless its type is optional.
    ///
    /// - Parameters:
    ///   - name: letters, digits and `_`; `.` and `-` are allowed, though shells cannot set such names.
    ///   - help: what the variable is for, in a sentence.
    ///   - range: the least and the greatest number, in the unit of the type (seconds, bytes).
    ///   - minLength: the least length in bytes.
    ///   - maxLength: the greatest length in bytes.
    ///   - count: the least and greatest number of elements.
    ///   - pattern: a regular expression that the whole text must match.
    ///   - schemes: the schemes that a URL may have.
    ///   - hosts: the hosts that a URL may name; `*.` stands for any subdomain.
    ///   - unit: the unit of a bare number in a duration; without it a bare number is refused.
    ///   - limits: limits that the parameters above complete.
    ///   - secret: what the secret is, for checks and documents; a secret value has a type such as `Secret<String>`.
    ///   - sharing: who else has the same value.
    ///   - note: a short remark for tables.
    ///   - group: the heading in documents.
    ///   - example: an example to show instead of the type's.
    ///   - aliases: other names, read without a warning.
    ///   - deprecated: old names, read with a warning.
    ///   - optionalIn: environments in which the variable may be absent; it must be set in all others.
    ///   - requiredIn: environments in which the variable must be set although it has a default or is optional.
    ///   - allowEmpty: whether an empty text is a value. Else it counts as absent.
    ///   - orFile: whether `NAME_FILE` may name a file that holds the value.
    ///   - defaultValue: the value when the variable is absent; nil when there is none.
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
        orFile: Bool = false,
        default defaultValue: Value? = nil
    ) {
        var limits = limits
        limits.merge(range: range, length: (minLength, maxLength), count: count)
        limits.pattern = pattern ?? limits.pattern
        limits.schemes = schemes ?? limits.schemes
        limits.hosts = hosts ?? limits.hosts
        limits.unit = unit ?? limits.unit
        let absent = Self.absentValue
        // `= nil` of an optional property arrives as a default whose text is nil; it says no more than the type.
        let isAbsent = defaultValue.map { Self.isNil($0) } ?? true
        let base: EnvRequirement.Base =
            !optionalIn.isEmpty ? .required : isAbsent ? (absent == nil ? .required : .optional) : .defaulted
        var variable = EnvVariable(
            name,
            help: help,
            type: Value.envType,
            requirement: EnvRequirement(base, optionalIn: optionalIn, requiredIn: requiredIn),
            isSecret: Value.envIsSecret || secret != nil
        )
        variable.limits = limits
        variable.secret = secret ?? (Value.envIsSecret ? EnvSecretTraits(kind: .usual(for: Value.envType)) : nil)
        variable.sharing = sharing
        variable.note = note
        variable.group = group
        variable.example = example
        variable.aliases = aliases
        variable.deprecatedNames = deprecated
        variable.allowsEmpty = allowEmpty
        variable.acceptsFile = orFile
        variable.defaultText = isAbsent || variable.isSecret ? nil : defaultValue?.envText
        declared = Declared(variable)
        self.defaultValue = isAbsent ? absent : defaultValue
    }

    init(variable: EnvVariable, defaultValue: Value?) {
        declared = Declared(variable)
        self.defaultValue = defaultValue
    }

    /// The same variable with a default.
    public func defaulting(to value: Value) -> EnvVar<Value> {
        if Self.isNil(value) { return self }
        var variable = variable
        if variable.requirement.optionalIn.isEmpty { variable.requirement.base = .defaulted }
        variable.defaultText = variable.isSecret ? nil : value.envText
        return EnvVar(variable: variable, defaultValue: value)
    }

    /// Whether there is a default that is more than the nil of an optional.
    var hasDefault: Bool { defaultValue.map { !Self.isNil($0) } ?? false }

    /// Nil of an optional type; nil when the type is not optional.
    static var absentValue: Value? { (Value.self as? any OptionalType.Type)?.absent(Value.self) }

    private static func isNil(_ value: Value) -> Bool {
        (Value.self as? any OptionalType.Type)?.isAbsent(value) ?? false
    }
}

private final class Declared: Sendable {
    let variable: EnvVariable
    init(_ variable: EnvVariable) { self.variable = variable }
}

extension EnvSecretTraits.Kind {
    /// What a secret of a type is when nothing else is said.
    fileprivate static func usual(for type: EnvTypeDescription) -> EnvSecretTraits.Kind {
        if type.jsonFormat == "uri" { return .connectionURL }
        return type.name == PEMText.envType.name ? .privateKey : .generic
    }
}

/// Tells optional types apart at run time.
private protocol OptionalType {
    static func absent<Value>(_: Value.Type) -> Value?
    static func isAbsent<Value>(_ value: Value) -> Bool
}

extension Optional: OptionalType {
    static func absent<Value>(_: Value.Type) -> Value? { Self.none as? Value }

    static func isAbsent<Value>(_ value: Value) -> Bool {
        guard let optional = value as? Self else { return false }
        if case .none = optional { return true }
        return false
    }
}

extension EnvLimits {
    mutating func merge(range: ClosedRange<Double>?, length: (Int?, Int?), count: ClosedRange<Int>?) {
        minimum = range?.lowerBound ?? minimum
        maximum = range?.upperBound ?? maximum
        minimumLength = length.0 ?? minimumLength
        maximumLength = length.1 ?? maximumLength
        minimumCount = count?.lowerBound ?? minimumCount
        maximumCount = count?.upperBound ?? maximumCount
    }
}
