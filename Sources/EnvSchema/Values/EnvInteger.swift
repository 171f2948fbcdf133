public import GroundworkCore

/// Whole numbers of every width: decimal digits with an optional sign, nothing else.
extension EnvValue where Self: FixedWidthInteger {
    /// `integer`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "integer",
            expected: isSigned ? "a whole number" : "a whole number that is not negative",
            jsonType: "integer",
            example: "42"
        )
    }

    /// The range.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimum, .maximum] }

    /// Reads decimal digits.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self {
        let digits = text.utf8.first.map { $0 == 0x2B || $0 == 0x2D } == true ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw TextParsingError(NumberText.reason(text, whole: true))
        }
        guard let value = Self(text) else {
            if !isSigned, text.utf8.first == 0x2D { throw TextParsingError("it is negative") }
            throw TextParsingError("it is outside \(Self.min) to \(Self.max)")
        }
        // Compared as integers: a Double cannot tell large neighbours apart.
        if let minimum = limits.minimum {
            let least = minimum.rounded(.up)
            guard Self(exactly: least).map({ value >= $0 }) ?? (least < 0) else {
                throw TextParsingError("it is less than \(EnvLimits.number(minimum))")
            }
        }
        if let maximum = limits.maximum {
            let greatest = maximum.rounded(.down)
            guard Self(exactly: greatest).map({ value <= $0 }) ?? (greatest > 0) else {
                throw TextParsingError("it is more than \(EnvLimits.number(maximum))")
            }
        }
        return value
    }

    /// The decimal digits.
    public var envText: String? { String(self) }
}

extension Int: EnvValue {}
extension Int8: EnvValue {}
extension Int16: EnvValue {}
extension Int32: EnvValue {}
extension Int64: EnvValue {}
extension Int128: EnvValue {}
extension UInt: EnvValue {}
extension UInt8: EnvValue {}
extension UInt16: EnvValue {}
extension UInt32: EnvValue {}
extension UInt64: EnvValue {}
extension UInt128: EnvValue {}

/// Why a text is no number, in words that help and do not repeat it.
enum NumberText {
    static func reason(_ text: String, whole: Bool) -> String {
        let what = whole ? "a whole number" : "a number"
        guard let first = text.utf8.first, let last = text.utf8.last else { return "it is empty" }
        if first.isASCIIWhitespace || last.isASCIIWhitespace { return "it has white space around it" }
        if (first == 0x22 && last == 0x22) || (first == 0x27 && last == 0x27) { return "it has quotes around it" }
        if text.utf8.contains(where: { $0 == 0x2C || $0 == 0x5F }) {
            return "it holds a comma or underscore; write digits without grouping"
                + (whole ? "" : " and a dot before the decimals")
        }
        if whole, text.utf8.contains(0x2E) { return "it has a fraction or is no number" }
        return "it is not \(what)"
    }
}
