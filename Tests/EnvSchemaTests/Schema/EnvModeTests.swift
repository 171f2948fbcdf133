import EnvSchema
import Testing

private struct PreviewEnv: EnvSchema {
    @Env("DSN", help: "Error reports", optionalIn: [.preview, .build]) var dsn: String?
    @Env("DEBUG_PORT", help: "Debugger", requiredIn: [.development]) var debugPort: Int?
    @Env("REGION", help: "Region", optionalIn: [.development]) var region: String = "local"
}

@Suite struct EnvModeTests {
    @Test func requirementsDependOnTheEnvironment() throws {
        #expect(try PreviewEnv.load(["REGION": "eu"], mode: .preview).dsn == nil)
        let errors = try #require(throws: EnvErrors.self) { try PreviewEnv.load([:], mode: .development) }
        #expect(errors.problems.map(\.variables) == [["DSN"], ["DEBUG_PORT"]])
        #expect(errors.problems.last?.message == "is not set, and must be in development")
    }

    @Test func aDefaultServesOnlyWhereTheVariableMayBeAbsent() throws {
        #expect(try PreviewEnv.load(["DSN": "x", "DEBUG_PORT": "1"], mode: .development).region == "local")
        let errors = try #require(throws: EnvErrors.self) { try PreviewEnv.load(["DSN": "x"], mode: .production) }
        #expect(errors.problems.map(\.variables) == [["REGION"]])
    }

    @Test func productionIsAssumedWhenNothingNamesTheEnvironment() throws {
        #expect(try AuthEnv.resolve(from: [.values(authValues)]).mode == .production)
    }

    @Test func aVariableNamesTheEnvironment() throws {
        for (text, mode) in [
            ("preview", EnvMode.preview), ("PROD", .production), ("dev", .development), ("", .production),
        ] {
            let values = authValues.merging(["APP_ENV": text]) { $1 }
            #expect(try AuthEnv.resolve(from: [.values(values)]).mode == mode)
        }
    }

    @Test func theParameterBeatsTheVariable() throws {
        let values = authValues.merging(["APP_ENV": "preview"]) { $1 }
        #expect(try AuthEnv.resolve(from: [.values(values)], mode: .test).mode == .test)
    }

    @Test func anUnknownEnvironmentIsAProblem() throws {
        let values = authValues.merging(["APP_ENV": "produktion"]) { $1 }
        let errors = try #require(throws: EnvErrors.self) { try AuthEnv.load(values) }
        #expect(errors.problems.map(\.code) == [.mode])
        #expect(errors.problems.first?.expected == "one of production, preview, development, test, build")
        #expect(!errors.description.contains("produktion"))
        #expect(throws: EnvErrors.self) { try AuthEnv.load(authValues, mode: EnvMode(rawValue: "staging")) }
    }

    @Test func aSchemaMayKnowOtherEnvironmentsAndAnotherVariable() throws {
        struct Staged: EnvSchema {
            static let modes: [EnvMode] = [.production, EnvMode(rawValue: "staging")]
            static let modeVariable = "STAGE"
            @Env("DSN", help: "d", optionalIn: [EnvMode(rawValue: "staging")]) var dsn: String?
        }
        #expect(try Staged.load(["STAGE": "staging"]).dsn == nil)
        #expect(throws: EnvErrors.self) { try Staged.load(["STAGE": "production"]) }
    }

    @Test func buildingAnImageTellsNoLieAboutTypes() throws {
        struct Image: EnvSchema {
            @Env("KEY", help: "k", optionalIn: [.build]) var key: Secret<String>?
            @Env("PORT", help: "p") var port: Int
        }
        let errors = try #require(throws: EnvErrors.self) { try Image.load([:], mode: .build) }
        #expect(errors.problems.map(\.variables) == [["PORT"]])
        #expect(try Image.load(["PORT": "1"], mode: .build).key == nil)
    }
}
