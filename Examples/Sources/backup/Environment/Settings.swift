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
    let notifications: BackupNotifications
    /// Whether the schedule was set, and not only our default.
    let hasOwnSchedule: Bool
    private let fleet: BackupFleet
    /// Whether BACKUP_DATABASE_URL is not set.
    private let isWithoutDatabase: Bool

    /// Reads all of it.
    /// - Parameter needsDatabase: false for what looks at the store only.
    /// - Throws: a ``Problem`` with everything that must be mended.
    init(needsDatabase: Bool = true, _ variables: [String: String]) throws {
        var variables = variables
        // Neither a database nor a user: then the backups of any database are looked at.
        let placeholder = "postgresql:///"
        if !needsDatabase, variables["BACKUP_DATABASE_URL", default: ""].isEmpty {
            variables["BACKUP_DATABASE_URL"] = placeholder
            isWithoutDatabase = true
        } else {
            isWithoutDatabase = false
        }
        var problems: [String] = []
        var environment: BackupEnvironment?
        do {
            environment = try BackupEnvironment.read(variables)
        } catch {
            problems += error.problems.map { $0.description }
        }
        var store: (any ObjectStore)?
        do {
            store = try Self.store(variables, supportsObjectLock: environment?.supportsObjectLock ?? false)
        } catch {
            problems.append("\(error)")
        }
        guard let environment, let store, problems.isEmpty else {
            throw Problem(description: Self.list(problems))
        }
        var databases = environment.databases.withValue { $0 }
        if let patterns = environment.excludedDatabases { databases.excludedPatterns = patterns }
        variables["BACKUP_DATABASE_URL"] = placeholder
        var configuration = try PostgresBackup.Configuration(environment: variables)
        configuration.database = databases.urls[0]
        // What happened is printed, warnings included; the log is for what nobody else tells, such as what could not be
        // removed after a failure.
        configuration.logger.logLevel = .error
        self.environment = environment
        fleet = BackupFleet(databases, configuration, store: Self.staying(in: configuration.prefix, store))
        notifications = try Notifiers.all(environment)
        hasOwnSchedule = !variables["BACKUP_CRON_SCHEDULE", default: ""].isEmpty
    }

    /// The store of all backups.
    var store: any ObjectStore { fleet.store }

    /// The folder of all backups, whatever the databases are: where the template's objects lie beside.
    var base: PostgresBackup { PostgresBackup(fleet.configuration, store: fleet.store) }

    /// What all backups have in common.
    var configuration: PostgresBackup.Configuration { fleet.configuration }

    /// Whether one database is configured, whatever the servers have.
    var isForOne: Bool { fleet.databases.urls.count == 1 && fleet.databases.urls[0].database != "*" }

    /// The backups of every database, each in its folder.
    func all() async throws -> [PostgresBackup] {
        isForOne ? [PostgresBackup(fleet.configuration, store: fleet.store)] : try await fleet.backups()
    }

    /// The backups of the database that was asked for, or of the only one. With a name no server is asked: that one is
    /// gone may be the reason why somebody asks.
    func one(_ name: String?) async throws -> PostgresBackup {
        guard let name else { return try await only() }
        let candidates = isWithoutDatabase ? [] : fleet.candidates(named: name)
        if candidates.count == 1 { return candidates[0] }
        guard !candidates.isEmpty else {
            if isWithoutDatabase {
                throw Problem(
                    description:
                        "BACKUP_DATABASE_URL is not set. Leave out --database, and say the folder of the database "
                        + "with BACKUP_FILE_PREFIX: \(configuration.prefix)/\(name)."
                )
            }
            throw Problem(description: "BACKUP_DATABASE_URL names no database \(name).")
        }
        // The first that comes is none to restore from, or to delete from.
        let folders = candidates.map(\.configuration.prefix)
        let names = folders.compactMap { $0.split(separator: "/").last }.filter { $0.contains("@") }
        let plain = folders.first { !$0.contains("@") }
        throw Problem(
            description:
                "BACKUP_DATABASE_URL names several servers that have, or may have, a database \(name). Say which: "
                + "\(names.map { "--database \($0)" }.joined(separator: " or "))."
                + (plain.map { " Where its folder is \($0), \(wayInto($0))." } ?? "")
        )
    }

    /// How a folder is looked into that is not that of any database now.
    private func wayInto(_ folder: String) -> String {
        let isBelow = environment.subfolder.map { !$0.isEmpty } ?? false
        return "set BACKUP_DATABASE_URL to that database alone, BACKUP_FILE_PREFIX to \(folder)"
            + (isBelow ? " and BUCKET_SUBFOLDER to nothing" : "")
    }

    /// Folders in which older backups of a database lie that nothing here looks at any more, a sentence for each.
    func leftBehind(_ backups: PostgresBackup) async -> [String] {
        // A store that is out of order tells so by itself.
        let folders = (try? await fleet.foldersLeftBehind(of: backups.briefly)) ?? []
        return folders.map { folder in
            "Backups of \(backups.configuration.database) lie in \(folder) too, where another BACKUP_DATABASE_URL put them. "
                + "They are neither pruned nor counted. To list, restore or prune them, \(wayInto(folder))."
        }
    }

    private func only() async throws -> PostgresBackup {
        let all: [PostgresBackup]
        do {
            all = try await self.all()
        } catch let error as PGBackupError {
            throw Problem(
                description:
                    "BACKUP_DATABASE_URL asks for all databases of a server, and they cannot be asked for. Say "
                    + "--database NAME: then no server is asked. \(error.message)"
            )
        }
        guard all.count == 1, let only = all.first else {
            let names = all.map { $0.configuration.database.database ?? "" }.joined(separator: ", ")
            throw Problem(
                description: "BACKUP_DATABASE_URL names several databases. Say --database NAME: \(names)."
            )
        }
        return only
    }

    /// The backups of the database that was asked for, in the store that the environment names.
    static func backups(
        _ output: OutputOptions,
        needsDatabase: Bool = true,
        _ environment: [String: String]
    ) async throws -> PostgresBackup {
        try await Settings(needsDatabase: needsDatabase, environment).one(output.database)
    }

    private static func list(_ problems: [String]) -> String {
        guard problems.count > 1 else { return problems.first ?? "The environment cannot be read." }
        return "\(problems.count) problems in the environment\n" + problems.map { "  - \($0)" }.joined(separator: "\n")
    }

    /// The store, whose trials stay in the folder of the backups: the key may have rights there alone.
    private static func staying(in folder: String, _ store: any ObjectStore) -> any ObjectStore {
        guard var bucket = store as? S3Bucket else { return store }
        bucket.probePrefix = folder.hasSuffix("/") ? folder : "\(folder)/"
        return bucket
    }

    /// A directory if the destination is one, else a bucket.
    /// - Parameter supportsObjectLock: whether every upload carries Content-MD5.
    static func store(_ environment: [String: String], supportsObjectLock: Bool) throws -> any ObjectStore {
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
        guard supportsObjectLock else { return bucket }
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
            seededBy: "\(store.location) \(configuration.prefix)"
        )
    }

    /// How far each backup must be verified: to count for health, and for the last verified one to stay. A night goes
    /// farther where it can.
    var verification: VerificationLevel {
        environment.verify?.level ?? (environment.drillDatabase == nil ? .decoded : .restored)
    }

    /// How restores are rehearsed.
    var drill: DrillOptions {
        var options = DrillOptions()
        if let server = environment.drillDatabase { options.place = .server(server.withValue { $0 }) }
        options.restoreTarget = environment.restoreTarget
        return options
    }

    /// Which backups are kept: all, by a policy without a rule, where BACKUP_RETENTION_DAYS is 0.
    var retention: RetentionPolicy {
        var policy = RetentionPolicy()
        guard environment.retentionDays > 0 else {
            policy.maximumAge = nil
            return policy
        }
        policy.maximumAge = .seconds(environment.retentionDays * 86_400)
        policy.minimumKept = environment.keepAtLeast
        policy.daily = environment.keepDaily
        policy.weekly = environment.keepWeekly
        policy.monthly = environment.keepMonthly
        policy.yearly = environment.keepYearly
        policy.verifiedLevel = verification
        policy.timeZone = environment.timeZone
        return policy
    }

    /// How old what a run left must be to be removed: older than any run that is under way.
    var orphanAge: Duration { max(.seconds(2 * 86_400), environment.deadline + .seconds(86_400)) }

    /// What the daemon looks at, which knows when its own runs are at work.
    var servedHealth: BackupHealth.Options {
        var health = health
        health.grace = (environment.grace ?? .seconds(3600)) + environment.jitter
        return health
    }

    /// What is looked at where a run that is at work is not known of: while one may be within its time nothing is wrong.
    var health: BackupHealth.Options {
        var health = BackupHealth.Options()
        health.grace = (environment.grace ?? max(.seconds(3600), environment.deadline)) + environment.jitter
        health.restoreTarget = environment.restoreTarget
        health.requiredLevel = verification
        return health
    }

    /// What a run that nobody watches does.
    var unattended: UnattendedOptions {
        var options = UnattendedOptions()
        options.verification = verification
        options.drill = drill
        options.retention = retention
        options.orphanAge = orphanAge
        options.notifications = notifications
        options.schedule = schedule
        options.health = health
        options.deadline = environment.deadline
        return options
    }
}
