import Configuration
import EnvSchema
import EnvSchemaConfiguration

#if canImport(Middle)
import Middle
#endif

struct BridgeEnv: EnvSchema {
    @Env("HTTP_PORT", help: "Listen port", aliases: ["PORT"]) var port: Int = 8080
    @Env("API_TOKEN", help: "Token") var token: Secret<String>
    @Env("TAGS", help: "Tags") var tags: [String] = []
    @Env("UNUSED", help: "Nothing") var unused: String?
}

/// Collects what an access log would show.
final class Log: AccessReporter {
    let lines: Lines

    init(_ lines: Lines) { self.lines = lines }

    func report(_ event: AccessEvent) { lines.add(event.description) }
}

final class Lines: @unchecked Sendable {
    // Unchecked: the program has one thread.
    private(set) var all: [String] = []

    func add(_ line: String) { all.append(line) }
}

@main struct Bridge {
    static func main() throws {
        var failures = 0
        func expect(_ condition: Bool, _ what: String) {
            if !condition {
                failures += 1
                print("FAILED: \(what)")
            }
        }

        // From a schema to a reader.
        let load = try BridgeEnv.resolve(from: [.values(["PORT": "81", "API_TOKEN": "okapi-zebra"])], mode: .test)
        let lines = Lines()
        let config = ConfigReader(provider: load.environmentVariablesProvider(), accessReporter: Log(lines))
        expect(config.int(forKey: "http.port") == 81, "an alias is found under the variable's name")
        expect(config.string(forKey: "api.token") == "okapi-zebra", "a secret can be read")
        expect(!lines.all.joined().contains("okapi"), "an access log redacts secrets")
        expect(lines.all.joined().contains("81"), "an access log shows what is no secret")
        let defaults = try BridgeEnv.resolve(from: [.values(["API_TOKEN": "x"])], mode: .test)
        expect(
            ConfigReader(provider: defaults.environmentVariablesProvider()).int(forKey: "http.port") == 8080,
            "defaults are there too"
        )

        // From a reader to a schema.
        let memory = InMemoryProvider(values: [
            "HTTP_PORT": 82, "API_TOKEN": "giraffe", "TAGS": .init(.stringArray(["a,b", "c\"d"]), isSecret: false),
        ])
        let source = EnvSource.config(ConfigReader(provider: memory, accessReporter: Log(lines)))
        let env = try BridgeEnv.load(from: [source], mode: .test)
        expect(env.port == 82, "a number is read as its text")
        expect(env.token == Secret("giraffe"), "a secret is read")
        expect(env.tags == ["a,b", "c\"d"], "a list is read with its commas and quotes")
        expect(!lines.all.joined().contains("giraffe"), "reading marks every value as secret")
        let dotted = InMemoryProvider(values: ["api.token": "x"])
        let mapped = EnvSource.config(ConfigReader(provider: dotted)) { name in
            ConfigKey(name.lowercased().split(separator: "_").map(String.init))
        }
        expect(try BridgeEnv.load(from: [mapped], mode: .test).token == Secret("x"), "keys can be mapped")

        // What is read and not declared, declared and not read.
        let accesses = EnvAccessReporter(BridgeEnv.self)
        let watched = ConfigReader(provider: load.environmentVariablesProvider(), accessReporter: accesses)
        for _ in 0..<2 { _ = watched.int(forKey: "http.port") + watched.int(forKey: "http.timeout") }
        expect(accesses.undeclared.map(\.name) == ["HTTP_TIMEOUT"], "an undeclared key is reported once")
        expect(accesses.neverRead == ["API_TOKEN", "TAGS", "UNUSED"], "what is never read is reported")

        #if canImport(Middle)
        expect(try MiddleEnv.load(["PORT": "3"]).port == 3, "a package without the trait works beside")
        #endif
        print("bridge: \(failures) failed")
        if failures > 0 { throw EnvErrors(service: "bridge", problems: []) }
    }
}

private func + (left: Int?, right: Int?) -> Int { (left ?? 0) + (right ?? 0) }
