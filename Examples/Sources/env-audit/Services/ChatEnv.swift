import EnvSchema
import FoundationEssentials

/// Carries messages.
struct ChatEnv: EnvSchema {
    static let serviceName = "chat-service"
    static let summary: String? = "Carries messages between users, and notifies their phones."

    @Env("PORT", help: "Port to listen on.", range: 1...65535, note: "3003", group: "Server")
    var port: Int = 3003

    @Env(Shared.jwtSecret())
    var jwtSecret: Secret<String>

    @Env(Shared.databaseURL())
    var databaseURL: Secret<URL>

    @Env(
        "GOOGLE_APPLICATION_CREDENTIALS",
        help: "Service account of Firebase: the path of its JSON file.",
        secret: EnvSecretTraits(
            kind: .privateKey,
            origin: "Firebase console, service accounts",
            rotation: ["Make a second key.", "Mount its file and deploy.", "Delete the first."],
            allowsOverlap: true
        ),
        note: "Firebase",
        group: "Firebase",
        example: "/etc/secrets/firebase.json"
    )
    var googleCredentials: Secret<String>

    @Env(Shared.sentryDSN())
    var sentryDSN: URL
}
