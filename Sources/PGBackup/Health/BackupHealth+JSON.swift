import FoundationEssentials
import GroundworkCore

extension BackupHealth {
    /// Everything as JSON, for `/status.json`: times are RFC 3339 in UTC, durations seconds, sizes bytes.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // All numbers are finite and all text is text: nothing here can fail.
        let data = (try? encoder.encode(StatusDocument(self))) ?? Data("{}".utf8)
        return Array(data) + [0x0A]
    }
}

private struct StatusDocument: Encodable {
    struct Backup: Encodable {
        let id: BackupID
        let startedAt, finishedAt: String
        let storedBytes: Int64
        let databaseBytes: Int64?
        /// The program that dumped it, why that one, the server that it is of, and what a reader should know.
        let tool, toolReason, serverVersion: String
        let warnings: [String]

        init(_ manifest: BackupManifest) {
            id = manifest.id
            startedAt = StatusDocument.text(manifest.startedAt)
            finishedAt = StatusDocument.text(manifest.finishedAt)
            storedBytes = manifest.storedLength
            databaseBytes = manifest.source.databaseSize
            tool = "\(manifest.tool.name) \(PostgresVersion(number: manifest.tool.versionNumber))"
            toolReason = manifest.tool.reason
            serverVersion = manifest.source.version
            warnings = manifest.warnings
        }
    }

    struct Run: Encodable {
        let startedAt: String
        let seconds: Double
        let succeeded: Bool
        let backup: BackupID?
        let storedBytes: Int64?
        let verified: String?
        let damaged, pruned: Bool
        let errorCode, message: String?

        init(_ run: BackupHealth.Run) {
            startedAt = StatusDocument.text(run.record.startedAt)
            seconds = StatusDocument.finite(run.record.seconds)
            succeeded = run.record.succeeded
            backup = run.record.backup
            storedBytes = run.record.storedBytes
            verified = run.level?.rawValue
            damaged = run.isDamaged
            pruned = run.isPruned
            errorCode = run.record.errorCode
            message = run.record.message
        }
    }

    struct Day: Encodable {
        let date: String
        let backups, failures, missed: Int
        let storedBytes: Int64?
        let seconds: Double?

        init(_ day: BackupHealth.Day) {
            date = day.text
            backups = day.backups
            failures = day.failures
            missed = day.gaps
            storedBytes = day.storedBytes
            seconds = day.seconds.map(StatusDocument.finite)
        }
    }

    struct Drill: Encodable {
        let backup: BackupID
        let startedAt: String
        let passed: Bool
        let restoreSeconds, projectedSeconds, targetSeconds: Double
        let fitsTarget: Bool

        init(_ drill: BackupHealth.Drill, target: Duration) {
            backup = drill.backup
            startedAt = StatusDocument.text(drill.date)
            passed = drill.passed
            restoreSeconds = StatusDocument.finite(drill.restoreSeconds)
            projectedSeconds = StatusDocument.finite(drill.projectedSeconds)
            targetSeconds = target.seconds
            fitsTarget = drill.passed && drill.projectedSeconds <= target.seconds
        }
    }

    let healthy: Bool
    let sentence, generatedAt, schedule, timeZone: String
    let database, nextRun, goodUntil: String?
    let running: Bool
    let runningSince: String?
    let backups: Int
    let storedBytes: Int64
    let lastBackup, lastVerified: Backup?
    let drill: Drill?
    let recentRuns: [Run]
    let missed: [String]
    let days: [Day]
    let notices: [String]

    init(_ health: BackupHealth) {
        healthy = health.isHealthy
        sentence = health.sentence
        generatedAt = Self.text(health.date)
        schedule = health.schedule.expression.text
        timeZone = health.schedule.timeZone.identifier
        database = health.database
        nextRun = health.nextRun.map(Self.text)
        goodUntil = health.goodUntil.map(Self.text)
        running = health.options.running != nil
        runningSince = health.options.running.map { Self.text($0.startedAt) }
        backups = health.backupCount
        storedBytes = health.storedBytes
        lastBackup = health.lastBackup.map(Backup.init)
        lastVerified = health.lastVerified.map(Backup.init)
        drill = health.drill.map { Drill($0, target: health.options.restoreTarget) }
        recentRuns = health.recentRuns.map(Run.init)
        missed = health.gaps.map(Self.text)
        days = health.days.map(Day.init)
        notices = health.options.notices
    }

    static func text(_ date: Date) -> String { UTCDateTime(date).rfc3339 }

    static func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
}
