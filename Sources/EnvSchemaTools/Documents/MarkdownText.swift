import GroundworkBase

/// Makes any text harmless in Markdown: it shows as it is and can neither end a table, nor begin a heading, nor carry
/// HTML (GitHub Flavored Markdown, sections 2.4 and 4.10; CommonMark 0.31, section 2.4).
package enum MarkdownText {
    /// Text for a paragraph, list item or table cell: one line.
    package static func escape(_ text: String) -> String {
        var result = ""
        for scalar in oneLine(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!", "$": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return guardingStart(result)
    }

    /// Visible text for a cell of a table that people read as it is written, such as an audit's: only what would change
    /// the table is escaped.
    package static func cell(_ text: String) -> String {
        var result = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "*":
                // Between spaces it is no emphasis (CommonMark 6.2), and a cron expression stays readable.
                let isAlone =
                    (index == 0 || scalars[index - 1] == " ")
                    && (index == scalars.count - 1 || scalars[index + 1] == " ")
                result += isAlone ? "*" : "\\*"
            case "|", "\\", "`", "[", "]", "~": result += "\\\(scalar)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        // Autolinks (GFM) need no brackets.
        return result.split(separator: "://", omittingEmptySubsequences: false).joined(separator: ":&#8203;//")
    }

    /// A code span. Empty text gives nothing: there is no empty code span.
    /// - Parameter inTable: whether it may stand in a table, where a bar ends the cell even in code.
    package static func code(_ text: String, inTable: Bool = true) -> String {
        let line = oneLine(text, showsLineEnds: true)
        guard !line.isEmpty else { return "" }
        var longest = 0
        var run = 0
        for byte in line.utf8 {
            run = byte == 0x60 ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let isTight =
            line.utf8.first != 0x60 && line.utf8.last != 0x60 && line.utf8.first != 0x20 && line.utf8.last != 0x20
        let inner = inTable ? line.replacing(ascii: "|", with: "\\|") : line
        return isTight ? fence + inner + fence : "\(fence) \(inner) \(fence)"
    }

    /// Signs that begin a list or underline a heading, made plain.
    private static func guardingStart(_ text: String) -> String {
        guard let first = text.utf8.first else { return text }
        if "-+=".utf8.contains(first) { return "\\" + text }
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        if !digits.isEmpty, let next = text.utf8[digits.endIndex...].first, next == 0x2E || next == 0x29 {
            return String(text[..<digits.endIndex]) + "\\" + String(text[digits.endIndex...])
        }
        return text
    }

    /// Without line ends, control characters, and marks that turn the direction of text.
    static func oneLine(_ text: String, showsLineEnds: Bool = false) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where showsLineEnds: result.append(contentsOf: "\\n".unicodeScalars)
            case 0x0D where showsLineEnds: result.append(contentsOf: "\\r".unicodeScalars)
            case 0x09...0x0D, 0x85, 0x2028, 0x2029: result.append(" ")
            case 0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F:
                continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
