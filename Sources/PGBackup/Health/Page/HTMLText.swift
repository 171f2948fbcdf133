/// Writes HTML in which text can never become markup.
struct HTMLText {
    private(set) var text = ""

    /// Appends markup that is written in this source; nothing from outside may be in it.
    mutating func raw(_ markup: StaticString) { text += "\(markup)" }

    /// Appends an element with attributes, whose values are escaped, and what `body` writes.
    mutating func element(
        _ name: StaticString,
        _ attributes: [(name: StaticString, value: String)] = [],
        _ body: (inout HTMLText) -> Void
    ) {
        open(name, attributes)
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    /// Appends an element that holds text.
    mutating func element(
        _ name: StaticString,
        _ attributes: [(name: StaticString, value: String)],
        _ content: String
    ) {
        element(name, attributes) { $0.write(content) }
    }

    /// Appends an element that holds text.
    mutating func element(_ name: StaticString, _ content: String) { element(name, []) { $0.write(content) } }

    private mutating func open(_ name: StaticString, _ attributes: [(name: StaticString, value: String)]) {
        text += "<\(name)"
        for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
    }

    /// Appends text.
    mutating func write(_ content: String) { text += Self.escaped(content) }

    /// Text for between tags and for attributes in quotes. What a reader could not see, or what turns the direction of
    /// writing, is replaced.
    static func escaped(_ content: String) -> String {
        var result = ""
        for scalar in content.unicodeScalars {
            switch scalar.value {
            case 0x26: result += "&amp;"
            case 0x3C: result += "&lt;"
            case 0x3E: result += "&gt;"
            case 0x22: result += "&quot;"
            case 0x27: result += "&#39;"
            case 0x09, 0x0A: result += " "
            case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFF:
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
