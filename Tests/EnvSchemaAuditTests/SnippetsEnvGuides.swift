import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import FoundationEssentials
import Testing

/// The examples of EnvSchema's guides on secrets, Railway, containers and continuous integration.
private enum EnvGuideSnippets {
    struct TokenEnv: EnvSchema {
        static let serviceName = "token-service"
        static let jwt = EnvSecretTraits(
            kind: .hs256,
            origin: "Made with: openssl rand -base64 48",
            rotation: ["Add the new key beside the old one.", "Restart every service.", "Remove the old key."],
            allowsOverlap: true
        )
        @Env("JWT_SECRET", help: "Signs sessions", secret: TokenEnv.jwt, sharing: .must) var jwtSecret: Secret<String>
        @Env("DATABASE_URL", help: "Postgres", secret: .connectionURL) var databaseURL: Secret<URL>
    }

    struct PaymentEnv: EnvSchema {
        @Env("STRIPE_KEY", help: "Stripe's secret key", secret: .apiToken, optionalIn: [.preview])
        var stripeKey: Secret<String>
    }

    struct WorkerEnv: EnvSchema {
        @Env("POSTGRES_PASSWORD", help: "Password of the database", secret: .password, orFile: true)
        var password: Secret<String>
    }

    static func secret(_ env: TokenEnv, message: String, hmac: (String, String) -> String) -> String {
        func sign(_ message: String, with key: String) -> String { hmac(message, key) }
        let signature = env.jwtSecret.withValue { sign(message, with: $0) }
        return signature
    }

    static func scan(jwt: String, databaseURL: String) throws {
        let scanner = SecretScanner([("JWT_SECRET", jwt), ("DATABASE_URL", databaseURL)])
        for leak in try scanner.scan(files: ["build.log", "dist/index.html"]) { print(leak) }
    }

    static func quote(_ password: String) -> String {
        var line = ""
        if let text = DotEnvQuoting.quote(password) { line = "PASSWORD=\(text)" }
        return line
    }

    static func references() throws -> Int {
        let template = try RailwayTemplate(parsing: "redis://${{ Redis.RAILWAY_PRIVATE_DOMAIN }}:6379")
        for reference in template.references { print(reference.namespace, reference.variable) }
        return template.references.count
    }

    static func bootReport(_ environment: [String: String]) throws {
        if let key = try AuditKey(environment: environment) {
            print(try BootReport(of: PaymentEnv.manifest, environment: environment, key: key).line())
        }
    }

    static func audit(configuration: [UInt8], status: [UInt8], variables: [UInt8]) throws -> Int32 {
        var exitCode: Int32 = 0
        var project = try RailwaySnapshot(environmentConfiguration: configuration, status: status)
        project.add(try ServiceValues(railwayVariables: variables), toService: "payment")
        let report = try EnvAudit(services: [AuditedService(try PaymentEnv.manifest)], project: project).report()
        exitCode = report.exitCode()
        return exitCode
    }

    static func secretsDirectory() throws -> WorkerEnv {
        let env = try WorkerEnv.load(from: [.process, .secretsDirectory("/run/secrets")])
        return env
    }

    static func file(_ path: String) -> [UInt8] {
        var key: [UInt8] = []
        do throws(EnvFileError) {
            key = try EnvFileReader.read(path: path, limit: 64 << 10, timeout: .seconds(2))
        } catch {
            print(error)  // /run/secrets/key: it is a directory; name a file in it
        }
        return key
    }

    static func expansion(_ environment: [String: String]) throws -> WorkerEnv {
        let file = DotEnvOptions(expansion: .on(process: environment))
        let settings = try WorkerEnv.load(from: [.process, .file(".env", options: file)])
        return settings
    }

    static func documents(_ manifest: SchemaManifest) -> Int32 {
        var exitCode: Int32 = 0
        let documents = [EnvDocuments.variables([manifest]), EnvDocuments.secrets([manifest])]
        for document in documents + [EnvDocuments.example(manifest)] {
            let written = try? String(decoding: EnvFileReader.read(path: document.name), as: UTF8.self)
            if let stale = document.difference(from: written) {
                print(stale)
                exitCode = 1
            }
        }
        return exitCode
    }

    static func lint(_ bytes: [UInt8]) -> Int {
        for finding in DotEnvPortability.findings(in: bytes, dialects: [.compose, .node]) { print(finding) }
        let (file, errors) = DotEnvFile.recovering(parsing: bytes)
        for error in errors { print(error) }
        for warning in file.warnings { print(warning) }
        return errors.count
    }

    static func withoutValues(_ environment: [String: String]) throws -> ([String], WorkerEnv, Int32) {
        var exitCode: Int32 = 0
        let declared = try WorkerEnv.manifest
        let names = WorkerEnv.variables.map(\.name)
        let fake = try WorkerEnv.example(["POSTGRES_PASSWORD": "only for this test, 8f3kQ2"])
        let audit = EnvAudit(services: [AuditedService(declared, values: ServiceValues(environment))])
        exitCode = try audit.report().exitCode(failingFrom: .warning)
        return (names, fake, exitCode)
    }
}

@Suite struct EnvGuideSnippetRuns {
    @Test func guidesOfEnvSchemaRun() throws {
        #expect(try EnvGuideSnippets.references() == 1)
        #expect(EnvGuideSnippets.quote("it's") == "PASSWORD=\"it's\"")
        #expect(EnvGuideSnippets.file("/").isEmpty)
        #expect(EnvGuideSnippets.lint(Array("A='x\n".utf8)) == 1)
        #expect(try EnvGuideSnippets.withoutValues([:]).0 == ["POSTGRES_PASSWORD"])
        #expect(try EnvGuideSnippets.withoutValues([:]).2 == 1)
    }
}
