import EnvSchema
import FoundationEssentials

/// Backs the database up.
struct BackupEnv: EnvSchema {
    static let serviceName = "backup-service"
    static let summary: String? = "Backs PostgreSQL up to R2 every night."

    @Env(
        "AWS_ACCESS_KEY_ID",
        help: "Access key of R2; one of its own, not that of profile-service.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "Cloudflare dashboard, R2, API tokens",
            rotation: ["Make a second token.", "Set both of its parts.", "Revoke the first after the next backup."],
            allowsOverlap: true
        ),
        note: "R2 credentials",
        group: "R2"
    )
    var accessKey: Secret<String>

    @Env(
        "AWS_SECRET_ACCESS_KEY",
        help: "The other part of the access key.",
        secret: EnvSecretTraits(
            kind: .apiToken,
            origin: "Cloudflare dashboard, R2, API tokens",
            rotation: ["With AWS_ACCESS_KEY_ID."],
            allowsOverlap: true
        ),
        note: "R2 credentials",
        group: "R2"
    )
    var secretKey: Secret<String>

    @Env("AWS_S3_BUCKET", help: "Bucket of the backups.", note: "vlvt-backups", group: "R2", example: "vlvt-backups")
    var bucket: String

    @Env(
        "AWS_S3_ENDPOINT",
        help: "Endpoint of R2, without the bucket.",
        schemes: ["https"],
        note: "R2 endpoint",
        group: "R2",
        example: "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"
    )
    var endpoint: URL

    @Env(
        "BACKUP_DATABASE_URL",
        help: "Database to back up.",
        schemes: ["postgres", "postgresql"],
        secret: EnvSecretTraits(
            kind: .connectionURL,
            origin: "Railway, service Postgres",
            rotation: ["Follows DATABASE_URL of Postgres."]
        ),
        note: "Railway ref",
        group: "Backup"
    )
    var databaseURL: Secret<URL>

    @Env(
        "BACKUP_CRON_SCHEDULE",
        help: "When to back up, in UTC: minute, hour, day, month, day of the week.",
        pattern: "[^ ]+( [^ ]+){4}",
        note: "0 3 * * *",
        group: "Backup",
        example: "0 3 * * *"
    )
    var schedule: String
}
