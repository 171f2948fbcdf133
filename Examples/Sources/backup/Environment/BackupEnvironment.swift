import EnvSchema
import FoundationEssentials
import PGBackup

/// The environment of `backup`: the variables of the Railway template as they were, and ours.
///
/// `Examples/Backup/ENVIRONMENT_VARIABLES.md` is written from it by `backup variables`.
struct BackupEnvironment: EnvSchema {
    static let serviceName = "backup"
    static let summary: String? = "Backs PostgreSQL up every night, verifies it, and says when it could not."

    @Env(Variables.database)
    var databases: Secret<DatabaseList>
    @Env(
        "BACKUP_OPTIONS",
        help: "Options of pg_dump: parts of the database and what is left out. They never reach a shell.",
        group: "Database",
        example: "--exclude-table-data=log_*"
    )
    var options: DumpOptions?
    @Env(
        "BACKUP_ALLOW_POOLER",
        help:
            "Whether backups are made through a connection pooler all the same. In transaction mode there is no lock against a "
            + "second run, and dumps may fail.",
        group: "Database"
    )
    var allowsPooler: Bool = false
    @Env(
        "BACKUP_EXCLUDE_DATABASES",
        help:
            "Databases that the database * does not stand for, with commas between them; * in a name stands for any signs, ? "
            + "for one.",
        group: "Database",
        example: "postgres,scratch_*"
    )
    var excludedDatabases: DatabasePatterns?
    @Env(
        "BACKUP_SHARED_LOCK",
        help:
            "The key of an advisory lock, a number or a name: jobs that take the same key do not run during a backup. A run "
            + "waits ten minutes for it.",
        group: "Database",
        example: "nightly"
    )
    var sharedLock: SharedLockKey?
    @Env(Variables.restoreDatabase)
    var restoreDatabase: Secret<DatabaseURL>?

    @Env(
        "BACKUP_DESTINATION",
        help: "A directory instead of a bucket: file:///path; made if it is not there.",
        group: "Store",
        example: "file:///var/backups"
    )
    var destination: String?
    @Env("AWS_S3_BUCKET", help: "The bucket.", group: "Store", example: "backups")
    var bucket: String?
    @Env(
        "AWS_S3_ENDPOINT",
        help: "The store's URL, without the bucket; not needed for AWS, nor for R2 beside R2_ACCOUNT_ID.",
        group: "Store",
        example: "https://s3.example.com"
    )
    var endpoint: String?
    @Env("AWS_S3_REGION", help: "The region; auto for R2.", group: "Store", example: "auto")
    var region: String?
    @Env("AWS_S3_FORCE_PATH_STYLE", help: "true puts the bucket into the path.", group: "Store")
    var forcesPathStyle: Bool?
    @Env(Variables.key("AWS_ACCESS_KEY_ID", "The store's access key."))
    var accessKey: Secret<String>?
    @Env(Variables.key("AWS_SECRET_ACCESS_KEY", "The other part of the access key."))
    var secretKey: Secret<String>?
    @Env(Variables.key("AWS_SESSION_TOKEN", "The token that goes with temporary keys."))
    var sessionToken: Secret<String>?
    @Env(
        "R2_ACCOUNT_ID",
        help: "Cloudflare account: selects R2 where no endpoint is set, nor a region beside the AWS keys and bucket.",
        group: "Store"
    )
    var r2Account: String?
    @Env(Variables.key("R2_ACCESS_KEY_ID", "Access key of R2; not looked at beside the AWS pair and AWS_S3_BUCKET."))
    var r2AccessKey: Secret<String>?
    @Env(Variables.key("R2_SECRET_ACCESS_KEY", "The other part of it."))
    var r2SecretKey: Secret<String>?
    @Env("R2_BUCKET_NAME", help: "The bucket of R2, where AWS_S3_BUCKET is not set.", group: "Store")
    var r2Bucket: String?
    @Env(
        "BACKUP_FILE_PREFIX",
        help: "The folder of the backups in the store.",
        maxLength: 400,
        group: "Store"
    )
    var prefix: String = "backup"
    @Env("BUCKET_SUBFOLDER", help: "A folder around it.", maxLength: 100, group: "Store", example: "daily")
    var subfolder: String?
    @Env(
        "SUPPORT_OBJECT_LOCK",
        help:
            "Sends Content-MD5 with every upload, which buckets with object lock ask for, and keeps no lease there, which they "
            + "would keep every renewal of.",
        group: "Store"
    )
    var supportsObjectLock: Bool = false

