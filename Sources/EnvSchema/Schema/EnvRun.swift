import GroundworkEnvModel
import GroundworkEnvSources

/// One attempt to resolve all variables of a schema: values, or problems, and what is worth knowing in both cases.
struct EnvRun: Sendable {
    let service: String
    let mode: EnvMode
    let open: [OpenSource]
    /// One per definition; nil where there is a problem.
    private(set) var readings: [EnvDefinition.Reading?] = []
    private(set) var problems: [EnvProblem] = []
    private(set) var warnings: [EnvProblem] = []
    private(set) var provenance: [EnvProvenance] = []
    private(set) var facts: EnvFacts
    /// The text of every variable that has one.
    private(set) var texts: [String: String] = [:]
    /// The secrets that are set.
    private var secrets: [(variable: EnvVariable, text: String)] = []

    /// Finds the environment and opens the sources.
    init(service: String, finder: ModeFinder, sources: [EnvSource], mode wanted: EnvMode?) {
        self.service = service
        let found = wanted.map { ($0, finder.problem(of: $0)) } ?? finder.find(in: sources)
        mode = found.0
        facts = EnvFacts(mode: found.0, variables: [:])
        if let problem = found.1 { problems.append(problem) }
        open = sources.flatMap { $0.open(found.0) }
        for source in open { problems += source.problems }
    }

    /// Resolves a whole schema.
    init(plan: SchemaPlan, sources: [EnvSource], mode: EnvMode?) {
        let finder = ModeFinder(variable: plan.modeVariable, modes: plan.modes)
        self.init(service: plan.service, finder: finder, sources: sources, mode: mode)
        let resolver = EnvResolver(sources: open, mode: self.mode)
        readings.reserveCapacity(plan.definitions.count)
        provenance.reserveCapacity(plan.definitions.count)
        for definition in plan.definitions { take(resolver.resolve(definition), of: definition.variable) }
        finish(rules: plan.rules, names: plan.names)
    }

    mutating func take(_ resolution: EnvResolution, of variable: EnvVariable) {
        readings.append(resolution.problems.isEmpty ? resolution.reading : nil)
        problems += resolution.problems
        warnings += resolution.warnings
        provenance.append(resolution.provenance)
        facts.variables[variable.name] = resolution.fact
        guard let text = resolution.text else { return }
        texts[variable.name] = text
        if variable.isSecret, resolution.fact.isSet { secrets.append((variable, text)) }
    }

    mutating func finish(rules: [EnvRule], names: UnknownNames) {
        for rule in rules { judge(rule) }
        if mode != .test, mode != .build {
            warnings += SecretHygiene.reuse(secrets).map {
                EnvProblem(.weakSecret, [$0.variable], message: $0.message, remedy: $0.remedy)
            }
        }
        if mode == .production { warnings += exposures(secrets: names.secrets) }
        warnings += names.warnings(for: open, facts: facts)
    }

    /// Secrets that stand in a file which every user of the machine may read. A development machine has one user.
    private func exposures(secrets: Set<String>) -> [EnvProblem] {
        let exposed = Set(open.filter(\.isExposed).compactMap(\.origin.path))
        return provenance.compactMap { place in
            guard let path = place.origin?.path, exposed.contains(path), secrets.contains(place.variable) else {
                return nil
            }
            return EnvProblem(
                .exposedSecret,
                [place.variable],
                origin: place.origin,
                message: "is a secret in a file that every user of this machine may read",
                remedy: "chmod o-rwx \(path)"
            )
        }
    }

    private mutating func judge(_ rule: EnvRule) {
        guard let violation = rule.violation(in: facts) else { return }
        // A required variable that is missing is reported once.
        if case .require = rule.kind,
            violation.variables.allSatisfy({ name in problems.contains { $0.variables == [name] } })
        {
            return
        }
        problems.append(
            EnvProblem(.rule, violation.variables, message: violation.message, remedy: violation.remedy)
        )
    }

    var errors: EnvErrors { EnvErrors(service: service, mode: mode, problems: problems, warnings: warnings) }
}
