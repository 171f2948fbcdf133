import EnvSchema
import FoundationEssentials

/// What several services declare in the same way.
enum Shared {
    /// The key of the access tokens: auth-service signs with it, the others verify.
    static func jwtSecret(note: String? = nil) -> EnvVar<Secret<String>> {
        EnvVar(
            "JWT_SECRET",
            help: "Signs and verifies access tokens (HS256).",
            minLength: 32,
            secret: EnvSecretTraits(
                kind: .hs256,
                origin: "openssl rand -base64 48",
                rotation: [
                    "Make a new secret.",
                    "Set it as the shared variable of the project.",
                    "Deploy auth-service, profile-service and chat-service together: all users sign in again.",
                ]
            ),
            sharing: .mustMatch("auth-service"),
            note: note,
            group: "Tokens"
        )
    }

    /// The database of the platform.
    static func databaseURL(note: String? = nil) -> EnvVar<Secret<URL>> {
        EnvVar(
            "DATABASE_URL",
            help: "PostgreSQL of the project.",
            schemes: ["postgres", "postgresql"],
            secret: EnvSecretTraits(
                kind: .connectionURL,
                origin: "Railway, service Postgres",
                rotation: ["Change the password in Postgres.", "Deploy the services that refer to it."]
            ),
            note: note,
            group: "Database"
        )
    }

    /// Where errors are reported to.
    static func sentryDSN(note: String? = nil) -> EnvVar<URL> {
        EnvVar(
            "SENTRY_DSN",
            help: "Project of Sentry that errors are reported to.",
            schemes: ["https"],
            sharing: .should,
            note: note,
            group: "Monitoring",
            example: "https://0123456789abcdef@o0.ingest.sentry.io/0"
        )
    }
}
