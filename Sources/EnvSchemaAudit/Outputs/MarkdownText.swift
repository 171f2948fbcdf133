/// Text from outside made fit for a cell of a Markdown table.
enum MarkdownText {
    /// One cell: nothing in it is a table border, a tag, a link, emphasis, or a character that cannot be seen.
    static func cell(_ text: String) -> String {
        var result = ""
        let scalars = Array(VisibleText.line(text, limit: 1000).unicodeScalars)
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

    /// A line of code that a reader copies, inside a cell or a list.
    static func code(_ text: String) -> String {
        let visible = VisibleText.line(text, limit: 4000)
        var longest = 0
        var run = 0
        for byte in visible.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let pad = longest > 0 ? " " : ""
        return "\(fence)\(pad)\(visible)\(pad)\(fence)"
    }
}
