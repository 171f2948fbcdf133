/// The line of an inbox: what a program shows beside the subject before the mail is opened.
enum InboxLine {
    /// About what the widest programs show.
    static let length = 140

    /// The beginning of what the HTML says, hidden text included, as programs take it; of the text where there is no HTML.
    static func preview(_ html: String?, _ text: String) -> String {
        guard let html else { return cleaned(text) }
        var tokenizer = HTMLTokenizer(html)
        var result = ""
        while result.utf8.count < 8 * length, let token = tokenizer.next() {
            switch token {
            case .text(let text): result += text
            case .start, .end: result += " "
            }
        }
        return cleaned(result)
    }

    /// Runs of space as one; characters that show nothing left out, but a run of them ends the line.
    private static func cleaned(_ text: String) -> String {
        var result = ""
        var needsSpace = false
        var filler = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x34F, 0x200B...0x200F, 0xFEFF, 0xAD: filler += 1
            case 0x20, 0x09, 0x0A, 0x0D, 0xA0: needsSpace = true
            default:
                // Padding that a template puts there so that nothing else is shown.
                if filler > 20 { return result }
                if needsSpace, !result.isEmpty { result += " " }
                needsSpace = false
                filler = 0
                result.unicodeScalars.append(scalar)
                if result.count >= length { return result + "…" }
            }
        }
        return result
    }
}
