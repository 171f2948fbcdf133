import GroundworkCore

/// The parts of a URI, checked byte by byte against RFC 3986.
///
/// `FoundationEssentials.URL` repairs what is malformed; a configuration should be right instead.
struct URLSyntax {
    let scheme: String
    /// Whether `//` follows the scheme.
    let hasAuthority: Bool
    let user: Substring?
    /// The password as written; present as soon as a colon stands in the user part.
    let password: Substring?
    /// In lower case; an IPv6 address without its brackets; nil when absent or empty.
    let host: String?
    let port: UInt16?

    init(_ text: String) throws(TextParsingError) {
        guard text.firstRange(of: "${") == nil, text.firstRange(of: "{{") == nil else {
            throw TextParsingError("it holds a variable such as ${HOST} that nobody has filled in")
        }
        guard !text.isEmpty else { throw TextParsingError("it is empty") }
        guard text.utf8.count <= 65_536 else { throw TextParsingError("it is longer than 65536 bytes") }
        try Self.checkSigns(text)
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw TextParsingError("it has no scheme; write https:// or another one before the host")
        }
        scheme = text[..<colon].lowercasedASCII()
        guard Self.isScheme(scheme) else {
            throw TextParsingError("it has no scheme; write https:// or another one before the host")
        }
        var rest = text[colon...].dropFirst()
        hasAuthority = rest.utf8.starts(with: "//".utf8)
        var authority = Authority()
        if hasAuthority {
            rest = rest.dropFirst(2)
            let end = rest.utf8.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? rest.endIndex
            authority = try Authority(rest[..<end])
            rest = rest[end...]
        }
        guard rest.utf8.count(where: { $0 == UInt8(ascii: "#") }) <= 1 else {
            throw TextParsingError("it holds two # signs; write %23 for one that is data")
        }
        let path = rest.utf8.prefix { $0 != 0x3F && $0 != 0x23 }
        guard !rest.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }) else {
            throw TextParsingError("it holds a bracket outside of an IPv6 address; write %5B and %5D")
        }
        guard hasAuthority || !path.isEmpty else { throw TextParsingError("nothing follows its scheme") }
        user = authority.user
        password = authority.password
        host = authority.host
        port = authority.port
    }

    private static func isScheme(_ scheme: String) -> Bool {
        guard let first = scheme.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return scheme.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
        }
    }

    /// Unreserved and reserved signs and whole percent-encodings only (RFC 3986, sections 2.1 to 2.3).
    private static func checkSigns(_ text: String) throws(TextParsingError) {
        let bytes = Array(text.utf8)
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue
            case UInt8(ascii: "%"):
                guard offset + 2 < bytes.count, Hex.nibble(bytes[offset + 1]) != nil,
                    Hex.nibble(bytes[offset + 2]) != nil
                else { throw TextParsingError("two hexadecimal digits must follow %", offset: offset) }
            case 0...0x20, 0x7F: throw TextParsingError("it holds a blank or control character", offset: offset)
            case 0x80...: throw TextParsingError("it holds a sign that is not ASCII; percent-encode it", offset: offset)
            default:
                guard "-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte) else {
                    throw TextParsingError("it holds a sign that a URL must percent-encode", offset: offset)
                }
            }
        }
    }

    /// `[user[:password]@]host[:port]`.
    private struct Authority {
        var user: Substring?
        var password: Substring?
        var host: String?
        var port: UInt16?

        init() {}

        init(_ text: Substring) throws(TextParsingError) {
            var rest = text
            if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
                let info = rest[..<at]
                rest = rest[at...].dropFirst()
                guard !info.utf8.contains(where: { "@[]".utf8.contains($0) }) else {
                    throw TextParsingError("its user or password holds @, [ or ]; percent-encode it")
                }
                if let colon = info.utf8.firstIndex(of: UInt8(ascii: ":")) {
                    user = info[..<colon]
                    password = info[colon...].dropFirst()
                } else {
                    user = info
                }
            }
            if rest.utf8.first == UInt8(ascii: "[") {
                guard let end = rest.utf8.firstIndex(of: UInt8(ascii: "]")) else {
                    throw TextParsingError("the bracket of its IPv6 address has no end")
                }
                let literal = String(rest[..<end].dropFirst())
                guard IPAddress(literal)?.family == .v6 else {
                    throw TextParsingError("there is no IPv6 address between its brackets")
                }
                host = literal.lowercasedASCII()
                rest = rest[end...].dropFirst()
                guard rest.isEmpty || rest.utf8.first == UInt8(ascii: ":") else {
                    throw TextParsingError("something other than a port follows its IPv6 address")
                }
            } else {
                let end = rest.utf8.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
                let name = rest[..<end]
                guard !name.utf8.contains(where: { "[]".utf8.contains($0) }) else {
                    throw TextParsingError("its host holds a bracket")
                }
                host = name.isEmpty ? nil : name.lowercasedASCII()
                rest = rest[end...]
            }
            guard !rest.isEmpty else { return }
            let digits = rest.dropFirst()
            // An empty port is allowed by section 3.2.3.
            if digits.isEmpty { return }
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits) else {
                throw TextParsingError("its port is not a number from 0 to 65535")
            }
            port = number
        }
    }
}
