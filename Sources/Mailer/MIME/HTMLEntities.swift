/// Character references of HTML: numbers, and the names that mails use.
enum HTMLEntities {
    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "copy": "©", "reg": "®",
        "trade": "™", "hellip": "…", "ndash": "–", "mdash": "—", "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“",
        "rdquo": "”", "bdquo": "„", "laquo": "«", "raquo": "»", "euro": "€", "pound": "£", "cent": "¢", "yen": "¥",
        "sect": "§", "para": "¶", "middot": "·", "bull": "•", "deg": "°", "times": "×", "divide": "÷", "plusmn": "±",
        "frac12": "½", "frac14": "¼", "frac34": "¾", "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö",
        "Uuml": "Ü", "szlig": "ß", "eacute": "é", "egrave": "è", "agrave": "à", "aacute": "á", "ccedil": "ç",
        "ntilde": "ñ", "iexcl": "¡", "iquest": "¿", "zwnj": "", "zwj": "", "shy": "", "rarr": "→", "larr": "←",
        "check": "✓", "hearts": "♥",
    ]
    private static let longestName = 10

    /// The text with its references resolved; what is none stays.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == 0x26, let (text, length) = reference(bytes[index...]) {
                result += Array(text.utf8)
                index += length
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func reference(_ bytes: ArraySlice<UInt8>) -> (String, Int)? {
        let body = bytes.dropFirst().prefix { $0.isAlphanumeric || $0 == 0x23 }
        guard (1...longestName).contains(body.count) else { return nil }
        let end = body.endIndex
        let length = body.count + 1 + (end < bytes.endIndex && bytes[end] == 0x3B ? 1 : 0)
        let name = String(decoding: body, as: UTF8.self)
        guard name.utf8.first == 0x23 else {
            guard end < bytes.endIndex, bytes[end] == 0x3B else { return nil }
            return named[name].map { ($0, length) }
        }
        let digits = name.dropFirst()
        let isHex = digits.utf8.first == 0x78 || digits.utf8.first == 0x58
        guard let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits),
            let scalar = Unicode.Scalar(number)
        else { return nil }
        return (number == 0x0A || number == 0x09 || !MailText.isControl(scalar) ? String(scalar) : "\u{FFFD}", length)
    }
}
