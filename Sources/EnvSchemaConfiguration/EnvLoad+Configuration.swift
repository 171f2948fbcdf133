#if SwiftConfiguration
public import Configuration
public import EnvSchema

extension EnvLoad {
    /// The validated values for a `ConfigReader`: whatever source, alias or file a value came from, it is found under the
    /// variable's name, and defaults are there too. Secrets are marked, so that access logs redact them.
    ///
    ///     let load = try AuthEnv.resolve()
    ///     let config = ConfigReader(provider: load.environmentVariablesProvider())
    public func environmentVariablesProvider() -> EnvironmentVariablesProvider {
        EnvironmentVariablesProvider(
            environmentVariables: texts.withValue { $0 },
            secretsSpecifier: .specific(secretNames)
        )
    }
}
#endif
