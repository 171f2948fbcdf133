import GroundworkBase

/// Proof that two services have the same secret, without the secret: 64 bits of an HMAC-SHA256 of it.
///
/// Two fingerprints can be compared only when they were made with the same ``AuditKey`` for the same variable.
public struct AuditFingerprint: Sendable, Hashable, Codable, CustomStringConvertible {
    static let byteCount = 8

    /// Sixteen hexadecimal digits.
    public let description: String

    init(code: [UInt8]) { description = Hex.encode(code.prefix(Self.byteCount)) }

    /// Reads sixteen hexadecimal digits in lower case; nil for anything else.
    public init?(_ text: String) {
        guard let bytes = Hex.decode(text), bytes.count == Self.byteCount, Hex.encode(bytes) == text else { return nil }
        description = text
    }

    /// Reads the sixteen digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let fingerprint = AuditFingerprint(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected 16 hexadecimal digits")
        }
        self = fingerprint
    }

    /// Writes the sixteen digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
