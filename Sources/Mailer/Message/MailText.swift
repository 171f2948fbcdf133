/// What may stand in a header, whatever header it is.
enum MailText {
    /// Whether the text has no control character (C0, DEL, C1) and none of Unicode's line and paragraph separators.
    static func isClean(_ text: String) -> Bool { firstControl(in: text) == nil }

    /// The position of the first control character or line separator, in UTF-8 bytes.
    static func firstControl(in text: String) -> Int? {
        var position = 0
        var last: UInt8 = 0
        var beforeLast: UInt8 = 0
        for byte in text.utf8 {
            if byte < 0x20 || byte == 0x7F { return position }
            // U+0080 to U+009F are C2 80 to C2 9F; U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
            if last == 0xC2, byte < 0xA0 { return position - 1 }
            if beforeLast == 0xE2, last == 0x80, byte == 0xA8 || byte == 0xA9 { return position - 2 }
            beforeLast = last
            last = byte
            position += 1
        }
        return nil
    }

    /// The text with a space for every control character and line separator.
    static func replacingControls(in text: String) -> String {
        guard !isClean(text) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isControl(scalar) ? " " : scalar) }
        return String(result)
    }

    /// Whether it is a control character or separates lines.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }

    /// Whether every byte is ASCII.
    static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }
}

extension UInt8 {
    /// `atext` of RFC 5322, section 3.2.3, and every byte beyond ASCII (RFC 6532, section 3.2).
    var isAtomText: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E, 0x5F, 0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// An ASCII letter or digit.
    var isAlphanumeric: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
