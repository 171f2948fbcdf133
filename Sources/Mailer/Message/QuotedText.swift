/// Atoms and quoted strings (RFC 5322, sections 3.2.3 and 3.2.4; RFC 6532).
enum QuotedText {
    /// Whether the text can stand without quotes: atoms with single points between them.
    static func isDotAtom(_ text: String) -> Bool {
        var last: UInt8 = 0x2E
        for byte in text.utf8 {
            guard byte.isAtomText || (byte == 0x2E && last != 0x2E) else { return false }
            last = byte
        }
        return last != 0x2E
    }

    /// Whether every word is an atom, so that a phrase of them needs no quotes. Single inner spaces only.
    static func isPhraseOfAtoms(_ text: String) -> Bool {
        var last: UInt8 = 0x20
        for byte in text.utf8 {
            guard byte.isAtomText || (byte == 0x20 && last != 0x20) else { return false }
            last = byte
        }
        return last != 0x20
    }

    /// The text in quotes, with a backslash before each quote and backslash.
    static func quoted(_ text: String) -> String {
        var result: [UInt8] = [0x22]
        result.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            if byte == 0x22 || byte == 0x5C { result.append(0x5C) }
            result.append(byte)
        }
        result.append(0x22)
        return String(decoding: result, as: UTF8.self)
    }
}
