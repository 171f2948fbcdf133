public import GroundworkBase
public import GroundworkEnvModel

/// Any text, as it stands.
extension String: EnvValue {
    /// `text`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "text", expected: "a text", example: "text")
    }

    /// Length and pattern.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimumLength, .maximumLength, .pattern] }

    /// Checks the limits.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> String {
        try limits.check(text: text)
        return text
    }

    /// The text itself.
    public var envText: String? { self }
}
