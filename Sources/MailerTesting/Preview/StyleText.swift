/// Takes inline styles apart.
enum StyleText {
    /// Names and values in lower case; a semicolon in quotes or parentheses ends nothing.
    static func declarations(_ style: String) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var depth = 0
        var quote: Character?
        var current = ""
        func finish() {
            guard let colon = current.firstIndex(of: ":") else { return }
            let value = current[current.index(after: colon)...].trimmingASCIIWhitespace()
            result.append((current[..<colon].trimmingASCIIWhitespace().lowercasedASCII(), value.lowercasedASCII()))
        }
        for character in style {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "(" {
                depth += 1
            } else if character == ")" {
                depth = max(0, depth - 1)
            } else if character == ";", depth == 0 {
                finish()
                current = ""
                continue
            }
            current.append(character)
        }
        finish()
        return result
    }

    /// Whether a function is called, or a number has this unit.
    static func uses(_ text: String, in value: String) -> Bool {
        if text.hasSuffix("(") { return value.firstRange(of: text) != nil }
        return value.split(whereSeparator: { " ,()".contains($0) }).contains { word in
            word.hasSuffix(text) && word.dropLast(text.count).allSatisfy { $0.isNumber || $0 == "." || $0 == "-" }
                && word.count > text.count
        }
    }
}
