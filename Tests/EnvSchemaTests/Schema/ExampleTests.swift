import EnvSchema
import FoundationEssentials
import Testing

@Suite struct ExampleTests {
    @Test func theExampleNeedsNoEnvironment() throws {
        let env = try AuthEnv.example()
        #expect(env.port == 3001)
        #expect(env.databaseURL.withValue { $0.scheme } == "postgres")
        #expect(env.jwtSecret.withValue { $0.utf8.count } >= 32)
        #expect(env.resendKey == nil)
    }

    @Test func overridesAreReadAsInALoad() throws {
        let env = try AuthEnv.example(["PORT": "9", "RESEND_API_KEY": "re_x"])
        #expect(env.port == 9)
        #expect(env.resendKey != nil)
    }

    @Test func aWrongOrUnknownOverrideIsAnError() throws {
        let errors = try #require(throws: EnvErrors.self) { try AuthEnv.example(["PORT": "x", "PROT": "1"]) }
        #expect(errors.problems.map(\.code) == [.invalid, .unknownName])
        #expect(errors.problems.last?.remedy == "did you mean PORT?")
    }

    @Test func examplesAreMadeToFitTheLimits() throws {
        struct Limited: EnvSchema {
            @Env("COUNT", help: "n", range: 500...600) var count: Int
            @Env("TEXT", help: "t", minLength: 70, maxLength: 80) var text: String
            @Env("LIST", help: "l", count: 3...4) var list: [String]
            @Env("PORTS", help: "p", range: 900...901, count: 2...2, example: "900,901") var ports: [Int]
            @Env("LINK", help: "u", schemes: ["https"], hosts: ["*.example.org"]) var link: URL
        }
        let env = try Limited.example()
        #expect(env.count == 500)
        #expect(env.text.utf8.count == 70)
        #expect(env.list.count == 3)
        #expect(env.ports == [900, 901])
        #expect(env.link.host() == "www.example.org")
    }

    @Test func aVariableWithoutAFittingExampleIsNamed() throws {
        struct Patterned: EnvSchema {
            @Env("TEAM", help: "Team", pattern: "[A-Z0-9]{10}") var team: String
        }
        let errors = try #require(throws: EnvErrors.self) { try Patterned.example() }
        #expect(errors.problems.map(\.variables) == [["TEAM"]])
        #expect(errors.problems.first?.remedy == "give the variable an `example:`")
    }
}
