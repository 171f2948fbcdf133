import GroundworkCore

/// Decodes encoded words (RFC 2047) of UTF-8.
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

    /// The bytes of `charset?B?…?=`, and where it ends.
    private static func word(_ text: Substring) -> ([UInt8], String.Index)? {
        let parts = text.split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].utf8.count <= 20, parts[3].utf8.first == 0x3D else { return nil }
        let end = text.index(after: parts[3].startIndex)
        switch String(parts[1]).lowercasedASCII() {
        case "b": return Base64.decode(String(parts[2])).map { ($0, end) }
        case "q": return q(parts[2]).map { ($0, end) }
        default: return nil
        }
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
