import EnvSchema
import EnvSchemaTools
import FoundationEssentials
import Testing

enum EmailProvider: String, EnvChoice { case resend, smtp, log }

enum Shared {
    static let jwtSecret = EnvVar<Secret<String>>(
        "JWT_SECRET",
        help: "Signs access tokens",
        minLength: 32,
        secret: .hs256,
        sharing: .must
    )
}

struct AuthEnv: EnvSchema {
    static let serviceName = "auth-service"
    @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3001
    @Env("DATABASE_URL", help: "Postgres", schemes: ["postgres", "postgresql"]) var databaseURL: Secret<URL>
    @Env(Shared.jwtSecret) var jwtSecret: Secret<String>
    @Env("EMAIL_PROVIDER", help: "Mail backend") var email: EmailProvider = .log
    @Env("RESEND_API_KEY", help: "Resend token", secret: .apiToken) var resendKey: Secret<String>?
    static let rules: [EnvRule] = [
        .require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend").because("Resend sends no mail without a key")
    ]
}

/// Values that every test of ``AuthEnv`` begins with.
let authValues = [
    "DATABASE_URL": "postgres://db/app", "JWT_SECRET": "k7Qm2Zx9Rb4Ws6Yt1Vn8Pc3Lj5Hd0Fg!",
]

@Suite struct EnvSchemaTests {
    @Test func loadsPlainTypedValues() throws {
        let env = try AuthEnv.load(authValues.merging(["PORT": "8080", "EMAIL_PROVIDER": "smtp"]) { $1 })
        #expect(env.port == 8080)
        #expect(env.email == .smtp)
        #expect(env.databaseURL.withValue { $0.host() } == "db")
        #expect(env.resendKey == nil)
        #expect("\(env.jwtSecret)" == "<redacted>")
    }

    @Test func usesDefaultsWhereNothingIsSet() throws {
        let env = try AuthEnv.load(authValues)
        #expect(env.port == 3001)
        #expect(env.email == .log)
    }

    @Test func reportsEveryProblemAtOnceInTheOrderOfTheDeclarations() throws {
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(["PORT": "80a", "EMAIL_PROVIDER": "ressend"])
        }
        #expect(errors.problems.map(\.variables) == [["PORT"], ["DATABASE_URL"], ["JWT_SECRET"], ["EMAIL_PROVIDER"]])
        #expect(errors.problems.map(\.code) == [.invalid, .missing, .missing, .invalid])
    }

    @Test func noProblemRepeatsAValue() throws {
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(["PORT": "zebra", "DATABASE_URL": "ftp://giraffe:lion@x/y", "JWT_SECRET": "okapi"])
        }
        let json = errors.json()
        for piece in ["zebra", "giraffe", "lion", "okap"] {
            #expect(!errors.description.contains(piece))
            #expect(!json.contains(piece))
        }
    }

    @Test func anEmptyValueCountsAsMissing() throws {
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(authValues.merging(["JWT_SECRET": "", "PORT": ""]) { $1 })
        }
        #expect(errors.problems.map(\.message) == ["is set, but empty"])
        #expect(errors.problems.first?.origin == EnvOrigin(.memory))
    }

    @Test func anEmptyValueIsAValueWhereItIsAllowed() throws {
        struct Prefix: EnvSchema {
            @Env("PREFIX", help: "Key prefix", allowEmpty: true) var prefix: String = "app/"
        }
        #expect(try Prefix.load(["PREFIX": ""]).prefix == "")
        #expect(try Prefix.load([:]).prefix == "app/")
    }

    @Test func listsVariablesWithoutAnyEnvironment() throws {
        #expect(
            AuthEnv.variables.map(\.name) == [
                "PORT", "DATABASE_URL", "JWT_SECRET", "EMAIL_PROVIDER", "RESEND_API_KEY",
            ]
        )
        #expect(AuthEnv.variables.map(\.requirement.base) == [.defaulted, .required, .required, .defaulted, .optional])
        #expect(AuthEnv.variables.map(\.isSecret) == [false, true, true, false, true])
        let manifest = try AuthEnv.manifest
        #expect(manifest.service == "auth-service")
        #expect(manifest.variables.map(\.defaultText) == ["3001", nil, nil, "log", nil])
        #expect(manifest.rules == AuthEnv.rules)
    }

    @Test func theManifestSurvivesJSON() throws {
        let manifest = try AuthEnv.manifest
        #expect(try SchemaManifest(json: Array(manifest.json().utf8)) == manifest)
    }

    @Test func aSharedVariableTakesADefaultOfTheSchema() throws {
        struct Chat: EnvSchema {
            static let port = EnvVar<Int>("PORT", help: "Listen port", range: 1...65535)
            @Env(Chat.port) var port = 3003
        }
        #expect(try Chat.load([:]).port == 3003)
        #expect(try Chat.manifest.variables.map(\.defaultText) == ["3003"])
    }

    @Test func theNameOfTheServiceComesFromTheType() {
        struct ChatServiceEnv: EnvSchema {}
        struct Environment: EnvSchema {}
        #expect(ChatServiceEnv.serviceName == "chat-service")
        #expect(Environment.serviceName == "environment")
    }

    @Test func aLoadedSchemaCanBeChangedInTests() throws {
        var env = try AuthEnv.example()
        env.port = 1
        #expect(env.port == 1)
    }

    @Test func printingALoadedSchemaShowsNoSecret() throws {
        struct Own: EnvValue {
            static let envType = EnvTypeDescription(name: "own", expected: "anything", example: "x")
            static let envIsSecret = true
            var text: String
            var envText: String? { nil }
            static func parse(envText text: String, limits: EnvLimits) -> Own { Own(text: text) }
        }
        struct Printed: EnvSchema {
            @Env("PORT", help: "p") var port: Int
            @Env("OWN", help: "o") var own: Own
            @Env(EnvVar("KEY", help: "k", orFile: true)) var key: Secret<String>
        }
        let env = try Printed.load(["PORT": "42", "OWN": "okapi", "KEY": "zebra"], mode: .test)
        var dumped = ""
        dump(env, to: &dumped)
        for text in ["\(env)", String(reflecting: env), dumped] {
            #expect(text.contains("42"))
            #expect(!text.contains("okapi"))
            #expect(!text.contains("zebra"))
        }
    }

    @Test func aForeignDecoderIsRefused() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(AuthEnv.self, from: Data(#"{"port": 1}"#.utf8))
        }
    }
}
