import EnvSchema
import Testing

@Suite struct DeclarationTests {
    /// The mistakes of a schema, which every first use must report.
    private func mistakes<Schema: EnvSchema>(_ type: Schema.Type) throws -> [String] {
        let errors = try #require(throws: EnvErrors.self) { try type.check() }
        #expect(throws: errors) { try type.load([:]) }
        #expect(throws: errors) { try type.manifest }
        #expect(throws: errors) { try type.example() }
        #expect(errors.problems.allSatisfy { $0.code == .declaration && $0.remedy != nil })
        return errors.problems.map { ($0.variable.map { "\($0) " } ?? "") + $0.message }
    }

    @Test func aNameDeclaredTwiceIsAMistake() throws {
        struct Twice: EnvSchema {
            @Env("PORT", help: "a") var first: Int
            @Env("PORT", help: "b") var second: Int
        }
        #expect(try mistakes(Twice.self) == ["PORT is declared twice (also for PORT)"])
    }

    @Test func aliasesOldNamesAndFilesCountAsNames() throws {
        struct Crossed: EnvSchema {
            @Env("A", help: "a", aliases: ["B"], orFile: true) var a: Int
            @Env("B", help: "b", deprecated: ["OLD"]) var b: Int
            @Env("A_FILE", help: "c", deprecated: ["OLD"]) var c: String
        }
        #expect(
            try mistakes(Crossed.self) == [
                "B is declared twice (also for A)", "A_FILE is declared twice (also for A)",
                "OLD is declared twice (also for B)",
            ]
        )
    }

    @Test func invalidNamesAreMistakes() throws {
        struct Names: EnvSchema {
            @Env("", help: "empty") var a: Int
            @Env("A=B", help: "equals") var b: Int
            @Env("A\0B", help: "nul") var c: Int
            @Env("../A", help: "path") var d: Int
            @Env("1A", help: "digit") var e: Int
            @Env("ÄB", help: "letter") var f: Int
        }
        #expect(
            try mistakes(Names.self) == [
                "(empty) is an empty name",
                "A=B holds `=`, which ends the name in an environment",
                "A?B holds a NUL byte",
                "../A holds a character other than letters, digits, `_`, `.` and `-`",
                "1A does not begin with a letter or `_`",
                "??B holds a character other than letters, digits, `_`, `.` and `-`",
            ]
        )
    }

    @Test func defaultsAreValidatedToo() throws {
        struct Defaults: EnvSchema {
            @Env("PORT", help: "p", range: 1...65535) var port: Int = 70000
            @Env("KEY", help: "k", minLength: 32, secret: .hs256, requiredIn: [.production])
            var key: Secret<String> = Secret("dev")
        }
        #expect(
            try mistakes(Defaults.self) == [
                "PORT has a default that is not valid: it is more than 65535",
                "KEY has a default that is not valid: it is shorter than 32 bytes",
            ]
        )
    }

    @Test func aSecretMayHaveNoDefaultInProduction() throws {
        struct Dangerous: EnvSchema {
            @Env("KEY", help: "k") var key: Secret<String> = Secret("dev")
        }
        struct Fine: EnvSchema {
            @Env("KEY", help: "k", requiredIn: [.production]) var key: Secret<String> = Secret("dev")
        }
        #expect(
            try mistakes(Dangerous.self) == [
                "KEY is a secret with a default, which everybody who reads the code would know in production"
            ]
        )
        #expect(throws: Never.self) { try Fine.check() }
        #expect(try Fine.load([:], mode: .development).key == Secret("dev"))
        #expect(throws: EnvErrors.self) { try Fine.load([:], mode: .production) }
    }

    @Test func limitsThatMeanNothingAreMistakes() throws {
        struct Limits: EnvSchema {
            @Env("FLAG", help: "f", range: 0...1) var flag: Bool
        }
        #expect(try mistakes(Limits.self).allSatisfy { $0.hasPrefix("FLAG has limits that cannot be kept.") })
    }

    @Test func aSecretNeedsATypeThatHidesIt() throws {
        struct Open: EnvSchema {
            @Env("TOKEN", help: "t", secret: .apiToken) var token: String
        }
        #expect(try mistakes(Open.self) == ["TOKEN is declared as a secret, but its type would show the value"])
    }

    @Test func whatMayBeAbsentNeedsATypeThatCanBe() throws {
        struct Absent: EnvSchema {
            @Env("KEY", help: "k", optionalIn: [.build]) var key: String
        }
        #expect(
            try mistakes(Absent.self) == [
                "KEY may be absent in some environments, but its type text cannot be absent"
            ]
        )
    }

    @Test func rulesNameDeclaredVariablesModesAndChoices() throws {
        struct Rules: EnvSchema {
            @Env("EMAIL_PROVIDER", help: "m") var email: EmailProvider = .log
            @Env("RESEND_API_KEY", help: "k") var key: Secret<String>?
            static let rules: [EnvRule] = [
                .require("RESEND_API_KEI", when: "EMAIL_PROVIDER", is: "ressend"),
                .require("RESEND_API_KEY", when: .variable("RESEND_API_KEY", is: "x")),
                .require("RESEND_API_KEY", when: .mode([EnvMode(rawValue: "staging")])),
                .atLeastOne(),
            ]
        }
        let errors = try #require(throws: EnvErrors.self) { try Rules.check() }
        #expect(
            try mistakes(Rules.self) == [
                "RESEND_API_KEI is named by a rule, but not declared",
                "EMAIL_PROVIDER is compared with ressend, which is not one of its choices",
                "RESEND_API_KEY is a secret whose value a rule compares",
                "a rule names the environment staging, which is not in `modes`",
                "a rule names no variable",
            ]
        )
        #expect(errors.problems.first?.remedy == "did you mean RESEND_API_KEY?")
    }

    @Test func aPropertyThatIsNoVariableIsNamed() throws {
        struct Mixed: EnvSchema {
            @Env("PORT", help: "p") var port: Int = 1
            var count = 3
        }
        #expect(try mistakes(Mixed.self) == ["the property `count` of Mixed is not an @Env variable"])
    }

    @Test func missingReflectionMetadataIsNamed() throws {
        // What `Mirror` shows of a module built with -disable-reflection-metadata: nothing.
        struct Bare: EnvSchema, CustomReflectable {
            @Env("PORT", help: "p") var port: Int = 1
            @Env("HOST", help: "h") var host: String
            var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
        }
        #expect(
            try mistakes(Bare.self) == [
                "Bare has 2 variables, but the compiler left out the reflection metadata that lists them"
            ]
        )
    }

    @Test func codingKeysOfOnesOwnAreAMistake() throws {
        struct Renamed: EnvSchema {
            @Env("PORT", help: "p") var port: Int = 1
            enum CodingKeys: String, CodingKey { case port = "listenPort" }
        }
        struct Partial: EnvSchema {
            @Env("PORT", help: "p") var port: Int = 1
            @Env("HOST", help: "h") var host: String = "x"
            enum CodingKeys: CodingKey { case port }
        }
        #expect(try mistakes(Renamed.self) == ["the property `listenPort` of Renamed cannot be filled"])
        #expect(try mistakes(Partial.self) == ["the property `host` of Partial cannot be filled"])
    }

    @Test func allMistakesAreReportedAtOnce() throws {
        struct Many: EnvSchema {
            @Env("", help: "e") var a: Int
            @Env("PORT", help: "p", range: 1...9) var b: Int = 10
            static let rules: [EnvRule] = [.atLeastOne("NOWHERE")]
        }
        #expect(try mistakes(Many.self).count == 3)
    }
}
