import GroundworkEnvModel

/// The contents of `.env.example`.
struct ExampleFile {
    private let manifest: SchemaManifest

    init(_ manifest: SchemaManifest) { self.manifest = manifest }

    var text: String {
        var text = "# \(MarkdownText.oneLine(manifest.service))"
        if let summary = manifest.summary, !summary.isEmpty { text += ": \(MarkdownText.oneLine(summary))" }
        text += "\n"
        for (name, variables) in EnvGroups(manifest.variables).groups {
            if let name { text += "\n# == \(MarkdownText.oneLine(name)) ==\n" }
            for variable in variables { text += entry(variable) }
        }
        if !manifest.rules.isEmpty { text += "\n# == Rules ==\n" }
        for rule in manifest.rules { text += "# \(MarkdownText.oneLine(rule.sentence))\n" }
        return text
    }

    private func entry(_ variable: EnvVariable) -> String {
        var text = "\n# \(MarkdownText.oneLine(variable.help))\n"
        let expected = variable.type.expectedText(variable.limits)
        let secret = variable.isSecret ? "; secret" : ""
        text +=
            "# Required: \(MarkdownText.oneLine(variable.requirement.words)). Expected: \(MarkdownText.oneLine(expected))\(secret).\n"
        if let origin = variable.secret?.origin { text += "# Lives at: \(MarkdownText.oneLine(origin)).\n" }
        if let note = variable.note { text += "# Note: \(MarkdownText.oneLine(note)).\n" }
        if !variable.sharing.words.isEmpty { text += "# The value \(MarkdownText.oneLine(variable.sharing.words)).\n" }
        let shown = variable.isSecret ? nil : variable.example ?? variable.defaultText ?? variable.type.example
        let value = shown.flatMap { Self.value($0) }
        if let shown, value == nil { text += "# Example: \(MarkdownText.oneLine(shown, showsLineEnds: true))\n" }
        // A name that no reader of such files knows stays a comment.
        let isOpen = variable.requirement.base == .required && EnvName.fault(in: variable.name) == nil
        let name = MarkdownText.oneLine(variable.name)
        return text + "\(isOpen ? "" : "# ")\(name)=\(value ?? "")\n"
    }

    /// A value that every dialect reads alike; nil when there is no such way of writing it.
    static func value(_ text: String) -> String? {
        if text.utf8.allSatisfy(isPlain) { return text }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && !"'\\$`".utf8.contains($0) }) else { return nil }
        return "'\(text)'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_-./:,@%+=".utf8.contains(byte)
        }
    }
}
