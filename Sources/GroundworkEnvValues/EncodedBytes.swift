public import GroundworkBase
public import GroundworkEnvModel

/// A way of writing bytes as text.
public protocol ByteEncoding: Sendable {
    /// The name, such as `base64`.
    static var name: String { get }
    /// The bytes; nil when the text is malformed.
    static func decode(_ text: String) -> [UInt8]?
    /// The text.
    static func encode(_ bytes: [UInt8]) -> String
}

/// Base64 of RFC 4648, section 4; the padding may be missing.
public enum Base64Encoding: ByteEncoding {
    /// `base64`.
    public static let name = "base64"
    /// Reads base64.
    public static func decode(_ text: String) -> [UInt8]? { Base64.decodePadding(text) }
    /// Writes base64 with padding.
    public static func encode(_ bytes: [UInt8]) -> String { Base64.encode(bytes) }
}

/// The URL-safe base64 of RFC 4648, section 5, without padding or with it.
public enum Base64URLEncoding: ByteEncoding {
    /// `base64url`.
    public static let name = "base64url"
    /// Reads URL-safe base64.
    public static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.last == UInt8(ascii: "=") else { return Base64.decodeURL(text) }
        guard text.utf8.count % 4 == 0 else { return nil }
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return padding <= 2 ? Base64.decodeURL(text.dropLast(padding)) : nil
    }
    /// Writes URL-safe base64 without padding.
    public static func encode(_ bytes: [UInt8]) -> String { Base64.encodeURL(bytes) }
}

/// Two hexadecimal digits a byte, in either case.
public enum HexEncoding: ByteEncoding {
    /// `hex`.
    public static let name = "hex"
    /// Reads hexadecimal digits.
    public static func decode(_ text: String) -> [UInt8]? { Hex.decode(text) }
    /// Writes small digits.
    public static func encode(_ bytes: [UInt8]) -> String { Hex.encode(bytes) }
}

/// Bytes that the variable holds as text. Wrap them in `Secret` when they are a key: `Secret<Base64Bytes>`.
///
/// The lengths of ``EnvLimits`` count the decoded bytes.
public struct EncodedBytes<Encoding: ByteEncoding>: EnvValue, Hashable {
    /// The bytes.
    public let bytes: [UInt8]

    /// Wraps bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// `bytes as base64` and so on.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "bytes as \(Encoding.name)",
            expected: "bytes as \(Encoding.name)",
            example: Encoding.encode(Array("example".utf8))
        )
    }

    /// The decoded length.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimumLength, .maximumLength] }

    /// Reads the text.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Self {
        guard let bytes = Encoding.decode(text) else {
            throw TextParsingError("it is not \(Encoding.name)")
        }
        do throws(TextParsingError) { try limits.check(length: bytes.count) } catch {
            throw TextParsingError("decoded, \(error.reason)")
        }
        return Self(bytes)
    }

    /// The bytes in their encoding.
    public var envText: String? { Encoding.encode(bytes) }
}

/// Bytes as base64.
public typealias Base64Bytes = EncodedBytes<Base64Encoding>
/// Bytes as URL-safe base64.
public typealias Base64URLBytes = EncodedBytes<Base64URLEncoding>
/// Bytes as hexadecimal digits.
public typealias HexBytes = EncodedBytes<HexEncoding>
