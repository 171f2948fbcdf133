import EnvSchema
import Testing

private struct KeysEnv: EnvSchema {
    @Env("JWT_SECRET", help: "Signs tokens", secret: .hs256) var key: Secret<String>
    @Env("OTHER_SECRET", help: "Signs links") var other: Secret<String>?
    @Env("MESSAGE", help: "Shown to users") var message: String?
}

@Suite struct WeakSecretTests {
    private let strong = "k7Qm2Zx9Rb4Ws6Yt1Vn8Pc3Lj5Hd0FgA2uE9sT4"

    @Test func aPlaceholderStopsAServiceThatUsersCanReach() throws {
        for mode in [EnvMode.production, .preview] {
            let errors = #expect(throws: EnvErrors.self) { try KeysEnv.load(["JWT_SECRET": "changeme"], mode: mode) }
            #expect(errors?.problems.isEmpty == false)
            #expect(errors?.problems.allSatisfy { $0.code == .weakSecret } == true)
            #expect(errors?.description.contains("changeme") == false)
        }
    }

    @Test func aPlaceholderWarnsADeveloper() throws {
        let load = try KeysEnv.resolve(from: [.values(["JWT_SECRET": "changeme"])], mode: .development)
        #expect(load.warnings.contains { $0.code == .weakSecret })
    }

    @Test func testsAndBuildsMayHaveMadeUpSecrets() throws {
        for mode in [EnvMode.test, .build] {
            #expect(try KeysEnv.resolve(from: [.values(["JWT_SECRET": "changeme"])], mode: mode).warnings.isEmpty)
        }
    }

    @Test func aStrongSecretIsNotMentioned() throws {
        #expect(try KeysEnv.resolve(from: [.values(["JWT_SECRET": strong])]).warnings.isEmpty)
    }

    @Test func oneSecretUnderTwoNamesGivesAWarning() throws {
        let load = try KeysEnv.resolve(from: [.values(["JWT_SECRET": strong, "OTHER_SECRET": strong])])
        #expect(load.warnings.map(\.message) == ["has the same value as JWT_SECRET"])
        #expect(load.warnings.map(\.variables) == [["OTHER_SECRET"]])
    }
}
