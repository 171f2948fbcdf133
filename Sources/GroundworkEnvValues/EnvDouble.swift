public import GroundworkBase
public import GroundworkEnvModel

/// Numbers with a fraction: `0.5`, `-3`, `1e-9`, with a dot in every locale; never infinite, never "not a number".
extension EnvValue where Self: BinaryFloatingPoint & LosslessStringConvertible {
    /// `number`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "number", expected: "a number such as 0.5", jsonType: "number", example: "0.5")
    }

    /// The range.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimum, .maximum] }

    /// Reads a decimal number with an optional exponent.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self {
        guard DecimalGrammar.accepts(text), let value = Self(text) else {
            throw TextParsingError(NumberText.reason(text, whole: false))
        }
        guard value.isFinite else { throw TextParsingError("it is too large") }
        try limits.check(number: Double(value))
        return value
    }

    /// The shortest text that reads back as the same number; nil when it is not finite.
    public var envText: String? { isFinite ? String(self) : nil }
}

extension Double: EnvValue {}
extension Float: EnvValue {}

/// `[+-] digits [. digits] [e [+-] digits]`.
enum DecimalGrammar {
    static func accepts(_ text: String) -> Bool {
        guard text.utf8.count <= 400 else { return false }
        var bytes = Array(text.utf8)[...]
        skipSign(&bytes)
        guard skipDigits(&bytes) else { return false }
        if bytes.first == 0x2E {
            bytes.removeFirst()
            guard skipDigits(&bytes) else { return false }
        }
        if bytes.first == 0x65 || bytes.first == 0x45 {
            bytes.removeFirst()
            skipSign(&bytes)
            guard skipDigits(&bytes) else { return false }
        }
        return bytes.isEmpty
    }

    private static func skipSign(_ bytes: inout ArraySlice<UInt8>) {
        if bytes.first == 0x2B || bytes.first == 0x2D { bytes.removeFirst() }
    }

    private static func skipDigits(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        let rest = bytes.drop { (0x30...0x39).contains($0) }
        defer { bytes = rest }
        return rest.count < bytes.count
    }
}
