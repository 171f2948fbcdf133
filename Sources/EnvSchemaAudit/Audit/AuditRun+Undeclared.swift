import EnvSchema
import GroundworkBase

/// What is deployed and not declared.
extension AuditRun {
    /// The most undeclared variables of a service that are listed one by one.
    static let undeclaredLimit = 200

    mutating func findUndeclared(_ index: Int) {
        guard let values = subjects[index].values else { return }
        var declared: Set<String> = []
        for slot in subjects[index].slots {
            declared.formUnion(slot.variable.allNames)
            if slot.variable.acceptsFile { declared.insert("\(slot.variable.name)_FILE") }
        }
        if values.variables[AuditKey.variable] != nil {
            find(
                .warning,
                .auditKeyLeft,
                index,
                AuditKey.variable,
                "The key of an audit is set. With it, whoever reads the logs can test guesses of secrets.",
                remedy: "Remove it when the audit is done.",
                command: ShellText.word(subjects[index].service.referenceName).map {
                    "railway variable delete \(AuditKey.variable) --service \($0)"
                }
            )
        }
        let names = values.variables.keys.filter {
            !declared.contains($0) && !isGivenByPlatform($0) && $0 != AuditKey.variable
        }.sorted()
        let missing = subjects[index].slots.filter { !$0.presence.isPresent }.map(\.variable.name)
        let others = declared.sorted()
        for name in names.prefix(Self.undeclaredLimit) {
            // A name that is wanted is a likelier meaning than one that is set.
            let near = NearMiss.best(for: name, among: missing) ?? NearMiss.best(for: name, among: others)
            // A process has many variables that are nobody's business.
            if values.kind == .process, near == nil { continue }
            let isMisspelt = near.map(missing.contains) ?? false
            find(
                isMisspelt ? .warning : .note,
                .unknownVariable,
                index,
                name,
                "It is set, and the schema does not declare it."
                    + (near.map { " Did you mean \($0)?" } ?? ""),
                remedy: isMisspelt ? "Rename it, or remove it." : "Declare it, or remove it."
            )
            subjects[index].undeclared.append(undeclaredCell(name, index))
        }
        if names.count > Self.undeclaredLimit, values.kind != .process {
            find(
                .note,
                .unknownVariable,
                index,
                nil,
                "\(names.count - Self.undeclaredLimit) more variables are set that the schema does not declare.",
                remedy: "Declare them, or remove them."
            )
        }
    }

    private mutating func undeclaredCell(_ name: String, _ index: Int) -> AuditCell {
        let state = graph.state(of: ReferenceGraph.Node(scope: index, name: name))
        let presence: AuditPresence =
            state.problem?.presence
            ?? (state.isReference
                ? .referenceResolved : state.rendered.map { $0.isEmpty ? .empty : .set } ?? .sealed)
        return AuditCell(
            variable: name,
            status: .unknown,
            presence: presence,
            sharing: AuditSharing(strength: .own),
            requirement: AuditRequirement(.optional, isRequired: .no),
            isSecret: true,
            isDeclared: false,
            help: "",
            type: ""
        )
    }
}
