import GroundworkCore

/// What must be known of an http or https URL, read strictly; nil for everything that readers of URLs might read in two
/// ways (WHATWG URL, section 4.4; RFC 3986).
struct URLShape {
    /// Whether it is https.
    let isSecure: Bool
    /// The host in small letters; IPv6 addresses in brackets.
    let host: String

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.forbidden.contains($0) }) else { return nil }
        isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let authority = text.utf8.dropFirst(isSecure ? 8 : 7).prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?")
        }
        let isBracketed = authority.first == UInt8(ascii: "[")
        let host: Substring.UTF8View
        if isBracketed {
            guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = authority[...close]
        } else {
            host = authority.prefix { $0 != UInt8(ascii: ":") }
        }
        let rest = authority[host.endIndex...]
        if let colon = rest.first {
            let port = rest.dropFirst()
            guard colon == UInt8(ascii: ":"), (1...5).contains(port.count), port.allSatisfy(Self.isDigit) else {
                return nil
            }
        }
        let name = String(decoding: host, as: UTF8.self).lowercasedASCII()
        let isRight = name.utf8.allSatisfy { byte in
            Self.isDigit(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || isBracketed && (byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]"))
        }
        guard !name.isEmpty, name.utf8.count <= 253, isRight else { return nil }
        self.host = name
    }

    /// Fragments, back slashes, user names, and what stands for nothing in a URL.
    private static let forbidden = Set("#\\@\"<>^`{|}".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Whether it stands for this machine.
    var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]"
            || host.hasPrefix("127.") && host.utf8.allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    /// Whether it is a name below a public domain: not an address in any spelling, and nothing local.
    var isDomain: Bool {
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy({ (1...63).contains($0.count) }), let last = labels.last,
            let first = last.first, !Self.isDigit(first)
        else { return false }
        return !isLoopback && host.utf8.first != UInt8(ascii: "[")
    }
}
