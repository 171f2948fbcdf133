public import GroundworkEnvModel
public import GroundworkEnvSources

/// Reads variables one by one where a struct cannot express them, such as a number of shards that another variable gives.
/// All problems are collected and thrown together by ``finish()``.
///
///     var reader = EnvReader(service: "shards")
///     let count = reader.read(EnvVar<Int>("SHARD_COUNT", help: "Number of shards", default: 1)) ?? 0
///     let urls = (0..<count).map { shard in
///         reader.read(EnvVar<Secret<String>>("SHARD_\(shard)_URL", help: "Postgres of shard \(shard)"))
///     }
///     try reader.finish()  // from here on no value is nil
public struct EnvReader: Sendable {
    private let service: String
    private let resolver: EnvResolver
    private var definitions: [EnvDefinition] = []
    private var rules: [EnvRule] = []
    private var run: EnvRun
    private let plan: (prefixes: [String], modes: [EnvMode], modeVariable: String)

    /// Opens the sources.
    ///
    /// - Parameters:
    ///   - service: the name of the service, for errors and the manifest.
    ///   - sources: where values come from; the first that has one wins.
    ///   - mode: the environment that the service runs in. Default: what `modeVariable` says in the first source that
    ///     is no file; production when it is not set.
    ///   - modes: the environments that the service knows.
    ///   - modeVariable: the variable that names the environment.
    ///   - prefixes: prefixes under which every name should be declared.
    public init(
        service: String,
        from sources: [EnvSource] = [.process],
        mode: EnvMode? = nil,
        modes: [EnvMode] = EnvMode.wellKnown,
        modeVariable: String = "APP_ENV",
        prefixes: [String] = []
    ) {
        self.service = service
        plan = (prefixes, modes, modeVariable)
        let finder = ModeFinder(variable: modeVariable, modes: modes)
        run = EnvRun(service: service, finder: finder, sources: sources, mode: mode)
        resolver = EnvResolver(sources: run.open, mode: run.mode)
    }

    /// The environment that the service runs in.
    public var mode: EnvMode { run.mode }

    /// Reads a variable.
    /// - Returns: its value; nil when there is a problem, which ``finish()`` throws.
    public mutating func read<Value>(_ declaration: EnvVar<Value>) -> Value? {
        let definition = EnvDefinition(declaration)
        definitions.append(definition)
        run.take(resolver.resolve(definition), of: definition.variable)
        return (run.readings.last??.value as? ParsedValue<Value>)?.value
    }

    /// Reads a variable that may be absent.
    /// - Returns: its value; nil when it is absent or there is a problem, which ``finish()`` throws.
    public mutating func read<Value>(_ declaration: EnvVar<Value?>) -> Value? {
        let definition = EnvDefinition(declaration)
        definitions.append(definition)
        run.take(resolver.resolve(definition), of: definition.variable)
        return (run.readings.last??.value as? ParsedValue<Value?>)?.value
    }

    /// Adds a rule, which ``finish()`` judges.
    public mutating func require(_ rule: EnvRule) { rules.append(rule) }

    /// What was read so far, as data.
    public var manifest: SchemaManifest {
        SchemaManifest(service: service, variables: definitions.map(\.variable), rules: rules)
    }

    /// Where each value that was read comes from.
    public var provenance: [EnvProvenance] { run.provenance }

    /// Judges the rules and throws everything that was wrong.
    /// - Returns: what should be mended although nothing failed.
    /// - Throws: ``EnvErrors`` with every problem, mistakes in the declarations first.
    @discardableResult
    public func finish() throws(EnvErrors) -> [EnvProblem] {
        let mistakes = DeclarationCheck(definitions: definitions, rules: rules, modes: plan.modes).mistakes
        guard mistakes.isEmpty else { throw EnvErrors(service: service, problems: mistakes) }
        var run = run
        let variables = definitions.map(\.variable)
        run.finish(
            rules: rules,
            names: UnknownNames(variables, modeVariable: plan.modeVariable, prefixes: plan.prefixes)
        )
        guard run.problems.isEmpty else { throw run.errors }
        return run.warnings
    }
}

extension EnvReader: CustomStringConvertible, CustomReflectable {
    /// The service and how many variables were read; no value.
    public var description: String { "EnvReader(\(service), \(definitions.count) variables)" }

    /// Shows what ``description`` shows.
    public var customMirror: Mirror { Mirror(self, children: ["service": service, "variables": definitions.count]) }
}
