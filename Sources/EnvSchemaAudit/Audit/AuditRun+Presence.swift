import EnvSchema
import GroundworkBase

/// The first axis: what each declared variable of a service has.
extension AuditRun {
    mutating func observe(_ index: Int) {
        guard let values = subjects[index].values else { return }
        for slot in subjects[index].slots.indices {
            let variable = subjects[index].slots[slot].variable
            let found = lookUp(variable, in: values)
            guard let (name, observed) = found else {
                subjects[index].slots[slot].presence = .absent
                continue
            }
            subjects[index].slots[slot].usedName = name
            subjects[index].slots[slot].observed = observed
            if name != variable.name, !variable.allNames.contains(name) {
                // NAME_FILE: the value stands in a file that only the service sees.
                subjects[index].slots[slot].presence = .sealed
                continue
            }
            let state = graph.state(of: ReferenceGraph.Node(scope: index, name: name))
            subjects[index].slots[slot].state = state
            subjects[index].slots[slot].presence = presence(of: observed, state: state, variable: variable)
            if let problem = state.problem { report(problem, index, variable) }
            if variable.deprecatedNames.contains(name) {
                find(
                    .warning,
                    .deprecatedName,
                    index,
                    variable.name,
                    "It is read under its old name \(VisibleText.line(name)).",
                    remedy: "Set it as \(variable.name) and remove the old name."
                )
            }
        }
    }

    /// The first name that has a value; when all are empty, the first that exists.
    private func lookUp(_ variable: EnvVariable, in values: ServiceValues) -> (String, ObservedValue)? {
        var empty: (String, ObservedValue)?
        for name in variable.allNames {
            guard let observed = values.variables[name] else { continue }
            if variable.allowsEmpty || !observed.isEmpty { return (name, observed) }
            empty = empty ?? (name, observed)
        }
        if variable.acceptsFile, let path = values.variables["\(variable.name)_FILE"], !path.isEmpty {
            return ("\(variable.name)_FILE", path)
        }
        return empty
    }

    private func presence(
        of observed: ObservedValue,
        state: ReferenceGraph.State,
        variable: EnvVariable
    ) -> AuditPresence {
        if let problem = state.problem { return problem.presence }
        if observed.isEmpty || state.rendered?.isEmpty ?? false { return variable.allowsEmpty ? .set : .empty }
        if state.isReference { return .referenceResolved }
        return state.isHidden ? .sealed : .set
    }

    private mutating func report(_ problem: ReferenceProblem, _ index: Int, _ variable: EnvVariable) {
        let isOpen = problem.kind == .unverified
        let remedy: String
        if let suggestion = problem.suggestion {
            remedy = "Write \(VisibleText.line(suggestion))."
        } else if isOpen {
            remedy = "Give the audit the project: `railway environment config --json` and `railway status --json`."
        } else {
            remedy = "Set it to a reference to an existing variable, or to a value."
        }
        find(
            isOpen ? .note : .error,
            problem.code,
            index,
            variable.name,
            problem.message,
            remedy: remedy,
            command: problem.suggestion.flatMap { command(index, setting: variable.name, to: $0) }
        )
    }

    /// The line that sets a variable to a text which is no secret: a reference.
    func command(_ index: Int, setting name: String, to text: String) -> String? {
        guard let text = ShellText.word(text), let set = setCommand(index, name) else { return nil }
        return "printf %s \(text) | \(set)"
    }

    /// The line that sets a variable to a text that is typed in, shown while typing only when it is no secret.
    func command(_ index: Int, asking variable: EnvVariable) -> String? {
        guard let set = setCommand(index, variable.name) else { return nil }
        return "IFS= read -r\(variable.isSecret ? "s" : "") value && printf %s \"$value\" | \(set); unset value"
    }

    /// `railway variable set NAME --stdin --service SERVICE`: the value never stands in an argument.
    private func setCommand(_ index: Int, _ name: String) -> String? {
        guard let name = ShellText.word(name), let service = ShellText.word(subjects[index].service.referenceName)
        else { return nil }
        let environment = audit.project?.environment.flatMap { ShellText.word($0) }
        return "railway variable set \(name) --stdin --service \(service)"
            + (environment.map { " --environment \($0)" } ?? "")
    }

    /// Drops the fingerprints of a report that proves nothing, and says so.
    mutating func checkBootReport(of index: Int, values: ServiceValues) throws(AuditInputError) {
        for warning in values.warnings.prefix(20) {
            find(
                .note,
                .sourceWarning,
                index,
                nil,
                "\(VisibleText.line(values.label)): \(warning)",
                remedy: "Look at the source."
            )
        }
        guard let report = values.bootReport else { return }
        var problem = report.staleness(
            now: audit.now,
            maximumAge: audit.maximumReportAge,
            deployment: subjects[index].deployment,
            environment: audit.project?.environment
        )
        if report.service != subjects[index].name {
            problem = "The boot report is of the service \(VisibleText.line(report.service))."
        }
        if let key = audit.key {
            if try !report.isGenuine(under: key) {
                problem = "The boot report was made with another key or was changed."
            }
        } else {
            problem = problem ?? "There is no \(AuditKey.variable) to prove that the boot report is genuine."
        }
        guard let problem else { return }
        for name in values.variables.keys { subjects[index].values?.variables[name]?.fingerprint = nil }
        find(
            .warning,
            .staleReport,
            index,
            nil,
            "\(problem) Its fingerprints do not count.",
            remedy: "Set \(AuditKey.variable), deploy the service once, and give the audit the new log."
        )
    }
}
