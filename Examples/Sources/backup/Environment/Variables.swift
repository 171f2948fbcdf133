public import EnvSchema
import FoundationEssentials
public import PGBackup

extension CronExpression: @retroactive EnvValue {
    /// The expression.
    public var envText: String? { text }
}
extension IANATimeZone: @retroactive EnvValue {
    /// The name.
    public var envText: String? { identifier }
}
extension DatabaseURL: @retroactive EnvValue {}
extension DatabaseList: @retroactive EnvValue {}
extension DatabasePatterns: @retroactive EnvValue {}
extension DumpOptions: @retroactive EnvValue {}
extension SharedLockKey: @retroactive EnvValue {}

/// How far each backup is verified, as the environment says it.
enum VerifyChoice: String, EnvChoice {
    case stored, decoded, restored

    var level: VerificationLevel {
        switch self {
        case .stored: .stored
        case .decoded: .decoded
        case .restored: .restored
        }
    }
}

/// The secrets among the variables.
enum Variables {
    private static func token(_ origin: String, _ rotation: String...) -> EnvSecretTraits {
        EnvSecretTraits(kind: .apiToken, origin: origin, rotation: rotation, allowsOverlap: true)
    }

    static let database = EnvVar<Secret<DatabaseList>>(
        "BACKUP_DATABASE_URL",
        help:
            "The database to back up; several with white space between them; the database * stands for all of a server.",
        secret: EnvSecretTraits(
            kind: .connectionURL,
            origin: "The platform's database service",
            rotation: ["Change the password of the role.", "Set the new URL.", "Run backup doctor."]
        ),
        group: "Database",
        example: "postgresql://app:password@db.example.com:5432/app"
    )

    static let restoreDatabase = EnvVar<Secret<DatabaseURL>?>(
        "RESTORE_DATABASE_URL",
        help: "The server to restore to, if it is another.",
        secret: EnvSecretTraits(
            kind: .connectionURL,
            origin: "The server for restores",
            rotation: ["With the role of that server."]
        ),
        group: "Database",
        example: "postgresql://admin:password@scratch.example.com:5432/postgres"
    )

    static let drillDatabase = EnvVar<Secret<DatabaseURL>?>(
        "DRILL_DATABASE_URL",
        help:
            "A server to rehearse restores on; without it a throw-away cluster is made where PostgreSQL's server is installed.",
        secret: EnvSecretTraits(
            kind: .connectionURL,
            origin: "The server for drills",
            rotation: ["With the role of that server."]
        ),
        group: "Verification",
        example: "postgresql://admin:password@scratch.example.com:5432/postgres"
    )

    static func key(_ name: String, _ help: String) -> EnvVar<Secret<String>?> {
        EnvVar(
            name,
            help: help,
            secret: token(
                "The store's console",
                "Make a second key.",
                "Set both of its parts and run backup doctor.",
                "Revoke the first."
            ),
            group: "Store"
        )
    }

    static let webhook = EnvVar<Secret<URL>?>(
        "BACKUP_WEBHOOK_URL",
        help: "Gets a POST with JSON for failures, recoveries, missed runs, too slow drills and the first success.",
        schemes: ["https", "http"],
        secret: token("The chat or alerting service", "Make a new hook.", "Set its URL.", "Delete the old one."),
        group: "Notifications",
        example: "https://hooks.example.com/services/T0/B0/x"
    )

    static let ping = EnvVar<Secret<URL>?>(
        "BACKUP_PING_URL",
        help: "Gets a GET after each run that backed up every database, and never otherwise: a dead-man's switch.",
        schemes: ["https", "http"],
        secret: token("The monitoring service", "Make a new check.", "Set its URL.", "Delete the old one."),
        group: "Notifications",
        example: "https://ping.example.com/0123"
    )

    static let smtp = EnvVar<Secret<String>?>(
        "SMTP_URL",
        help: "The mail server for BACKUP_MAIL_TO: smtp:// (STARTTLS required) or smtps://.",
        secret: EnvSecretTraits(kind: .connectionURL, origin: "The mail provider", rotation: ["With its password."]),
        group: "Notifications",
        example: "smtps://user:password@smtp.example.com:465"
    )
}
