/// One attempt to resolve all variables of a schema: values, or problems, and what is worth knowing in both cases.
struct EnvRun: Sendable {
    let service: String
    let mode: EnvMode
    /// One per definition; nil where there is a problem.
    var readings: [EnvDefinition.Reading?] = []
    var problems: [EnvProblem] = []
    var warnings: [EnvProblem] = []
    var provenance: [EnvProvenance] = []
    private(set) var facts: EnvFacts

    init(plan: SchemaPlan, sources: [EnvSource], mode wanted: EnvMode?) {
        service = plan.service
        let finder = ModeFinder(variable: plan.modeVariable, modes: plan.modes)
        let found = wanted.map { ($0, nil) } ?? finder.find(in: sources)
        mode = found.0
        facts = EnvFacts(mode: found.0, variables: [:])
        if let problem = found.1 ?? finder.problem(of: wanted) { problems.append(problem) }
        let open = sources.flatMap { $0.open(found.0) }
        for source in open {
            problems += source.problems
            warnings += source.warnings
        }
        let resolver = EnvResolver(sources: open, mode: found.0)
        for definition in plan.definitions { take(resolver.resolve(definition), of: definition.variable) }
        for rule in plan.rules { judge(rule) }
        warnings += UnknownNames(variables: plan.definitions.map(\.variable), plan: plan, facts: facts).warnings(
            for: open
        )
    }

    mutating func take(_ resolution: EnvResolution, of variable: EnvVariable) {
        readings.append(resolution.problems.isEmpty ? resolution.reading : nil)
        problems += resolution.problems
        warnings += resolution.warnings
        provenance.append(resolution.provenance)
        facts.variables[variable.name] = resolution.fact
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
