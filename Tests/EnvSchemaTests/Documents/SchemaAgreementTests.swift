import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import GroundworkBase
import GroundworkTestProcesses
import Testing

/// The JSON Schema beside the loader: whatever loads is valid.
@Suite struct SchemaAgreementTests {
    enum Backend: String, EnvChoice { case resend, smtp, log }

    struct Sample: EnvSchema {
        @Env("PORT", help: "A port", range: 1...65_535, aliases: ["HTTP_PORT"]) var port: Int
        @Env("RATIO", help: "A ratio", range: 0...1) var ratio: Double = 0.5
        @Env("DEBUG", help: "More logs") var debug: Bool = false
        @Env("BACKEND", help: "A backend") var backend: Backend = .log
        @Env("KEY", help: "A key", minLength: 8) var key: Secret<String>?
        @Env("NAME", help: "A name", maxLength: 4, pattern: "[a-zé]+") var name: String?
        @Env("HEX", help: "Bytes", minLength: 2) var hex: HexBytes?
        @Env("LIST", help: "Numbers", count: 1...3) var list: [Int]?
        @Env("SITE", help: "A URL", schemes: ["https"]) var site: URL?
        @Env("WAIT", help: "A duration") var wait: Duration?
        static let rules: [EnvRule] = [
            .require("KEY", when: "BACKEND", is: "resend"), .mutuallyExclusive("NAME", "HEX"),
            .allOrNone("LIST", "SITE"),
            .when(
                .all([.isSet("WAIT"), .not(.isSet("KEY"))]),
                then: .any([.variable("BACKEND", is: "log"), .isSet("DEBUG")])
            ),
        ]
    }

    private static let texts: [String: [String]] = [
        "PORT": ["1", "65535", "0", "+80", "080", "x", ""], "HTTP_PORT": ["80"],
        "RATIO": ["0", "1", "1e-3", "2", "", "-0"],
        "DEBUG": ["true", "OFF", "yes", "2", ""], "BACKEND": ["resend", "smtp", "log", "LOG", ""],
        "KEY": ["ΔΔΔΔ", "short", "vR7bq2LmX9cT", ""],
        "NAME": ["éé", "abcd", "abcde", "a1", ""], "HEX": ["abcd", "ABCDEF", "ab", "xyz", ""],
        "LIST": ["1,2", "[1, 2, 3]", "1,2,3,4", "a", ""],
        "SITE": ["https://a.example", "http://a.example", "no", ""], "WAIT": ["5m", "PT5M", "5", ""], "OTHER": ["x"],
    ]

    @Test func whateverLoadsIsValid() async throws {
        var random = SeededRandom(31)
        var accepted: [[String: String]] = []
        for _ in 0..<4000 {
            var environment: [String: String] = [:]
            for (name, texts) in Self.texts.sorted(by: { $0.key < $1.key }) where Bool.random(using: &random) {
                environment[name] = texts.randomElement(using: &random)
            }
            if (try? Sample.load(environment, mode: .test)) != nil { accepted.append(environment) }
        }
        try #require(accepted.count > 100)
        let environments = String(decoding: try JSONEncoder().encode(accepted), as: UTF8.self)
        let input =
            "{\"schema\": \(EnvDocuments.jsonSchema(try Sample.manifest).text), \"environments\": \(environments)}"
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            data = json.load(sys.stdin)
            validator = Draft202012Validator(data["schema"])
            for environment in data["environments"]:
                for error in validator.iter_errors(environment):
                    print(environment, error.message[:200])
            print("done")
            """
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            ["-c", script],
            input: Array(input.utf8)
        )
        #expect(String(decoding: output, as: UTF8.self) == "done\n")
    }
}
