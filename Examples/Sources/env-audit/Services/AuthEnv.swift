import EnvSchema
import FoundationEssentials

/// What sends mail.
enum EmailProvider: String, EnvChoice { case resend, sendgrid, smtp }

/// Signs users in.
struct AuthEnv: EnvSchema {
    static let serviceName = "auth-service"
    static let summary: String? = "Signs users in with mail, Apple and Google, and issues access tokens."

    @Env("PORT", help: "Port to listen on.", range: 1...65535, note: "3001", group: "Server")
    var port: Int = 3001

    @Env(Shared.jwtSecret(note: "Same across all services"))
    var jwtSecret: Secret<String>

    @Env(Shared.databaseURL(note: "${{Postgres.DATABASE_URL}}"))
    var databaseURL: Secret<URL>

    @Env(
        "APPLE_CLIENT_ID",
        help: "App ID of the iOS app, the audience of its identity tokens.",
        note: "app.vlvt (iOS native)",
        group: "Sign in with Apple",
        example: "app.vlvt"
    )
    var appleClientID: String

    @Env("GOOGLE_CLIENT_ID", help: "OAuth client of Google sign-in.", group: "Google")
    var googleClientID: String

    @Env(
        "KYCAID_API_TOKEN",
        help: "Token of the identity check.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "KYCAID dashboard, API",
            rotation: ["Make a second token.", "Set it and deploy.", "Revoke the first."],
            allowsOverlap: true
        ),
        group: "KYCAID"
    )
    var kycaidToken: Secret<String>

    @Env("KYCAID_FORM_ID", help: "Form of the identity check.", group: "KYCAID")
    var kycaidForm: String

    @Env(
        "KYCAID_ENCRYPTION_KEY",
        help: "Encrypts the results of identity checks at rest.",
        minLength: 32,
        secret: EnvSecretTraits(
            kind: .encryptionKey,
            origin: "openssl rand -base64 32",
            rotation: ["Stored results must be encrypted anew before the old key goes."]
        ),
        group: "KYCAID"
    )
    var kycaidKey: Secret<String>

    @Env(Shared.sentryDSN(note: "Same across all services"))
    var sentryDSN: URL

    @Env("EMAIL_PROVIDER", help: "What sends mail.", note: "DEP-05", group: "Mail")
    var emailProvider: EmailProvider

    @Env(
        "RESEND_API_KEY",
        help: "Key of Resend.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "Resend dashboard, API keys",
            rotation: ["Make a second key.", "Set it and deploy.", "Delete the first."],
            allowsOverlap: true
        ),
        note: "DEP-05",
        group: "Mail"
    )
    var resendKey: Secret<String>?

    @Env(
        "APPLE_TEAM_ID",
        help: "Team of the Apple developer account, ten characters.",
        pattern: "[A-Z0-9]{10}",
        note: "DEP-06",
        group: "Sign in with Apple",
        example: "A1B2C3D4E5"
    )
    var appleTeamID: String

    @Env(
        "APPLE_SERVICES_ID",
        help: "Services ID of the web flow; not the App ID.",
        note: "DEP-06",
        group: "Sign in with Apple",
        example: "vip.getvlvt.web"
    )
    var appleServicesID: String

    @Env(
        "APPLE_KEY_ID",
        help: "Key that signs client secrets, ten characters.",
        pattern: "[A-Z0-9]{10}",
        note: "DEP-06",
        group: "Sign in with Apple",
        example: "F6G7H8J9K0"
    )
    var appleKeyID: String

    @Env(
        "APPLE_PRIVATE_KEY",
        help: "The .p8 file of that key: its contents or its path.",
        secret: EnvSecretTraits(
            kind: .privateKey,
            origin: "Apple developer portal, Keys",
            rotation: [
                "Make a second key.", "Set APPLE_KEY_ID and APPLE_PRIVATE_KEY and deploy.", "Revoke the first.",
            ],
            allowsOverlap: true
        ),
        note: "DEP-06",
        group: "Sign in with Apple"
    )
    var applePrivateKey: PEMText

    static let rules: [EnvRule] = [
        .require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend").because("Resend sends nothing without a key")
    ]
}
