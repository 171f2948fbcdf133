public import GroundworkBase
public import GroundworkEnvModel

/// An IPv4 or IPv6 address.
///
/// IPv4 is read as four decimal numbers without leading zeros, IPv6 as RFC 4291, section 2.2 writes it; zones such as
/// `%eth0` are refused. ``description`` is the canonical text of RFC 5952.
public struct IPAddress: EnvValue, TextParsable, LosslessStringConvertible, Hashable {
    /// The version of the protocol.
    public enum Family: Sendable, Hashable {
        /// Four bytes.
        case v4
        /// Sixteen bytes.
        case v6

        /// The number of bits.
        public var bits: Int { self == .v4 ? 32 : 128 }
    }

    /// The version of the protocol.
    public let family: Family
    /// Four or sixteen bytes in network order.
    public let bytes: [UInt8]

    /// "an IPv4 or IPv6 address".
    public static let expectedText = "an IPv4 or IPv6 address"

    /// `IP address`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "IP address", expected: expectedText, example: "192.0.2.1")
    }

    /// None.
    public static var envLimitFields: Set<EnvLimits.Field> { [] }

    /// Four or sixteen bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        family = bytes.count == 4 ? .v4 : .v6
        self.bytes = bytes
    }

    /// Reads an address; nil when it is none.
    public init?(_ description: String) {
        guard let bytes = Self.v4(description) ?? Self.v6(description) else { return nil }
        self.init(bytes: bytes)
    }

    /// Reads an address.
    public init(parsing text: String) throws(TextParsingError) {
        if let address = IPAddress(text) {
            self = address
            return
        }
        if text.utf8.contains(UInt8(ascii: "%")) { throw TextParsingError("it has a zone; leave that out") }
        if text.utf8.contains(UInt8(ascii: "/")) { throw TextParsingError("it is a network or no address") }
        throw TextParsingError("it is neither an IPv4 nor an IPv6 address")
    }

    private static func v4(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 15 else { return nil }
        let parts = text.fields(separatedBy: ".")
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part == "0" || part.utf8.first != 0x30, let byte = ASCIIText.decimal(part, maximum: 255) else {
                return nil
            }
            bytes.append(UInt8(byte))
        }
        return bytes
    }

    private static func v6(_ text: String) -> [UInt8]? {
        guard (2...45).contains(text.utf8.count) else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            guard let bytes = groups(text, allowsV4: true), bytes.count == 16 else { return nil }
            return bytes
        }
        guard let head = groups(String(text[..<gap.lowerBound]), allowsV4: false),
            let tail = groups(String(text[gap.upperBound...]), allowsV4: true),
            head.count + tail.count <= 14
        else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups between colons; the last of all may be an IPv4 address.
    private static func groups(_ text: String, allowsV4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.fields(separatedBy: ":")
        guard parts.count <= 8 else { return nil }
        for (index, part) in parts.enumerated() {
            if allowsV4, index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let tail = v4(part) else { return nil }
                bytes += tail
                continue
            }
            guard (1...4).contains(part.utf8.count) else { return nil }
            var group: UInt16 = 0
            for digit in Array(part.utf8) {
                guard let nibble = Hex.nibble(digit) else { return nil }
                group = group << 4 | UInt16(nibble)
            }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }

    /// The canonical text of RFC 5952, section 4; addresses that map IPv4 end in its dotted form (section 5).
    public var description: String {
        if family == .v4 { return bytes.map { String($0) }.joined(separator: ".") }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return "::ffff:" + bytes[12...].map { String($0) }.joined(separator: ".")
        }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let run = Self.longestRunOfZeros(groups)
        let texts = groups.map { String($0, radix: 16) }
        guard run.count >= 2 else { return texts.joined(separator: ":") }
        return texts[..<run.lowerBound].joined(separator: ":") + "::" + texts[run.upperBound...].joined(separator: ":")
    }

    private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 } else if index + 1 - start > best.count { best = start..<index + 1 }
        }
        return best
    }
}
