import GroundworkBase

/// The parts of a URI, checked byte by byte against RFC 3986.
///
/// `FoundationEssentials.URL` repairs what is malformed; a configuration should be right instead. The work is done on
/// one array of bytes: string slices would have the compiler write out each search anew.
struct URLSyntax {
    let scheme: String
    /// Whether `//` follows the scheme.
    let hasAuthority: Bool
    /// Whether a colon stands in the user part.
    private(set) var hasPassword = false
    /// In lower case; an IPv6 address without its brackets; nil when absent or empty.
    private(set) var host: String?
    private(set) var port: UInt16?

    private let bytes: [UInt8]

    init(_ text: String) throws(TextParsingError) {
        guard text.firstRange(of: "${") == nil, text.firstRange(of: "{{") == nil else {
            throw TextParsingError("it holds a variable such as ${HOST} that nobody has filled in")
        }
        bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw TextParsingError("it is empty") }
        guard bytes.count <= 65_536 else { throw TextParsingError("it is longer than 65536 bytes") }
        try Self.checkSigns(bytes)
        let colon = Self.place(of: ":", in: bytes, 0, bytes.count)
        scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercasedASCII()
        guard colon < bytes.count, Self.isScheme(Array(bytes[..<colon])) else {
            throw TextParsingError("it has no scheme; write https:// or another one before the host")
        }
        var start = colon + 1
        hasAuthority = start + 1 < bytes.count && bytes[start] == 0x2F && bytes[start + 1] == 0x2F
        if hasAuthority {
            let end = Self.place(of: "/?#", in: bytes, start + 2, bytes.count)
            try readAuthority(start + 2, end)
            start = end
        }
        let fragment = Self.place(of: "#", in: bytes, start, bytes.count)
        guard Self.place(of: "#", in: bytes, fragment + 1, bytes.count) >= bytes.count else {
            throw TextParsingError("it holds two # signs; write %23 for one that is data")
        }
        guard Self.place(of: "[]", in: bytes, start, bytes.count) == bytes.count else {
            throw TextParsingError("it holds a bracket outside of an IPv6 address; write %5B and %5D")
        }
        guard hasAuthority || Self.place(of: "?#", in: bytes, start, bytes.count) > start else {
            throw TextParsingError("nothing follows its scheme")
        }
    }

    /// The first place of one of some signs, or `end`.
    private static func place(of signs: StaticString, in bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        let wanted = Array(signs.description.utf8)
        var place = start
        while place < end, !wanted.contains(bytes[place]) { place += 1 }
        return place
    }

    private static func isScheme(_ scheme: [UInt8]) -> Bool {
        guard let first = scheme.first, isLetter(first) else { return false }
        return scheme.allSatisfy { byte in
            isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Unreserved and reserved signs and whole percent-encodings only (RFC 3986, sections 2.1 to 2.3).
    private static func checkSigns(_ bytes: [UInt8]) throws(TextParsingError) {
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
    private mutating func readAuthority(_ start: Int, _ end: Int) throws(TextParsingError) {
        var start = start
        if let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) {
            guard Self.place(of: "@[]", in: bytes, start, at) == at else {
                throw TextParsingError("its user or password holds @, [ or ]; percent-encode it")
            }
            hasPassword = Self.place(of: ":", in: bytes, start, at) < at
            start = at + 1
        }
        if start < end, bytes[start] == UInt8(ascii: "[") {
            let close = Self.place(of: "]", in: bytes, start, end)
            guard close < end else { throw TextParsingError("the bracket of its IPv6 address has no end") }
            let literal = String(decoding: bytes[start + 1..<close], as: UTF8.self)
            guard IPAddress(literal)?.family == .v6 else {
                throw TextParsingError("there is no IPv6 address between its brackets")
            }
            host = literal.lowercasedASCII()
            start = close + 1
            guard start == end || bytes[start] == UInt8(ascii: ":") else {
                throw TextParsingError("something other than a port follows its IPv6 address")
            }
        } else {
            let colon = Self.place(of: ":", in: bytes, start, end)
            guard Self.place(of: "[]", in: bytes, start, colon) == colon else {
                throw TextParsingError("its host holds a bracket")
            }
            if colon > start { host = String(decoding: bytes[start..<colon], as: UTF8.self).lowercasedASCII() }
            start = colon
        }
        // An empty port is allowed by section 3.2.3.
        guard start + 1 < end else { return }
        var number = 0
        for byte in bytes[(start + 1)..<end] {
            guard (0x30...0x39).contains(byte) else {
                throw TextParsingError("its port is not a number from 0 to 65535")
            }
            number = min(number * 10 + Int(byte - 0x30), 65_536)
        }
        guard let port = UInt16(exactly: number) else {
            throw TextParsingError("its port is not a number from 0 to 65535")
        }
        self.port = port
    }
}
