import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import GroundworkTestProcesses
import Testing

/// The schema judged by the `jsonschema` package of PyPI.
@Suite struct JSONSchemaTests {
    private static let key = "vR7bq2LmX9cTvR7bq2LmX9cTvR7bq2LmX9cT"
    private static let base = ["JWT_SECRET": key, "SITE": "groundwork"]

    private struct Case: Encodable {
        var environment: [String: String]
        var isValid: Bool
    }

    private static func with(_ more: [String: String]) -> [String: String] { base.merging(more) { $1 } }

    private static let cases: [Case] = [
        Case(environment: base, isValid: true),
        Case(environment: [:], isValid: false),
        Case(environment: ["JWT_SECRET": key], isValid: false),
        Case(environment: ["JWT_SECRET": key, "SITE_NAME": "groundwork"], isValid: true),
        Case(environment: with(["SITE": ""]), isValid: false),
        Case(environment: with(["SITE": "Ground work"]), isValid: false),
        Case(environment: with(["JWT_SECRET": ""]), isValid: false),
        Case(environment: with(["JWT_SECRET": "short"]), isValid: false),
        Case(environment: with(["PORT": "3001"]), isValid: true),
        Case(environment: with(["PORT": ""]), isValid: true),
        Case(environment: with(["PORT": "80a"]), isValid: false),
        Case(environment: with(["DEBUG": "on"]), isValid: true),
        Case(environment: with(["EMAIL_PROVIDER": "smtp"]), isValid: true),
        Case(environment: with(["EMAIL_PROVIDER": "ressend"]), isValid: false),
        Case(environment: with(["EMAIL_PROVIDER": "resend"]), isValid: false),
        Case(environment: with(["EMAIL_PROVIDER": "resend", "RESEND_API_KEY": ""]), isValid: false),
        Case(environment: with(["EMAIL_PROVIDER": "resend", "RESEND_API_KEY": "re_abcdefgh"]), isValid: true),
        Case(environment: with(["SENTRY_DSN": "x", "DEBUG": "on"]), isValid: false),
        Case(environment: with(["SENTRY_URL": "x", "DEBUG": "on"]), isValid: false),
        Case(environment: with(["SENTRY_DSN": "x", "UNKNOWN": "y"]), isValid: true),
    ]

    @Test func theSchemaJudgesEnvironments() async throws {
        let schema = EnvDocuments.jsonSchema(SampleManifests.auth).text
        // DEBUG without SENTRY_DSN demands SITE to be a or b, or a Resend key.
        var cases = Self.cases.map { item in
            var item = item
            if item.environment["DEBUG"] != nil, item.isValid { item.environment["SITE"] = "a" }
            return item
        }
        cases.append(Case(environment: Self.with(["DEBUG": "on", "SITE": "other"]), isValid: false))
        let input =
            "{\"schema\": \(schema), \"cases\": \(String(decoding: try JSONEncoder().encode(cases), as: UTF8.self))}"
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            data = json.load(sys.stdin)
            Draft202012Validator.check_schema(data["schema"])
            validator = Draft202012Validator(data["schema"])
            for number, case in enumerate(data["cases"]):
                errors = [error.message for error in validator.iter_errors(case["environment"])]
                if (not errors) != case["isValid"]:
                    print(number, case["environment"], errors)
            # Numbers of YAML and JSON are values too.
            assert validator.is_valid(dict(data["cases"][0]["environment"], PORT=3001))
            assert not validator.is_valid(dict(data["cases"][0]["environment"], PORT=70000))
            print("done")
            """
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            ["-c", script],
            input: Array(input.utf8)
        )
        #expect(String(decoding: output, as: UTF8.self) == "done\n")
    }

    @Test func hostileTextsAreValidJSON() async throws {
        let schema = EnvDocuments.jsonSchema(SampleManifests.hostile).text
        let script =
            "import json, sys; from jsonschema import Draft202012Validator as V; V.check_schema(json.load(sys.stdin)); print('ok')"
        let output = try await ChildProcess.output(
            of: TestTools.program("python3"),
            ["-c", script],
            input: Array(schema.utf8)
        )
        #expect(String(decoding: output, as: UTF8.self) == "ok\n")
    }

    @Test func secretsHaveNeitherDefaultNorExample() {
        var secret = SampleManifests.secret("S", .generic, "Secret")
        secret.defaultText = "ΔΔΔΔ"
        secret.example = "ΔΔΔΔ"
        let manifest = SchemaManifest(service: "x", variables: [secret])
        for document in [
            EnvDocuments.jsonSchema(manifest), EnvDocuments.variables([manifest]), EnvDocuments.secrets([manifest]),
            EnvDocuments.example(manifest),
        ] { #expect(!document.text.contains("Δ")) }
    }
}
