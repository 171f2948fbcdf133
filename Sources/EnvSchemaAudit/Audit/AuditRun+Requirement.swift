import EnvSchema
import GroundworkBase

/// The third axis: what must be set, given the values that are known.
extension AuditRun {
    mutating func require(_ index: Int) {
        let manifest = subjects[index].service.manifest
        let facts = facts(of: index)
        for slot in subjects[index].slots.indices {
            let variable = subjects[index].slots[slot].variable
            let requirement = requirement(of: variable, rules: manifest.rules, facts: facts)
            subjects[index].slots[slot].requirement = requirement
            guard subjects[index].values != nil else { continue }
            report(requirement, index, subjects[index].slots[slot])
        }
        guard subjects[index].values != nil else { return }
        for rule in manifest.rules {
            guard let violation = rule.violation(in: facts), let first = violation.variables.first else { continue }
            let variable = manifest.variables.first { $0.name == first }
            find(
                .error,
                .brokenRule,
                index,
                first,
                "\(first) \(violation.message).",
                remedy: VisibleText.sentence(violation.remedy),
                command: isMissing(first, index) ? variable.flatMap { command(index, asking: $0) } : nil
            )
        }
    }

    private func isMissing(_ name: String, _ index: Int) -> Bool {
        subjects[index].slots.contains { $0.variable.name == name && !$0.presence.isPresent }
    }

    /// What rules may look at. Texts of secrets are left out.
    private func facts(of index: Int) -> EnvFacts {
        var facts: [String: EnvFact] = [:]
        for slot in subjects[index].slots {
            let variable = slot.variable
            let fact: EnvFact
            switch slot.presence {
            case .unknown:
                fact = .unknown
            case .absent, .empty:
                if variable.requirement.isRequired(in: audit.mode) {
                    // It will be set before the service runs; to what is not known.
                    fact = .unknown
                } else if variable.requirement.base == .defaulted {
                    fact = .defaulted(variable.defaultText)
                } else {
                    fact = .absent
                }
            case .set where variable.allowsEmpty && slot.state?.rendered == "":
                fact = .set("")
            default:
                fact = .set(variable.isSecret ? nil : slot.text)
            }
            facts[variable.name] = fact
        }
        return EnvFacts(mode: audit.mode, variables: facts)
    }

    private func requirement(of variable: EnvVariable, rules: [EnvRule], facts: EnvFacts) -> AuditRequirement {
        if variable.requirement.isRequired(in: audit.mode) { return AuditRequirement(.required, isRequired: .yes) }
        var answer: AuditRequirement.Answer?
        var conditions: [String] = []
        for rule in rules {
            guard let (demand, words) = rule.demand(on: variable.name, in: facts) else { continue }
            conditions.append(words)
            switch (answer, demand) {
            case (_, true): answer = .yes
            case (.yes, _): break
            case (_, nil): answer = .unknown
            case (nil, false): answer = .no
            case (_, false): break
            }
        }
        if let answer {
            return AuditRequirement(.conditional, isRequired: answer, condition: conditions.joined(separator: "; "))
        }
        let isDefaulted = variable.requirement.base == .defaulted
        return AuditRequirement(isDefaulted ? .defaulted : .optional, isRequired: .no)
    }

    private mutating func report(_ requirement: AuditRequirement, _ index: Int, _ slot: Slot) {
        let variable = slot.variable
        let command = command(index, asking: variable)
        switch (slot.presence, requirement.kind) {
        case (.absent, .required):
            find(
                .error,
                .missing,
                index,
                variable.name,
                "It must be set\(audit.mode == .production ? "" : " in \(audit.mode)") and is absent.",
                remedy: "Set it to \(expectation(variable)).\(purpose(variable))",
                command: command
            )
        case (.empty, _):
            find(
                requirement.isRequired == .no ? .warning : .error,
                .empty,
                index,
                variable.name,
                "It is set to an empty text, which counts as missing.",
                remedy: "Set it to \(expectation(variable)), or remove it.\(purpose(variable))",
                command: command
            )
        case (.absent, .conditional) where requirement.isRequired == .unknown:
            find(
                .note,
                .undecidedRule,
                index,
                variable.name,
                "It must be set \(requirement.condition ?? "under a condition"); whether it is so cannot be told yet.",
                remedy:
                    "Set the variables on which it depends, or set it as well, to \(expectation(variable)).\(purpose(variable))",
                command: command
            )
        default: break
        }
    }

    private func purpose(_ variable: EnvVariable) -> String {
        variable.help.isEmpty ? "" : " " + VisibleText.sentence(variable.help)
    }

    private func expectation(_ variable: EnvVariable) -> String {
        if let choices = variable.type.choices { return "one of \(choices.joined(separator: ", "))" }
        return variable.type.expected
    }
}

extension EnvRule {
    /// Whether the rule demands that the variable be set, as an answer that may be unknown, and when it does in words.
    /// Nil when it never does.
    func demand(on name: String, in facts: EnvFacts) -> (Bool?, String)? {
        func isSet(_ other: String) -> Bool? { EnvCondition.isSet(other).holds(in: facts) }
        switch kind {
        case .require(let names, let condition):
            guard names.contains(name) else { return nil }
            return (condition.holds(in: facts), "when \(condition.words)")
        case .allOrNone(let names):
            guard names.contains(name) else { return nil }
            let others = names.filter { $0 != name }
            let answers = others.map(isSet)
            return (
                answers.contains(true) ? true : answers.contains(nil) ? nil : false,
                "when \(others.joined(separator: " or ")) is set"
            )
        case .atLeastOne(let names), .exactlyOne(let names):
            guard names.contains(name) else { return nil }
            let others = names.filter { $0 != name }
            let answers = others.map(isSet)
            return (
                answers.contains(true) ? false : answers.contains(nil) ? nil : true,
                "unless \(others.joined(separator: " or ")) is set"
            )
        case .atMostOne: return nil
        case .implies(let condition, .isSet(name)): return (condition.holds(in: facts), "when \(condition.words)")
        case .implies: return nil
        }
    }
}
