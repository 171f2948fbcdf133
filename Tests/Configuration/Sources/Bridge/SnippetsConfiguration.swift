import Configuration
import EnvSchema
import EnvSchemaConfiguration

/// The examples of the guide on swift-configuration.
private enum Snippets {
    private typealias AppEnv = BridgeEnv

    static func toReader() throws {
        let load = try AppEnv.resolve()
        let config = ConfigReader(provider: load.environmentVariablesProvider())
        print(config)
    }

    static func fromReader(_ provider: InMemoryProvider) throws {
        let source = EnvSource.config(ConfigReader(provider: provider))
        let env = try AppEnv.load(from: [.process, source])
        print(env.port)
    }

    static func accesses(_ load: EnvLoad<BridgeEnv>) {
        let accesses = EnvAccessReporter(AppEnv.self)
        let watched = ConfigReader(provider: load.environmentVariablesProvider(), accessReporter: accesses)
        print(watched.int(forKey: "http.port", default: 8080), accesses.undeclared, accesses.neverRead)
    }
}
