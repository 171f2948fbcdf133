public import EnvSchema

extension ServiceValues {
    /// The variables of an env file. References of Railway (`${{Postgres.DATABASE_URL}}`) are kept as they are.
    ///
    /// A name without a value means "as the process has it" and is left out.
    public init(environmentFile file: DotEnvFile, label: String) {
        self.init(file.values, kind: .environmentFile, label: label)
        // The audit resolves references itself.
        let odd = file.warnings.filter { $0.code != .railwayReference && $0.code != .unexpandedReference }
        warnings = odd.prefix(50).map { "\($0.description)." }
    }
}
