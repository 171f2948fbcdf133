import EnvSchema
import Testing

@Suite struct CustomSourceTests {
    private struct VaultEnv: EnvSchema {
        @Env("TOKEN", help: "Token") var token: Secret<String>
        @Env("PORT", help: "Port") var port: Int = 1
    }

    private struct Refused: Error, CustomStringConvertible {
        var description: String { "zebra" }
    }

    @Test func aSourceOfOnesOwnIsAskedByName() throws {
        let load = try VaultEnv.resolve(from: [EnvSource("vault") { $0 == "TOKEN" ? "x" : nil }], mode: .test)
        #expect(load.values.token == Secret("x"))
        #expect(load.explain("TOKEN")?.origin == EnvOrigin(.custom, path: "vault"))
    }

    @Test func whatItThrowsIsAProblemWithoutItsWords() throws {
        let errors = try #require(throws: EnvErrors.self) {
            try VaultEnv.load(from: [EnvSource("vault") { if $0 == "TOKEN" { throw Refused() } else { return nil } }])
        }
        #expect(errors.problems.map(\.message) == ["could not be looked up (Refused)"])
        #expect(!errors.description.contains("zebra"))
    }

    @Test func whiteSpaceAroundASecretGivesAWarning() throws {
        #expect(
            try VaultEnv.resolve(from: [.values(["TOKEN": "x "])], mode: .test).warnings.map(\.code) == [.fragileValue]
        )
    }
}
