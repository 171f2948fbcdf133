import EnvSchema
import FoundationEssentials
import Testing

// The examples of EnvSchema's guides and of its part of the README; `SnippetTests` compares them line by line.

private func overview() throws {
    enum EmailProvider: String, EnvChoice { case resend, smtp, log }

    struct AuthEnv: EnvSchema {
        static let serviceName = "auth-service"
        @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3001
        @Env("DATABASE_URL", help: "Postgres", schemes: ["postgres", "postgresql"]) var databaseURL: Secret<URL>
        @Env("JWT_SECRET", help: "Signs access tokens", minLength: 32, secret: .hs256) var jwtSecret: Secret<String>
        @Env("EMAIL_PROVIDER", help: "Mail backend") var email: EmailProvider = .log
        @Env("RESEND_API_KEY", help: "Resend token", secret: .apiToken) var resendKey: Secret<String>?
        static let rules: [EnvRule] = [.require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend")]
    }

    let env = try AuthEnv.load()
    print(env.port, env.jwtSecret)  // 3001 <redacted>
}

private func readme() throws {
    // swift-format-ignore
    struct ServiceEnv: EnvSchema {
        @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3001
        @Env("JWT_SECRET", help: "Signs tokens", minLength: 32, secret: .hs256, orFile: true) var jwtSecret: Secret<String>
    }

    let env = try ServiceEnv.load(from: [.process, .dotEnvFiles()])
    print(env.port)
}

private enum FirstSchema {
    struct ChatEnv: EnvSchema {
        @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3003
        @Env("DATABASE_URL", help: "Postgres") var databaseURL: Secret<URL>
        @Env("SENTRY_DSN", help: "Error reports", sharing: .should) var sentry: URL?
        @Env("IDLE_TIMEOUT", help: "Closes idle sockets", aliases: ["TIMEOUT"]) var idle: Duration = .seconds(60)
        @Env("ALLOWED_ORIGINS", help: "Web origins", count: 1...20) var origins: [String] = ["https://example.com"]
    }

    // swift-format-ignore
    enum Shared {
        static let jwtSecret = EnvVar<Secret<String>>(
            "JWT_SECRET", help: "Signs access tokens", minLength: 32, secret: .hs256, sharing: .must)
    }
    struct ProfileEnv: EnvSchema {
        @Env(Shared.jwtSecret) var jwtSecret: Secret<String>
    }

    static func serve(port: Int) async throws {}

    static func load() async throws {
        do {
            let env = try ChatEnv.load(from: [.process, .secretsDirectory(), .dotEnvFiles()]) {
                print("warning: \($0)")
            }
            try await serve(port: env.port)
        } catch let errors as EnvErrors {
            print(errors)  // every problem, each with a line to copy
        }
    }

    static func explain() throws {
        let load = try ChatEnv.resolve(from: [.process, .dotEnvFiles()])
        for warning in load.warnings { print(warning) }
        if let place = load.explain("PORT") { print(place) }  // PORT comes from .env.local:3:1, not used: .env:1:1 …
    }

    static func dynamic() throws -> [Secret<URL>] {
        var reader = EnvReader(service: "shards")
        let count = reader.read(EnvVar<Int>("SHARD_COUNT", help: "Number of shards", range: 1...64, default: 1)) ?? 0
        let urls = (0..<count).compactMap { shard in
            reader.read(EnvVar<Secret<URL>>("SHARD_\(shard)_URL", help: "Postgres of shard \(shard)"))
        }
        try reader.finish()  // throws the same EnvErrors, with everything in it
        return urls
    }
}

private enum Rules {
    struct MailEnv: EnvSchema {
        @Env("EMAIL_PROVIDER", help: "Mail backend") var provider: EmailProvider = .log
        @Env("RESEND_API_KEY", help: "Resend token") var resendKey: Secret<String>?
        @Env("SMTP_HOST", help: "Mail server") var smtpHost: String?
        @Env("SMTP_PASSWORD", help: "Its password") var smtpPassword: Secret<String>?
        @Env("SENTRY_DSN", help: "Error reports") var sentry: URL?
        static let rules: [EnvRule] = [
            .require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend").because("Resend wants a key"),
            .allOrNone("SMTP_HOST", "SMTP_PASSWORD"),
            .mutuallyExclusive("RESEND_API_KEY", "SMTP_HOST"),
            .require("SENTRY_DSN", when: .mode([.production])),
            .when(.variable("EMAIL_PROVIDER", is: "smtp"), then: .isSet("SMTP_HOST")),
        ]
    }
}

private enum Migrating {
    static func before() -> Int {
        let port = Int(ProcessInfo.processInfo.environment["PORT"] ?? "") ?? 3001  // PORT=80a listens on 3001
        return port
    }

    struct After: EnvSchema {
        @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3001  // PORT=80a is an error that says so
    }
}

@Suite struct SnippetsEnvSchemaTests {
    @Test func theSchemaIsInOrder() throws {
        try AuthEnv.check()
    }

    @Test func resendNeedsItsKey() throws {
        let errors = #expect(throws: EnvErrors.self) {
            try AuthEnv.load(["EMAIL_PROVIDER": "resend"], mode: .test)
        }
        #expect(errors?.problems(of: "RESEND_API_KEY").first?.code == .rule)
    }

    @Test func theExampleCanBeChanged() throws {
        var env = try AuthEnv.example(["EMAIL_PROVIDER": "smtp"])
        env.port = 0
        #expect(env.port == 0)
        #expect(env.email == .smtp)
    }

    @Test func theOverviewShowsTheRealErrors() throws {
        let values = ["PORT": "70000"]
        let errors = #expect(throws: EnvErrors.self) { try AuthEnv.load(values) }
        let shown = try #require(errors).description.split(separator: "\n").map { line in
            line.replacing(" [values given by the program]", with: " [process]")
        }
        let page = try DocumentedExamples.text(of: "Sources/EnvSchema/Documentation.docc/EnvSchema.md")
        for line in shown { #expect(page.contains(line)) }
    }

    @Test func theSchemasOfTheGuidesAreInOrder() throws {
        try FirstSchema.ChatEnv.check()
        try FirstSchema.ProfileEnv.check()
        try Rules.MailEnv.check()
        try Migrating.After.check()
        #expect(throws: EnvErrors.self) { try FirstSchema.dynamic() }
    }
}
