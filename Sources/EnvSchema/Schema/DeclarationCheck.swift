import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvSources

/// Finds every mistake in the declarations of a schema.
struct DeclarationCheck {
    var mistakes: [EnvProblem] = []

    init(definitions: [EnvDefinition], rules: [EnvRule], modes: [EnvMode]) {
        checkNames(definitions.map(\.variable))
        for definition in definitions { check(definition, modes: modes) }
        let known = Dictionary(definitions.map { ($0.variable.name, $0.variable) }) { first, _ in first }
        for rule in rules { check(rule, known: known, modes: modes) }
    }

    private mutating func add(_ name: String?, _ message: String, _ remedy: String) {
        mistakes.append(
            EnvProblem(.declaration, name.map { [$0] } ?? [], origin: .declaration, message: message, remedy: remedy)
        )
    }

    private mutating func checkNames(_ variables: [EnvVariable]) {
        var owners: [String: String] = [:]
        for variable in variables {
            var own: Set<String> = []
            for name in [variable.name] + variable.aliases + variable.deprecatedNames {
                if let fault = EnvName.fault(in: name) {
                    let shown = EnvName.printable(name)
                    add(shown, fault, "use letters, digits and _ and begin with a letter, such as DATABASE_URL")
                    continue
                }
                if let owner = owners[name] ?? (own.contains(name) ? variable.name : nil) {
                    add(name, "is declared twice (also for \(owner))", "give each variable a name of its own")
                }
                own.insert(name)
            }
            for name in own {
                owners[name] = variable.name
                if variable.acceptsFile { owners["\(name)_FILE"] = variable.name }
            }
        }
    }

    private mutating func check(_ definition: EnvDefinition, modes: [EnvMode]) {
        let variable = definition.variable
        for fault in definition.limitFaults {
            add(variable.name, "has limits that cannot be kept. \(fault)", "mend or remove the limit")
        }
        if let example = variable.example, case .failure(let error) = definition.parse(example) {
            add(variable.name, "has an example that is not valid: \(error.reason)", "mend the example or the limits")
        }
        if definition.hasDefault {
            checkDefault(definition)
        } else if definition.fallback == nil, !variable.requirement.optionalIn.isEmpty {
            add(
                variable.name,
                "may be absent in some environments, but its type \(variable.type.name) cannot be absent",
                "declare the property as optional (`?`) or give it a default"
            )
        }
        if variable.secret != nil, !definition.isSecretType {
            add(
                variable.name,
                "is declared as a secret, but its type would show the value",
                "declare it as Secret<…>"
            )
        }
        for mode in variable.requirement.optionalIn + variable.requirement.requiredIn where !modes.contains(mode) {
            add(variable.name, "names the environment \(mode), which is not in `modes`", "add it to `static let modes`")
        }
        for mode in variable.requirement.optionalIn where variable.requirement.requiredIn.contains(mode) {
            add(variable.name, "is both optional and required in \(mode)", "name the environment once")
        }
    }

    private mutating func checkDefault(_ definition: EnvDefinition) {
        let variable = definition.variable
        if variable.isSecret, variable.requirement.isRequired(in: .production) == false {
            add(
                variable.name,
                "is a secret with a default, which everybody who reads the code would know in production",
                "make it optional, or add requiredIn: [.production]"
            )
        }
        if let error = definition.defaultFault {
            add(variable.name, "has a default that is not valid: \(error.reason)", "mend the default or the limits")
        }
    }

    private mutating func check(_ rule: EnvRule, known: [String: EnvVariable], modes: [EnvMode]) {
        let names = rule.variables
        if names.isEmpty { add(nil, "a rule names no variable", "name the variables of the rule or remove it") }
        for name in names where known[name] == nil {
            let near = NearMiss.best(for: name, among: Array(known.keys))
            add(
                EnvName.printable(name),
                "is named by a rule, but not declared",
                near.map { "did you mean \($0)?" } ?? "declare it with @Env, by its own name and not an alias"
            )
        }
        for condition in rule.conditions {
            switch condition {
            case .isOneOf(let name, let texts):
                guard let variable = known[name] else { continue }
                if variable.isSecret {
                    add(name, "is a secret whose value a rule compares", "use .isSet instead")
                }
                if let choices = variable.type.choices, let wrong = texts.first(where: { !choices.contains($0) }) {
                    add(
                        name,
                        "is compared with \(EnvName.printable(wrong)), which is not one of its choices",
                        "use one of \(choices.joined(separator: ", "))"
                    )
                }
            case .mode(let named):
                for mode in named where !modes.contains(mode) {
                    add(nil, "a rule names the environment \(mode), which is not in `modes`", "add it to `modes`")
                }
            default: continue
            }
        }
    }
}
