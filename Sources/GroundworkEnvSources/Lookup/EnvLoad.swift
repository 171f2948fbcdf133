package import GroundworkBase
public import GroundworkEnvModel

/// A schema that was loaded, with all that is worth knowing about how.
public struct EnvLoad<Schema: Sendable>: Sendable {
    /// The values.
    public let values: Schema
    /// The environment that they were loaded for.
    public let mode: EnvMode
    /// What should be mended although the schema loaded: deprecated and misspelt names, duplicates, weak development
    /// secrets.
    public let warnings: [EnvProblem]
    /// Where each value comes from, in the order of the declarations.
    public let provenance: [EnvProvenance]
    /// The text of every variable that has one, under its own name, defaults included.
    package let texts: Secret<[String: String]>
    /// The names of the secrets.
    package let secretNames: Set<String>

    package init(
        values: Schema,
        mode: EnvMode,
        warnings: [EnvProblem],
        provenance: [EnvProvenance],
        texts: Secret<[String: String]>,
        secretNames: Set<String>
    ) {
        self.values = values
        self.mode = mode
        self.warnings = warnings
        self.provenance = provenance
        self.texts = texts
        self.secretNames = secretNames
    }

    /// Why the variable has its value; nil when it is not declared.
    public func explain(_ name: String) -> EnvProvenance? { provenance.first { $0.variable == name } }
}
