/// Writes the documents of S3's answers.
struct XMLText {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// A document with one root; errors have no namespace.
    static func document(
        _ root: String,
        namespaced: Bool = true,
        _ content: (inout XMLText) -> Void
    ) -> [UInt8] {
        var xml = XMLText()
        xml.text += namespaced ? "<\(root) xmlns=\"\(namespace)\">" : "<\(root)>"
        content(&xml)
        xml.text += "</\(root)>"
        return Array(xml.text.utf8)
    }

    mutating func element(_ name: String, _ value: String?) {
        guard let value else { return }
        text += "<\(name)>\(XMLText.escaped(value))</\(name)>"
    }

    mutating func element(_ name: String, _ value: Bool) { element(name, value ? "true" : "false") }
    mutating func element(_ name: String, _ value: some BinaryInteger) { element(name, String(value)) }

    mutating func element(_ name: String, _ content: (inout XMLText) -> Void) {
        text += "<\(name)>"
        content(&self)
        text += "</\(name)>"
    }

    /// Escapes markup and, as S3 does, writes control characters as references, which XML 1.0 does not allow: a client
    /// that wants to read such keys asks for `encoding-type=url`.
    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.value < 0x20: result += "&#x\(String(scalar.value, radix: 16));"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
