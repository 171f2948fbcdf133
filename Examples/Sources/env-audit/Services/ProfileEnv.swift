import EnvSchema
import FoundationEssentials

/// Keeps profiles and photos.
struct ProfileEnv: EnvSchema {
    static let serviceName = "profile-service"
    static let summary: String? = "Keeps profiles, and photos in R2."

    @Env("PORT", help: "Port to listen on.", range: 1...65535, note: "3002", group: "Server")
    var port: Int = 3002

    @Env(Shared.jwtSecret())
    var jwtSecret: Secret<String>

    @Env(Shared.databaseURL())
    var databaseURL: Secret<URL>

    @Env("R2_ACCOUNT_ID", help: "Cloudflare account, part of the endpoint.", group: "R2")
    var r2Account: String

    @Env(
        "R2_ACCESS_KEY_ID",
        help: "Access key of R2.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "Cloudflare dashboard, R2, API tokens",
            rotation: ["Make a second token.", "Set both of its parts and deploy.", "Revoke the first."],
            allowsOverlap: true
        ),
        group: "R2"
    )
    var r2AccessKey: Secret<String>

    @Env(
        "R2_SECRET_ACCESS_KEY",
        help: "The other part of the access key.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "Cloudflare dashboard, R2, API tokens",
            rotation: ["With R2_ACCESS_KEY_ID."],
            allowsOverlap: true
        ),
        group: "R2"
    )
    var r2SecretKey: Secret<String>

    @Env("R2_BUCKET_NAME", help: "Bucket of the photos.", note: "vlvt-images", group: "R2")
    var r2Bucket: String

    @Env(
        "AWS_ACCESS_KEY_ID",
        help: "Access key of AWS, for the check of photos.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "AWS console, IAM",
            rotation: ["Make a second key.", "Set both of its parts and deploy.", "Delete the first."],
            allowsOverlap: true
        ),
        note: "Rekognition",
        group: "AWS"
    )
    var awsAccessKey: Secret<String>?

    @Env(
        "AWS_SECRET_ACCESS_KEY",
        help: "The other part of the access key.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "AWS console, IAM",
            rotation: ["With AWS_ACCESS_KEY_ID."],
            allowsOverlap: true
        ),
        note: "Rekognition",
        group: "AWS"
    )
    var awsSecretKey: Secret<String>?

    @Env(Shared.sentryDSN())
    var sentryDSN: URL

    static let rules: [EnvRule] = [
        .allOrNone("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY").because("one part of an access key is of no use")
    ]
}
