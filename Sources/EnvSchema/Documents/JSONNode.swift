import GroundworkCore

/// A JSON value whose members keep their order, written with two spaces of indentation: the same value gives the same
/// text everywhere.
indirect enum JSONNode: Sendable {
    case text(String)
    case number(Double)
    case bool(Bool)
    case array([JSONNode])
    case object([(String, JSONNode)])

    static func texts(_ texts: [String]) -> JSONNode { .array(texts.map { .text($0) }) }

    /// The value and a line end.
    var document: String {
        var text = ""
        write(to: &text, indent: "")
        return text + "\n"
    }

    private func write(to text: inout String, indent: String) {
        let inner = indent + "  "
        switch self {
        case .text(let value): Self.quote(value, to: &text)
        case .number(let value):
            // JSON has neither infinity nor "not a number".
            text += value.isFinite ? EnvLimits.number(value) : "null"
        case .bool(let value): text += value ? "true" : "false"
        case .array(let elements):
            guard !elements.isEmpty else { return text += "[]" }
            text += "["
            for (index, element) in elements.enumerated() {
                text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                element.write(to: &text, indent: inner)
            }
            text += "\n\(indent)]"
        case .object(let members):
            guard !members.isEmpty else { return text += "{}" }
            text += "{"
            for (index, member) in members.enumerated() {
                text += index == 0 ? "\n\(inner)" : ",\n\(inner)"
                Self.quote(member.0, to: &text)
                text += ": "
                member.1.write(to: &text, indent: inner)
            }
            text += "\n\(indent)}"
        }
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                text += "\\u00\(Hex.encode([UInt8(scalar.value)]))"
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