    @Env(
        "BACKUP_CRON_SCHEDULE",
        help: "When backups are made: minute, hour, day of month, month, day of week; a 0 for seconds may be first.",
        group: "Schedule",
        example: "0 5 * * *"
    )
    var schedule: CronExpression = .daily(hour: 5)
    @Env(
        "BACKUP_TIME_ZONE",
        help: "Whose clocks the schedule is read by; without it those of TZ, where that names a time zone.",
        group: "Schedule",
        example: "UTC"
    )
    var timeZone: IANATimeZone = .utc
    @Env(
        "BACKUP_JITTER",
        help: "The longest wait after the due time, so that many services do not begin in the same second.",
        range: 0...21_600,
        unit: .seconds,
        group: "Schedule"
    )
    var jitter: Duration = .zero
    @Env("RUN_ON_STARTUP", help: "Whether the daemon makes one backup when it starts.", group: "Schedule")
    var runsOnStartup: Bool = false
    @Env(
        "SINGLE_SHOT_MODE",
        help: "Whether the command without arguments makes one backup and exits, for a platform's own cron.",
        group: "Schedule"
    )
    var isSingleShot: Bool = false
    @Env(
        "BACKUP_DEADLINE",
        help: "A run is stopped after this, all databases and their verification together.",
        range: 1...604_800,
        unit: .seconds,
        group: "Schedule"
    )
    var deadline: Duration = .seconds(6 * 3600)

    @Env(
        "BACKUP_RETENTION_DAYS",
        help:
            "Backups that are older are deleted after a success; 0 keeps all, and only what interrupted runs left is removed. "
            + "Objects of the template are never touched.",
        range: 0...36_500,
        group: "Retention"
    )
    var retentionDays: Int = 30
    @Env("BACKUP_KEEP_AT_LEAST", help: "So many are kept whatever their age.", range: 1...10_000, group: "Retention")
    var keepAtLeast: Int = 7
    @Env("BACKUP_KEEP_DAILY", help: "The newest of so many days are kept.", range: 0...10_000, group: "Retention")
    var keepDaily: Int = 0
    @Env("BACKUP_KEEP_WEEKLY", help: "The newest of so many weeks are kept.", range: 0...10_000, group: "Retention")
    var keepWeekly: Int = 0
    @Env("BACKUP_KEEP_MONTHLY", help: "The newest of so many months are kept.", range: 0...10_000, group: "Retention")
    var keepMonthly: Int = 0
    @Env("BACKUP_KEEP_YEARLY", help: "The newest of so many years are kept.", range: 0...10_000, group: "Retention")
    var keepYearly: Int = 0

    @Env(
        "BACKUP_VERIFY",
        help:
            "How far each backup is verified before it counts: stored (length and hash read back), decoded (decoded too), "
            + "restored (a drill each time). Without it restored where DRILL_DATABASE_URL is set, or PostgreSQL's server "
            + "programs of a fitting version are installed, as in the image; else decoded.",
        group: "Verification",
        example: "decoded"
    )
    var verify: VerifyChoice?
    @Env(Variables.drillDatabase)
    var drillDatabase: Secret<DatabaseURL>?
    @Env(
        "RESTORE_TARGET",
        help: "How long a restore may take; a drill that tells of more is a warning that people are told.",
        range: 1...31_536_000,
        unit: .seconds,
        group: "Verification"
    )
    var restoreTarget: Duration = .seconds(3600)

    @Env(
        "PORT",
        help: "The daemon serves /health, /metrics, /status.json and / there.",
        range: 1...65_535,
        group: "Health"
    )
    var port: Int = 8080
    @Env(
        "BACKUP_HEALTH_GRACE",
        help:
            "How long after its due time a backup may be missing before /health says 503, not counting a run of the daemon's that "
            + "is at work. Without it an hour; in the status.html of single runs as long as one may take, BACKUP_DEADLINE.",
        range: 0...604_800,
        unit: .seconds,
        group: "Health",
        example: "1h"
    )
    var grace: Duration?

    @Env(Variables.webhook)
    var webhook: Secret<URL>?
    @Env(Variables.ping)
    var ping: Secret<URL>?
    @Env(
        "BACKUP_MAIL_TO",
        help:
            "Who gets mail about failures, recoveries, missed runs, too slow drills and the first success; "
            + "commas between them.",
        group: "Notifications",
        example: "ops@example.com"
    )
    var mailTo: String?
    @Env("BACKUP_MAIL_FROM", help: "Who the mail is from.", group: "Notifications", example: "backups@example.com")
    var mailFrom: String?
    @Env(Variables.smtp)
    var smtp: Secret<String>?

    static let rules: [EnvRule] = [
        .allOrNone("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY").because("one part of an access key is of no use"),
        .allOrNone("R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY").because("one part of an access key is of no use"),
        .allOrNone("BACKUP_MAIL_TO", "BACKUP_MAIL_FROM", "SMTP_URL").because("mail needs all three"),
    ]
}

extension BackupEnvironment {
    /// Reads it. Keys and passwords were issued by others: a weak one is no reason not to back up, but one to warn of.
    static func read(
        _ variables: [String: String],
        warn: (EnvProblem) -> Void = { _ in }
    ) throws(EnvErrors) -> BackupEnvironment {
        try load(from: [.values(variables)], mode: .development, warn: warn)
    }
}
