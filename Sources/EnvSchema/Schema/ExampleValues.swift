import GroundworkBase
import GroundworkEnvModel
import GroundworkEnvSources

/// The values of a schema's example.
struct ExampleValues {
    private(set) var values: [any Sendable] = []
    private var problems: [EnvProblem] = []

    init(plan: SchemaPlan, overrides: [String: String]) throws(EnvErrors) {
        for definition in plan.definitions { add(definition, override: overrides[definition.variable.name]) }
        let names = plan.definitions.map(\.variable.name)
        for name in ASCIIText.sorted(Array(overrides.keys)) where !names.contains(name) {
            problems.append(
                EnvProblem(
                    .unknownName,
                    [EnvName.printable(name)],
                    origin: EnvOrigin(.memory),
                    message: "is not declared",
                    remedy: NearMiss.best(for: name, among: names).map { "did you mean \($0)?" }
                )
            )
        }
        guard problems.isEmpty else { throw EnvErrors(service: plan.service, problems: problems) }
    }

    private mutating func add(_ definition: EnvDefinition, override: String?) {
        if override == nil, let fallback = definition.fallback {
            values.append(fallback.value)
            return
        }
        let text = override ?? ExampleText.text(for: definition)
        if let text, case .success(let reading) = definition.parse(text) {
            values.append(reading.value)
            return
        }
        let remedy = EnvRemedy(definition: definition)
        problems.append(
            EnvProblem(
                override == nil ? .declaration : .invalid,
                [definition.variable.name],
                origin: override == nil ? .declaration : EnvOrigin(.memory),
                message: override == nil ? "has no example that fits its limits" : "is not valid",
                expected: remedy.expected,
                remedy: override == nil ? "give the variable an `example:`" : remedy.line(at: nil)
            )
        )
    }
}
