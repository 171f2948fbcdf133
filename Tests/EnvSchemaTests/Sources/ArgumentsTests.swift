import EnvSchema
import Testing

@Suite struct ArgumentsTests {
    private struct PortEnv: EnvSchema {
        @Env("PORT", help: "Port") var port: Int = 1
        @Env("TOKEN", help: "Token") var token: Secret<String>?
    }

    private func resolve(_ arguments: String...) throws -> EnvLoad<PortEnv> {
        try PortEnv.resolve(from: [.arguments(arguments), .values(["PORT": "2"])], mode: .test)
    }

    @Test func bothSpellingsOverride() throws {
        #expect(try resolve("serve", "--set", "PORT=3").values.port == 3)
        #expect(try resolve("serve", "--set=PORT=4").values.port == 4)
        #expect(try resolve("serve").values.port == 2)
    }

    @Test func theLastOfANameWins() throws {
        let load = try resolve("--set", "PORT=3", "--set", "PORT=5")
        #expect(load.values.port == 5)
        #expect(load.warnings.map(\.code) == [.duplicate])
    }

    @Test func everythingAfterTwoHyphensIsLeftAlone() throws {
        #expect(try resolve("--", "--set", "PORT=3").values.port == 2)
    }

    @Test func aValueMayHoldAnEqualsSign() throws {
        #expect(try resolve("--set", "TOKEN=a=b").values.token == Secret("a=b"))
    }

    @Test func aMalformedOptionIsAProblemThatDoesNotRepeatIt() throws {
        for arguments in [["--set", "zebra"], ["--set"], ["--set==zebra"], ["--set", "ze bra=1"]] {
            let errors = try #require(throws: EnvErrors.self) { try PortEnv.load(from: [.arguments(arguments)]) }
            #expect(errors.problems.map(\.code) == [.source])
            #expect(!errors.description.contains("bra"))
        }
    }

    @Test func aSecretOnTheCommandLineGivesAWarning() throws {
        #expect(try resolve("--set", "TOKEN=x").warnings.map(\.code) == [.exposedSecret])
    }

    @Test func anUndeclaredOverrideGivesAWarning() throws {
        #expect(try resolve("--set", "COLOUR=red").warnings.map(\.message) == ["is set, but not declared"])
    }
}
