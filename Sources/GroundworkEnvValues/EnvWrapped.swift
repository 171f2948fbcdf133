public import GroundworkBase
public import GroundworkEnvModel

/// A value that may be absent. A text that is there must fit the wrapped type.
extension Optional: EnvValue where Wrapped: EnvValue {
    /// The wrapped type.
    public static var envType: EnvTypeDescription { Wrapped.envType }
    /// As the wrapped type.
    public static var envIsSecret: Bool { Wrapped.envIsSecret }
    /// As the wrapped type.
    public static var envLimitFields: Set<EnvLimits.Field> { Wrapped.envLimitFields }

    /// Reads the wrapped type.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Wrapped? {
        try Wrapped.parse(envText: text, limits: limits)
    }

    /// The text of the wrapped value.
    public var envText: String? { flatMap(\.envText) }
}

/// A value that is never shown.
extension Secret: EnvValue where Value: EnvValue {
    /// The wrapped type.
    public static var envType: EnvTypeDescription { Value.envType }
    /// Always.
    public static var envIsSecret: Bool { true }
    /// As the wrapped type.
    public static var envLimitFields: Set<EnvLimits.Field> { Value.envLimitFields }

    /// Reads the wrapped type.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Secret<Value> {
        Secret(try Value.parse(envText: text, limits: limits))
    }

    /// Never.
    public var envText: String? { nil }
}

/// Any type that reads itself from text: its own conformance to ``EnvValue`` needs no code.
extension EnvValue where Self: TextParsable {
    /// Named after the Swift type.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: String(describing: Self.self), expected: expectedText, example: "")
    }

    /// Length and pattern of the text.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimumLength, .maximumLength, .pattern] }

    /// Reads the value.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self {
        try limits.check(text: text)
        return try Self(parsing: text)
    }

    /// Unknown, unless the type says otherwise.
    public var envText: String? { nil }
}

extension EnvValue where Self: TextParsable & LosslessStringConvertible {
    /// The description.
    public var envText: String? { description }
}

/// A key or certificate as PEM, in any of the forms that people put into a variable. Counted as secret.
extension PEMText: EnvValue {
    /// `PEM`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "PEM",
            expected: "\(expectedText), or the path of such a file",
            // An empty sequence: of the right form, and no key.
            example: "-----BEGIN PRIVATE KEY-----\\nMAA=\\n-----END PRIVATE KEY-----"
        )
    }

    /// It may be a private key.
    public static var envIsSecret: Bool { true }

    /// The length of the text.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimumLength, .maximumLength] }

    /// Reads the key, or the file that the text names.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> PEMText {
        try limits.check(length: text.utf8.count)
        return try PEMText(pathOrContents: text)
    }
}
