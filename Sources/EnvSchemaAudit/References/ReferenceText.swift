import GroundworkCore

/// A value cut into its literal pieces and its references.
enum ReferenceText {
    enum Part: Equatable {
        case literal(String)
        /// `${{NAMESPACE.NAME}}`, or without a namespace `${{NAME}}`.
        case reference(namespace: String?, name: String)
        /// Begins like a reference and is none; the reason is a sentence.
        case malformed(String)

        var isReference: Bool {
            if case .literal = self { false } else { true }
        }
    }

    /// The parts of a text. A text without `${{` is one literal.
    static func parts(of text: String) -> [Part] {
        guard text.firstRange(of: "${{") != nil else { return [.literal(text)] }
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "${{") {
            if open.lowerBound != rest.startIndex { parts.append(.literal(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else {
                parts.append(.malformed("A reference is not closed with `}}`."))
                return parts
            }
            parts.append(reference(rest[..<close.lowerBound].trimmingASCIIWhitespace()))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        return parts
    }

    private static func reference(_ text: String) -> Part {
        if text.utf8.contains(UInt8(ascii: "(")) {
            return .malformed("It calls a function, which Railway runs only when a template is deployed.")
        }
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else {
            return text.isEmpty ? .malformed("A reference is empty.") : .reference(namespace: nil, name: text)
        }
        let namespace = text[..<dot].trimmingASCIIWhitespace()
        let name = text[text.utf8.index(after: dot)...].trimmingASCIIWhitespace()
        guard !namespace.isEmpty, !name.isEmpty else {
            return .malformed("A reference lacks the name of the service or of the variable.")
        }
        return .reference(namespace: namespace, name: name)
    }
}
