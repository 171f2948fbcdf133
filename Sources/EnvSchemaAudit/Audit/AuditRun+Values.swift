import EnvSchema
import GroundworkBase

/// What the texts themselves show, where they are known.
extension AuditRun {
    mutating func checkValues(_ index: Int) {
        for slot in subjects[index].slots where slot.presence.isPresent {
            let variable = slot.variable
            if let text = slot.text, !text.isEmpty, let reason = ValueCheck.objection(to: text, variable: variable) {
                find(
                    .error,
                    .invalidValue,
                    index,
                    variable.name,
                    "Its value does not fit: \(reason).",
                    remedy:
                        "Set it to \(variable.type.choices.map { "one of \($0.joined(separator: ", "))" } ?? variable.type.expected).",
                    command: command(index, asking: variable)
                )
            }
            judge(slot, of: index)
            if variable.isSecret, slot.presence == .set, let name = slot.usedName,
                subjects[index].platform?.variables[name]?.text != nil
            {
                find(
                    .note,
                    .unsealedSecret,
                    index,
                    variable.name,
                    "It is a secret and not sealed: everybody with access to the project can read it.",
                    remedy: "Seal it in the service's variables on Railway; a sealed variable cannot be unsealed."
                )
            }
        }
    }

    /// Placeholders, weak secrets and secrets that are not declared as such. What several variables refer to is judged
    /// once.
    private mutating func judge(_ slot: Slot, of index: Int) {
        guard let text = slot.text, let root = slot.state?.root, judgedRoots.insert(root).inserted else { return }
        let isOwn = root.scope == index
        for finding in SecretHygiene.findings(for: text, variable: slot.variable, mode: audit.mode) {
            let subject = isOwn ? "Its value" : "The value of \(graph.title(root)), to which it refers,"
            find(
                finding.severity == .error ? .error : .warning,
                .weakSecret,
                index,
                slot.variable.name,
                VisibleText.sentence("\(subject) \(finding.message) (\(finding.code))"),
                remedy: VisibleText.sentence(finding.remedy),
                command: isOwn ? command(index, asking: slot.variable) : nil
            )
        }
    }

    /// The same secret under two names, in one service or in two, except through references.
    mutating func findReusedSecrets() {
        struct Use {
            var subject: Int
            var variable: String
            var root: ReferenceGraph.Node
        }
        var uses: [String: [Use]] = [:]
        for (index, subject) in subjects.enumerated() {
            for slot in subject.slots where slot.variable.isSecret {
                // A database or a key may rightly stand under two names.
                let kind = slot.variable.secret?.kind
                if kind == .connectionURL || kind == .privateKey { continue }
                guard let text = slot.text, text.utf8.count >= 8, let root = slot.state?.root else { continue }
                uses[text, default: []].append(Use(subject: index, variable: slot.variable.name, root: root))
            }
        }
        for (_, group) in uses where Set(group.map(\.variable)).count > 1 {
            guard let first = group.min(by: { ($0.subject, $0.variable) < ($1.subject, $1.variable) }) else { continue }
            for use in group where use.variable != first.variable && use.root != first.root {
                find(
                    .warning,
                    .reusedSecret,
                    use.subject,
                    use.variable,
                    "It has the same value as \(first.variable)"
                        + (use.subject == first.subject
                            ? "." : " of \(VisibleText.line(subjects[first.subject].name)).")
                        + " Who learns one has both, and a rotation has to change both.",
                    remedy: "Make a secret of its own, or refer to the other."
                )
            }
        }
    }
}
