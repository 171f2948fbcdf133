public import FoundationEssentials
public import GroundworkBase
public import GroundworkEnvModel

/// A UUID in its text form of RFC 9562, section 4: `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`, in either case.
extension UUID: EnvValue {
    /// `UUID`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "UUID",
            expected: "a UUID such as f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            jsonFormat: "uuid",
            example: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
        )
    }

    /// Reads a UUID.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> UUID {
        let bytes = Array(text.utf8)
        let isForm =
            bytes.count == 36
            && bytes.enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index) ? byte == 0x2D : Hex.nibble(byte) != nil
            }
        guard isForm, let uuid = UUID(uuidString: text) else {
            throw TextParsingError("it is no UUID of the form 8-4-4-4-12 hexadecimal digits")
        }
        return uuid
    }

    /// In lower case.
    public var envText: String? { uuidString.lowercasedASCII() }
}
