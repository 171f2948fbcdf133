public import GroundworkEnvModel
public import GroundworkEnvSources

/// The environment of one service, declared once.
///
///     struct AuthEnv: EnvSchema {
///         static let serviceName = "auth-service"
///         @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 3001
///         @Env("DATABASE_URL", help: "Postgres", schemes: ["postgres", "postgresql"]) var databaseURL: Secret<URL>
///         @Env("EMAIL_PROVIDER", help: "Mail backend") var email: EmailProvider = .log
///         @Env("RESEND_API_KEY", help: "Resend token", secret: .apiToken) var resendKey: Secret<String>?
///         static let rules: [EnvRule] = [.require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend")]
///     }
///     let env = try AuthEnv.load()  // every problem in one EnvErrors
///
/// A conforming type is a struct whose stored properties are all ``Env`` variables. The compiler writes `init()`, which
/// lists the declarations, and `Decodable`, which fills them; write neither yourself. The loaded struct is a plain value.
public protocol EnvSchema: Decodable, Sendable {
    /// The declarations without values, written by the compiler. To get values, load the schema or take its
    /// ``example(_:)``: reading a property that has no default from `init()` ends the program.
    init()

    /// The name of the service, such as `auth-service`. Default: the name of the type, `AuthEnv` is `auth`.
    static var serviceName: String { get }

    /// What the service does, in a sentence. Default: nil.
    static var summary: String? { get }

    /// The rules over several variables. Default: none.
    static var rules: [EnvRule] { get }

    /// The environments that the service knows. Default: ``EnvMode``'s five.
    static var modes: [EnvMode] { get }

    /// The variable that names the environment when `load` is not told it. Default: `APP_ENV`.
    static var modeVariable: String { get }

    /// Prefixes such as `APPLE_` under which every name should be declared: others give a warning. Default: none.
    static var prefixes: [String] { get }
}

extension EnvSchema {
    /// The name of the type, without `Env`, in lower case with hyphens.
    public static var serviceName: String { SchemaPlan.serviceName(from: "\(Self.self)") }
    /// None.
    public static var summary: String? { nil }
    /// None.
    public static var rules: [EnvRule] { [] }
    /// Production, preview, development, test and build.
    public static var modes: [EnvMode] { EnvMode.wellKnown }
    /// `APP_ENV`.
    public static var modeVariable: String { "APP_ENV" }
    /// None.
    public static var prefixes: [String] { [] }

    /// The variables in the order of their declaration; needs no environment.
    public static var variables: [EnvVariable] { SchemaPlan.of(Self.self).definitions.map(\.variable) }

    /// The schema as data; needs no environment.
    /// - Throws: ``EnvErrors`` when the schema itself is wrong.
    public static var manifest: SchemaManifest {
        get throws(EnvErrors) {
            try check()
            return SchemaManifest(service: serviceName, summary: summary, variables: variables, rules: rules)
        }
    }

    /// Proves that the schema itself is in order: names, limits, defaults, rules. `load` and ``manifest`` do it too; a
    /// test or a build step that has no environment calls this.
    /// - Throws: ``EnvErrors`` with every mistake.
    public static func check() throws(EnvErrors) {
        try SchemaPlan.of(Self.self).check()
    }
}
