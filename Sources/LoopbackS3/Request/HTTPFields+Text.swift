import GroundworkCore
import HTTPTypes

extension HTTPFields {
    /// The value of a field that is named by text; several are joined with commas.
    subscript(name: String) -> String? {
        get { HTTPField.Name(name).flatMap { self[$0] } }
        set { if let field = HTTPField.Name(name) { self[field] = newValue } }
    }

    /// The fields whose lower-case names begin with `prefix`.
    func fields(withPrefix prefix: String) -> [HTTPField] {
        filter { $0.name.canonicalName.hasPrefix(prefix) }
    }
}

/// An entity tag without quotes.
func unquoted(_ tag: some StringProtocol) -> String {
    let text = tag.trimmingASCIIWhitespace()
    guard text.utf8.count >= 2, text.utf8.first == 0x22, text.utf8.last == 0x22 else { return text }
    return String(text.dropFirst().dropLast())
}
