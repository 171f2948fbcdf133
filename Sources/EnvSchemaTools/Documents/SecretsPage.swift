import GroundworkBase
import GroundworkEnvModel

/// The contents of `SECRETS_MANAGEMENT.md`.
struct SecretsPage {
    private let inventory: SecretInventory
    private let serviceCount: Int

    init(_ manifests: [SchemaManifest]) {
        inventory = SecretInventory(manifests)
        serviceCount = manifests.count
    }

    var text: String {
        guard !inventory.entries.isEmpty else { return "No secret is declared.\n" }
        return table + "\n" + order + "\n" + leak + "\n"
            + inventory.entries.map { section($0) }.joined(separator: "\n")
    }

    private var table: String {
        var text = "## Where each secret lives\n\n| Secret | Kind | Services | Lives at | Shared |\n"
        text += "| --- | --- | --- | --- | --- |\n"
        for entry in inventory.entries {
            let cells = [
                MarkdownText.code(entry.name),
                MarkdownText.escape(entry.traits.kind.rawValue),
                MarkdownText.escape(entry.services.joined(separator: ", ")),
                MarkdownText.escape(entry.traits.origin ?? "not stated"),
                MarkdownText.escape(entry.variable.sharing.strength == .own ? "no" : sharing(entry)),
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    private func sharing(_ entry: SecretInventory.Entry) -> String {
        let word = entry.variable.sharing.strength == .must ? "must be the same" : "should be the same"
        return entry.owner.map { "\(word), owned by \($0)" } ?? word
    }

    private var order: String {
        var text = "## Rotation order\n\n"
        text += "First what interrupts nobody, last what all its services change at once.\n\n"
        for (index, entry) in inventory.rotationOrder.enumerated() {
            let restarts = MarkdownText.escape(entry.restartOrder.joined(separator: ", then "))
            let together = MarkdownText.escape(entry.services.joined(separator: " and "))
            let how =
                entry.traits.allowsOverlap
                ? "old and new value overlap; restart \(restarts)"
                : entry.isShared ? "no overlap; restart \(together) together" : "no overlap; restart \(restarts)"
            text += "\(index + 1). \(MarkdownText.code(entry.name)): \(how).\n"
        }
        return text
    }

    private var leak: String {
        var text = "## After a leak\n\nRotate in this order; what opens most comes first.\n\n"
        for (index, entry) in inventory.leakOrder.enumerated() {
            text +=
                "\(index + 1). \(MarkdownText.code(entry.name)): \(entry.services.count) of \(serviceCount) services; "
            text += "\(MarkdownText.escape(entry.blastRadius)).\n"
        }
        return text
    }

    private func section(_ entry: SecretInventory.Entry) -> String {
        let place =
            entry.isShared || entry.variable.sharing.strength != .own
            ? "" : " of \(MarkdownText.escape(entry.services.first ?? ""))"
        var text = "## \(MarkdownText.code(entry.name))\(place)\n\n"
        if !entry.variable.help.isEmpty { text += "\(MarkdownText.escape(entry.variable.help))\n\n" }
        text += "- Services that restart: \(MarkdownText.escape(entry.restartOrder.joined(separator: ", ")))\n"
        text += "- Blast radius: \(MarkdownText.escape(entry.blastRadius))\n"
        if let origin = entry.traits.origin { text += "- Lives at: \(MarkdownText.escape(origin))\n" }
        for exception in entry.exceptions { text += "- Required in \(MarkdownText.escape(exception))\n" }
        text += "\nTo rotate it:\n\n"
        let steps = entry.traits.rotation.isEmpty ? derived(entry) : entry.traits.rotation
        for (index, step) in steps.enumerated() { text += "\(index + 1). \(MarkdownText.escape(step))\n" }
        return text
    }

    /// Steps for a secret whose declaration names none.
    private func derived(_ entry: SecretInventory.Entry) -> [String] {
        let origin = entry.traits.origin.map { " at \($0)" } ?? ""
        var steps = ["Make a new value\(origin)."]
        if entry.traits.allowsOverlap {
            steps.append("Let the old value stay valid.")
            for service in entry.restartOrder { steps.append("Set the new value in \(service) and restart it.") }
        } else {
            let all = entry.services.joined(separator: " and ")
            steps.append(
                "Set the new value in \(all)\(entry.isShared ? " and restart them together" : " and restart it")."
            )
        }
        steps.append("Prove that every service works with it, then revoke the old value.")
        return steps
    }
}
