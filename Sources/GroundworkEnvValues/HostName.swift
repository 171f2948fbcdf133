public import GroundworkBase
public import GroundworkEnvModel

/// A host: a name of RFC 1123, section 2.1, an IPv4 address, or an IPv6 address with or without brackets.
///
/// Names are kept in lower case. Names with other letters than ASCII are written as A-labels (`xn--…`).
public struct HostName: EnvValue, TextParsable, LosslessStringConvertible, Hashable {
    /// The name in lower case or the canonical text of the address, without brackets.
    public let name: String
    /// The address, where it is one.
    public let address: IPAddress?

    /// "a host name or an IP address".
    public static let expectedText = "a host name or an IP address"

    /// `host`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "host", expected: expectedText, example: "db.example.com")
    }

    /// Length, pattern and hosts.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimumLength, .maximumLength, .pattern, .hosts] }

    /// Reads a host; nil when it is none.
    public init?(_ description: String) {
        guard let host = try? HostName(parsing: description) else { return nil }
        self = host
    }

    /// Reads a host.
    public init(parsing text: String) throws(TextParsingError) {
        let isBracketed = text.utf8.first == UInt8(ascii: "[") && text.utf8.last == UInt8(ascii: "]")
        let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
        if let address = IPAddress(bare), address.family == .v6 || !isBracketed {
            self.address = address
            name = address.description
            return
        }
        try Self.check(text)
        address = nil
        name = text.lowercasedASCII()
    }

    /// Reads a host and checks the limits.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> HostName {
        let host = try HostName(parsing: text)
        try limits.check(host: host.name)
        try limits.check(text: text)
        return host
    }

    private static func check(_ text: String) throws(TextParsingError) {
        guard !text.isEmpty else { throw TextParsingError("it is empty") }
        if text.firstRange(of: "://") != nil { throw TextParsingError("it is a URL; leave the host only") }
        guard text.utf8.count <= 253 else { throw TextParsingError("it is longer than 253 bytes") }
        if text.utf8.contains(UInt8(ascii: ":")) { throw TextParsingError("it has a port or is a malformed address") }
        if text.utf8.contains(UInt8(ascii: "_")) {
            throw TextParsingError("it holds an underscore, which a host name may not")
        }
        if text.utf8.contains(where: { $0 >= 0x80 }) {
            throw TextParsingError("it holds letters other than ASCII; write them as xn-- labels")
        }
        let labels = text.fields(separatedBy: ".").map { Array($0.utf8) }
        for label in labels {
            guard let first = label.first, let last = label.last, label.count <= 63,
                label.allSatisfy(isLetterDigitHyphen), first != UInt8(ascii: "-"), last != UInt8(ascii: "-")
            else { throw TextParsingError("it is no host name: labels are letters, digits and inner hyphens") }
        }
        // A name whose last label is a number would be taken for an address (RFC 1123, section 2.1).
        if let last = labels.last, last.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw TextParsingError("it is a malformed IPv4 address")
        }
    }

    private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
    }

    /// The name or address, as sockets take it.
    public var description: String { name }

    /// As it stands in a URL: an IPv6 address in brackets.
    public var urlText: String { address?.family == .v6 ? "[\(name)]" : name }
}
