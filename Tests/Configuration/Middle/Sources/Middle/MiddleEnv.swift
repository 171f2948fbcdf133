public import EnvSchema

/// A schema of a package that knows nothing of swift-configuration.
public struct MiddleEnv: EnvSchema {
    /// The port.
    @Env("PORT", help: "Listen port") public var port: Int = 1

    /// The declarations without values.
    public init() {}
}
