import GroundworkBase

/// Words for a POSIX shell.
package enum ShellText {
    /// The text as one word; nil when it holds a character that a person could not check by looking.
    package static func word(_ text: String) -> String? {
        guard VisibleText.line(text, limit: 4096) == text, text.utf8.count <= 4096 else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "/")
        }
        // A leading dash would be read as an option, with quotes or without.
        guard text.utf8.first != UInt8(ascii: "-") else { return nil }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.replacing(ascii: "'", with: "'\\''") + "'"
    }
}
