public import GroundworkBase
public import GroundworkEnvModel

/// `true`, `1`, `yes`, `on` and `false`, `0`, `no`, `off`, in any case of letters; anything else is an error.
extension Bool: EnvValue {
    private static let truths: Set<String> = ["true", "1", "yes", "on"]
    private static let falsehoods: Set<String> = ["false", "0", "no", "off"]

    /// `boolean`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "boolean",
            expected: "true or false (also 1, yes, on and 0, no, off)",
            jsonType: "boolean",
            example: "true"
        )
    }

    /// Reads one of the spellings.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Bool {
        let small = text.lowercasedASCII()
        if truths.contains(small) { return true }
        if falsehoods.contains(small) { return false }
        throw TextParsingError("it is none of true, 1, yes, on, false, 0, no, off")
    }

    /// `true` or `false`.
    public var envText: String? { self ? "true" : "false" }
}
