public import GroundworkBase
public import GroundworkEnvModel

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
        // One parser for all widths, not one for each: the compiler would write it out twelve times.
        let number = try WholeNumber.parse(text, bits: bitWidth, isSigned: isSigned, limits: limits)
        return Self(truncatingIfNeeded: number.bits)
    }

    /// The decimal digits.
    public var envText: String? { description }
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
