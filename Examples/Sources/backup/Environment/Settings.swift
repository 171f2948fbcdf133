import EnvSchema
import FoundationEssentials
import Logging
import PGBackup
import S3Compat
import Terminal

/// What the environment says: the database, where its backups go, when, and who is told.
struct Settings: Sendable {
    /// A configuration that cannot work.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    let environment: BackupEnvironment
    let backups: PostgresBackup
    let notifications: BackupNotifications
    /// Whether the schedule was set, and not only our default.
    let hasOwnSchedule: Bool

    /// Reads all of it.
    /// - Parameter needsDatabase: false for what looks at the store only.
    /// - Throws: a ``Problem`` with everything that must be mended.
    init(needsDatabase: Bool = true, _ variables: [String: String]) throws {
        var variables = variables
        if !needsDatabase, variables["BACKUP_DATABASE_URL", default: ""].isEmpty {
            variables["BACKUP_DATABASE_URL"] = "postgresql:///postgres"
        }
        var problems: [String] = []
        var environment: BackupEnvironment?
        do {
            environment = try BackupEnvironment.load(variables)
        } catch {
            problems += error.problems.map { $0.description }
        }
        var store: (any ObjectStore)?
        do {
            store = try Self.store(variables)
        } catch {
            problems.append("\(error)")
        }
        guard let environment, let store, problems.isEmpty else {
            throw Problem(description: Self.list(problems))
        }
        var configuration = try PostgresBackup.Configuration(environment: variables)
        // What happened is printed, warnings included; the log is for what nobody else tells.
        configuration.logger.logLevel = .error
        self.environment = environment
        backups = PostgresBackup(configuration, store: store)
        notifications = try Notifiers.all(environment)
        hasOwnSchedule = !variables["BACKUP_CRON_SCHEDULE", default: ""].isEmpty
    }

    private static func list(_ problems: [String]) -> String {
        guard problems.count > 1 else { return problems.first ?? "The environment cannot be read." }
        return "\(problems.count) problems in the environment\n" + problems.map { "  - \($0)" }.joined(separator: "\n")
    }

    /// The backups of the database that the environment names, in the store that it names.
    static func backups(needsDatabase: Bool = true, environment: [String: String]) throws -> PostgresBackup {
        try Settings(needsDatabase: needsDatabase, environment).backups
    }

    /// A directory if the destination is one, else a bucket.
    static func store(_ environment: [String: String]) throws -> any ObjectStore {
        let endpoint = environment["AWS_S3_ENDPOINT"] ?? ""
        if let destination = environment["BACKUP_DESTINATION"], !destination.isEmpty {
            guard destination.hasPrefix("file://") else {
                throw Problem(
                    description: "BACKUP_DESTINATION must begin with file:// and name a directory. "
                        + "For a bucket, leave it out and set AWS_S3_BUCKET and AWS_S3_ENDPOINT."
                )
            }
            return try directory(destination)
        }
        if endpoint.hasPrefix("file://") {
            return try directory(
                [endpoint, environment["AWS_S3_BUCKET"] ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
            )
        }
        let bucket = try S3Bucket(environment: environment)
        guard ["true", "1", "yes", "on"].contains((environment["SUPPORT_OBJECT_LOCK"] ?? "").lowercased()) else {
            return bucket
        }
        var configuration = try S3Client.Configuration(environment: environment)
        configuration.provider.bodyChecksum = .contentMD5
        return try S3Client(configuration).bucket(bucket.name)
    }

    private static func directory(_ url: String) throws -> any ObjectStore {
        guard let parts = URLComponents(string: url), ["", "localhost"].contains(parts.host ?? ""),
            parts.path.hasPrefix("/"), parts.query == nil, parts.fragment == nil
        else {
            throw Problem(
                description: "\(url) does not name a directory: write file:// and then the path from the root, "
                    + "such as file:///var/backups; the signs % ? # in it are written %25 %3F %23."
            )
        }
        return try DirectoryObjectStore(path: parts.path)
    }
}

extension Settings {
    /// When backups are due.
    var schedule: CronSchedule { CronSchedule(environment.schedule, in: environment.timeZone) }

    var jitter: ScheduleJitter {
        ScheduleJitter(
            maximum: environment.jitter,
            seededBy: "\(backups.store.location) \(backups.configuration.prefix)"
        )
    }

    /// Which backups are kept; nil for all.
    var retention: RetentionPolicy? {
        guard environment.retentionDays > 0 else { return nil }
        var policy = RetentionPolicy()
        policy.maximumAge = .seconds(environment.retentionDays * 86_400)
        policy.minimumKept = environment.keepAtLeast
        policy.daily = environment.keepDaily
        policy.weekly = environment.keepWeekly
        policy.monthly = environment.keepMonthly
        policy.yearly = environment.keepYearly
        policy.verifiedLevel = environment.verify.level
        policy.timeZone = environment.timeZone
        return policy
    }

    var health: BackupHealth.Options {
        var health = BackupHealth.Options()
        health.grace = environment.grace + environment.jitter
        health.restoreTarget = environment.restoreTarget
        health.requiredLevel = environment.verify.level
        return health
    }

    /// What a run that nobody watches does.
    var unattended: UnattendedOptions {
        var options = UnattendedOptions()
        options.verification = environment.verify.level
        options.retention = retention
        options.notifications = notifications
        options.schedule = schedule
        options.health = health
        options.deadline = environment.deadline
        return options
    }
}
