import EnvSchema
import GroundworkBase

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
        let template: RailwayTemplate
        do throws(RailwayReferenceError) { template = try RailwayTemplate(parsing: text) } catch {
            return [.malformed(VisibleText.sentence(error.description))]
        }
        return template.parts.map { part in
            switch part {
            case .literal(let literal): .literal(literal)
            case .templateFunction:
                .malformed("It calls a function, which Railway runs only when a template is deployed.")
            case .reference(let reference):
                switch reference.namespace {
                case .sameService: .reference(namespace: nil, name: reference.variable)
                case .shared: .reference(namespace: "shared", name: reference.variable)
                case .service(let name): .reference(namespace: name, name: reference.variable)
                }
            }
        }
    }
}
