public import GroundworkBase
public import GroundworkEnvModel

/// An enum whose raw values are the texts allowed.
///
///     enum EmailProvider: String, EnvChoice { case resend, smtp, log }
public protocol EnvChoice: EnvValue, CaseIterable, RawRepresentable where RawValue == String {}

extension EnvChoice {
    /// `choice`, with the texts allowed.
    public static var envType: EnvTypeDescription {
        let choices = allCases.map(\.rawValue)
        return EnvTypeDescription(
            name: "choice",
            expected: "one of \(choices.joined(separator: ", "))",
            choices: choices,
            example: choices.first ?? ""
        )
    }

    /// Reads one of the raw values, exactly as written.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self {
        if let value = Self(rawValue: text) { return value }
        let choices = allCases.map(\.rawValue)
        let similar = text.trimmingASCIIWhitespace().lowercasedASCII()
        if choices.contains(where: { $0.lowercasedASCII() == similar }) {
            throw TextParsingError("it differs from a choice in the case of its letters or in white space around it")
        }
        throw TextParsingError("it is none of \(choices.joined(separator: ", "))")
    }

    /// The raw value.
    public var envText: String? { rawValue }
}
