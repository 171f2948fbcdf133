/// Text from outside made fit to be shown: no control, format or bidirectional character reaches a terminal, a page
/// or a log.
package enum VisibleText {
    /// One line: every character that is not plainly visible is written as `\u{1B}`; at most `limit` characters.
    package static func line(_ text: String, limit: Int = 200) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count >= limit {
                result += "…"
                break
            }
            if isVisible(scalar) {
                result.unicodeScalars.append(scalar)
                count += 1
            } else {
                let escape = "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
                result += escape
                count += escape.utf8.count
            }
        }
        return result
    }

    /// Several lines: as ``line(_:limit:)`` with the line feeds kept.
    package static func lines(_ text: String) -> String {
        text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { line(String(Substring($0)), limit: 2000) }.joined(separator: "\n")
    }

    /// Whether a character takes part in the line as it looks. Marks that combine are visible, joiners are not: names
    /// that differ in them alone look the same.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        case .spaceSeparator: return scalar.value == 0x3000
        default: return true
        }
    }

    /// How many columns of a terminal the text takes: two for wide East Asian characters and emoji, none for marks.
    package static func columns(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension VisibleText {
    /// Words as a sentence: a capital at the start, a full stop at the end.
    static func sentence(_ words: String) -> String {
        let text = words.prefix(1).uppercased() + words.dropFirst()
        return text.hasSuffix(".") ? text : text + "."
    }
}
