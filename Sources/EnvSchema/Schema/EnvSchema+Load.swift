import GroundworkBase
public import GroundworkEnvModel
public import GroundworkEnvSources

extension EnvSchema {
    /// Reads every variable and judges every rule.
    ///
    /// - Parameters:
    ///   - sources: where values come from; the first that has one wins. Default: the environment of the process.
    ///   - mode: the environment that the service runs in. Default: what the variable ``modeVariable`` says in the first
    ///     source that is no file; production when it is not set.
    ///   - warn: is called for each thing that should be mended although the schema loads.
    /// - Throws: ``EnvErrors`` with every problem.
    public static func load(
        from sources: [EnvSource] = [.process],
        mode: EnvMode? = nil,
        warn: (EnvProblem) -> Void = { _ in }
    ) throws(EnvErrors) -> Self {
        let load = try resolve(from: sources, mode: mode)
        for warning in load.warnings { warn(warning) }
        return load.values
    }

    /// Reads every variable from a dictionary and judges every rule: for tests, and for programs that have the
    /// environment at hand.
    /// - Throws: ``EnvErrors`` with every problem.
    public static func load(_ environment: [String: String], mode: EnvMode? = nil) throws(EnvErrors) -> Self {
        try load(from: [.values(environment)], mode: mode)
    }

    /// Like ``load(from:mode:warn:)``, and says where each value comes from.
    /// - Throws: ``EnvErrors`` with every problem.
    public static func resolve(
        from sources: [EnvSource] = [.process],
        mode: EnvMode? = nil
    ) throws(EnvErrors) -> EnvLoad<Self> {
        let plan = SchemaPlan.of(Self.self)
        try plan.check()
        let run = EnvRun(plan: plan, sources: sources, mode: mode)
        guard run.problems.isEmpty else { throw run.errors }
        let values = run.readings.compactMap { $0?.value }
        return EnvLoad(
            values: try plan.fill(Self.self, with: values),
            mode: run.mode,
            warnings: run.warnings,
            provenance: run.provenance,
            texts: Secret(run.texts),
            secretNames: plan.names.secrets.intersection(plan.definitions.map(\.variable.name))
        )
    }

    /// Why a variable has the value that it would have, even when others have problems; nil when it is not declared.
    /// - Throws: ``EnvErrors`` when the schema itself is wrong.
    public static func explain(
        _ name: String,
        from sources: [EnvSource] = [.process],
        mode: EnvMode? = nil
    ) throws(EnvErrors) -> EnvProvenance? {
        let plan = SchemaPlan.of(Self.self)
        try plan.check()
        return EnvRun(plan: plan, sources: sources, mode: mode).provenance.first { $0.variable == name }
    }

    /// Values for tests, made without any environment: your `overrides`, then defaults, then examples. No rule is
    /// judged, and the secrets among them are well known: never use them in a service.
    /// - Throws: ``EnvErrors`` when an override is not valid, or a variable has no example that is: give it one.
    public static func example(_ overrides: [String: String] = [:]) throws(EnvErrors) -> Self {
        let plan = SchemaPlan.of(Self.self)
        try plan.check()
        return try plan.fill(Self.self, with: ExampleValues(plan: plan, overrides: overrides).values)
    }
}
