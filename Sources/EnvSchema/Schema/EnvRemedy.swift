import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvSources

/// What to expect of a variable, and a line that sets it.
final class EnvRemedy {
    private let definition: EnvDefinition

    init(definition: EnvDefinition) { self.definition = definition }

    private var variable: EnvVariable { definition.variable }

    /// The type in words, with the limits.
    var expected: String { variable.type.expectedText(variable.limits) }

    /// A line to copy, made for the place where the value stands or should stand.
    func line(at origin: EnvOrigin?) -> String {
        let name = origin?.name.map { $0.hasSuffix("_FILE") ? variable.name : $0 } ?? variable.name
        switch origin?.kind {
        case .file?: return "\(name)=\(value(quoting: quotedForFile))   (in \(origin?.path ?? ".env"))"
        case .secretsDirectory?:
            return "printf %s \(value(quoting: quotedForShell)) > \(origin?.path ?? "/run/secrets")/\(name)"
        case .commandLine?: return "--set \(name)=\(value(quoting: quotedForShell))"
        default: return "export \(name)=\(value(quoting: quotedForShell))"
        }
    }

    /// An example, or for a secret how to make or get it.
    private func value(quoting: (String) -> String) -> String {
        guard variable.isSecret else { return quoting(ExampleText.text(for: definition) ?? "…") }
        switch variable.secret?.kind {
        case .hs256?, .encryptionKey?, .password?: return "\"$(openssl rand -base64 48)\""
        case .privateKey?: return "\"$(cat key.p8)\""
        default:
            if variable.type.jsonFormat == "uri" {
                return quoting("\(variable.limits.schemes?.first ?? "https")://<user>:<password>@<host>/<name>")
            }
            let place = variable.secret?.origin.map { " from \($0)" } ?? ""
            return quoting("<\(variable.type.name)\(place)>")
        }
    }

    private func quotedForShell(_ text: String) -> String {
        if !text.isEmpty, text.utf8.allSatisfy(Self.isPlain) { return text }
        return "'\(text.replacing(ascii: "'", with: "'\\''"))'"
    }

    private func quotedForFile(_ text: String) -> String {
        if text.utf8.allSatisfy(Self.isPlain) { return text }
        return text.utf8.contains(0x27) ? "\"\(text)\"" : "'\(text)'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_-./:,@%+=".utf8.contains(byte)
        }
    }
}
