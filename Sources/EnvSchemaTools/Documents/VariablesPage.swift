import GroundworkBase
import GroundworkEnvModel

/// The contents of `ENVIRONMENT_VARIABLES.md`.
struct VariablesPage {
    private let manifests: [SchemaManifest]

    init(_ manifests: [SchemaManifest]) { self.manifests = manifests }

    var text: String {
        manifests.isEmpty ? "No service is declared.\n" : manifests.map { service($0) }.joined(separator: "\n")
    }

    private func service(_ manifest: SchemaManifest) -> String {
        var text = "## \(MarkdownText.escape(manifest.service))\n"
        if let summary = manifest.summary, !summary.isEmpty { text += "\n\(MarkdownText.escape(summary))\n" }
        if manifest.variables.isEmpty { text += "\nThe service reads no variable.\n" }
        for (name, variables) in EnvGroups(manifest.variables).groups {
            if let name { text += "\n### \(MarkdownText.escape(name))\n" }
            text += "\n| Variable | Type | Required | Default | Secret | Shared | Description |\n"
            text += "| --- | --- | --- | --- | --- | --- | --- |\n"
            for variable in variables { text += row(variable) }
        }
        if !manifest.rules.isEmpty {
            text += "\n### Rules\n\n"
            for rule in manifest.rules {
                let reason = rule.reason.map { " Reason: \(MarkdownText.escape($0))" } ?? ""
                text += "- \(MarkdownText.escape(rule.sentence))\(reason)\n"
            }
        }
        return text
    }

    private func row(_ variable: EnvVariable) -> String {
        let fallback = variable.isSecret ? "" : variable.defaultText.map { MarkdownText.code($0) } ?? ""
        let cells = [
            MarkdownText.code(variable.name),
            MarkdownText.escape(
                ([variable.type.name] + variable.limits.words + choices(variable)).joined(separator: ", ")
            ),
            MarkdownText.escape(variable.requirement.words),
            fallback,
            variable.isSecret ? "**yes**" : "no",
            MarkdownText.escape(variable.sharing.words),
            description(variable),
        ]
        return "| \(cells.joined(separator: " | ")) |\n"
    }

    private func choices(_ variable: EnvVariable) -> [String] {
        variable.type.choices.map { ["one of \($0.joined(separator: ", "))"] } ?? []
    }

    private func description(_ variable: EnvVariable) -> String {
        var parts = [MarkdownText.escape(variable.help)]
        if let note = variable.note, !note.isEmpty { parts.append("Note: \(MarkdownText.escape(note)).") }
        if let example = variable.example, !variable.isSecret, !example.isEmpty {
            parts.append("Example: \(MarkdownText.code(example)).")
        }
        if !variable.aliases.isEmpty { parts.append("Also read from \(names(variable.aliases)).") }
        if !variable.deprecatedNames.isEmpty {
            parts.append("Deprecated: \(names(variable.deprecatedNames)).")
        }
        if variable.acceptsFile {
            parts.append("\(MarkdownText.code("\(variable.name)_FILE")) may name a file that holds it.")
        }
        if variable.allowsEmpty { parts.append("May be empty.") }
        return parts.joined(separator: " ")
    }

    private func names(_ names: [String]) -> String { names.map { MarkdownText.code($0) }.joined(separator: ", ") }
}

/// Variables under their headings, in the order in which the headings first appear; those without one come first.
struct EnvGroups {
    private(set) var groups: [(name: String?, variables: [EnvVariable])] = []

    init(_ variables: [EnvVariable]) {
        let plain = variables.filter { $0.group == nil }
        if !plain.isEmpty { groups.append((nil, plain)) }
        var seen: [String: Int] = [:]
        for variable in variables {
            guard let name = variable.group else { continue }
            if let index = seen[name] {
                groups[index].variables.append(variable)
            } else {
                seen[name] = groups.count
                groups.append((name, [variable]))
            }
        }
    }
}
