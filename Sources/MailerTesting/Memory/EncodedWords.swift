import GroundworkCore

/// Decodes encoded words (RFC 2047) of UTF-8, US-ASCII and ISO-8859-1; words of other charsets stay as they are.
enum EncodedWords {
    /// The text with its encoded words decoded; white space between two of them goes.
    static func decode(_ text: String) -> String {
        var result: [UInt8] = []
        var rest = text[...]
        var lastWasEncoded = false
        while let start = rest.firstRange(of: "=?") {
            let before = rest[..<start.lowerBound]
            guard let (bytes, end) = word(rest[start.upperBound...]) else {
                result += Array(rest[..<start.upperBound].utf8)
                rest = rest[start.upperBound...]
                lastWasEncoded = false
                continue
            }
            if !lastWasEncoded || before.contains(where: { $0 != " " && $0 != "\t" }) { result += Array(before.utf8) }
            result += bytes
            rest = rest[end...]
            lastWasEncoded = true
        }
        return String(decoding: result + Array(rest.utf8), as: UTF8.self)
    }

    /// The bytes of `charset?B?…?=` in UTF-8, and where it ends.
    private static func word(_ text: Substring) -> ([UInt8], String.Index)? {
        let parts = text.split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].utf8.count <= 20, parts[3].utf8.first == 0x3D else { return nil }
        let end = text.index(after: parts[3].startIndex)
        let bytes: [UInt8]? =
            switch String(parts[1]).lowercasedASCII() {
            case "b": Base64.decode(String(parts[2]))
            case "q": q(parts[2])
            default: nil
            }
        // A language may stand behind the charset (RFC 2231, section 5).
        let charset = String(parts[0].prefix { $0 != "*" }).lowercasedASCII()
        return bytes.flatMap { utf8($0, charset) }.map { ($0, end) }
    }

    private static func utf8(_ bytes: [UInt8], _ charset: String) -> [UInt8]? {
        // A character of UTF-8 may be split over two words: they are put together before they are read.
        if charset == "utf-8" || charset == "utf8" { return bytes }
        if bytes.allSatisfy({ $0 < 0x80 }), charset == "us-ascii" || charset.hasPrefix("iso-8859-") { return bytes }
        guard charset == "iso-8859-1" else { return nil }
        return bytes.flatMap { Array(String(Unicode.Scalar($0)).utf8) }
    }

    private static func q(_ text: Substring) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x5F: result.append(0x20)
            case 0x3D:
                guard rest.count >= 2, let value = Hex.decode(Substring(rest.prefix(2)))?.first else { return nil }
                result.append(value)
                rest = rest.dropFirst(2)
            default: result.append(byte)
            }
        }
        return result
    }
}
