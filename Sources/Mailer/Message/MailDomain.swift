import Glibc

/// The domain of a mail address: a name in ASCII form, or a numeric address in brackets (RFC 5321, section 4.1.2).
///
/// Letters beyond ASCII are turned into their ASCII form (RFC 5890, RFC 3492) when that needs no table: what IDNA would
/// have to map or normalise first is an error that says so. Names that look alike are left alone.
public struct MailDomain: Sendable, Hashable, CustomStringConvertible {
    /// The name in lower case with A-labels, or the literal with its brackets.
    public let wireText: String
    /// Whether it is a numeric address in brackets.
    public let isLiteral: Bool

    /// The longest name, in bytes.
    public static let maximumLength = 253

    /// Takes a name such as `example.org` or `bücher.example`, or a literal such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidAddress``, or ``MailError/Code/domainNeedsMapping``.
    public init(_ text: String) throws(MailError) {
        do throws(AddressFault) { try self.init(reading: text) } catch { throw error.mailError("The domain") }
    }

    init(reading text: String) throws(AddressFault) {
        if text.utf8.first == 0x5B {
            wireText = try Self.literal(text)
            isLiteral = true
            return
        }
        guard text.utf8.count <= 1024 else {
            throw AddressFault("the domain is longer than \(Self.maximumLength) bytes")
        }
        var labels: [String] = []
        for label in text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false) {
            labels.append(try DomainLabel.ascii(String(decoding: label, as: UTF8.self)))
        }
        let name = labels.joined(separator: ".")
        guard name.utf8.count <= Self.maximumLength else {
            throw AddressFault("the domain is longer than \(Self.maximumLength) bytes")
        }
        guard let last = labels.last, !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw AddressFault("the domain ends in a number; a numeric address stands in brackets, as in [192.0.2.1]")
        }
        wireText = name
        isLiteral = false
    }

    private static func literal(_ text: String) throws(AddressFault) -> String {
        guard text.utf8.count <= 64, text.utf8.last == 0x5D, text.utf8.count > 2 else {
            throw AddressFault("the numeric address has no closing bracket")
        }
        let inner = String(text.dropFirst().dropLast())
        guard inner.utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x2E || $0 == 0x3A }) else {
            throw AddressFault("the brackets hold no numeric address")
        }
        let lower = inner.lowercasedASCII()
        if lower.hasPrefix("ipv6:") {
            let number = String(lower.dropFirst(5))
            var address = in6_addr()
            guard unsafe inet_pton(AF_INET6, number, &address) == 1 else {
                throw AddressFault("the brackets hold no IPv6 address")
            }
            return "[IPv6:\(number)]"
        }
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, lower, &address) == 1 else {
            throw AddressFault("the brackets hold neither an IPv4 address nor IPv6: and an address")
        }
        return "[\(lower)]"
    }

    /// The text that goes out.
    public var description: String { wireText }
}
