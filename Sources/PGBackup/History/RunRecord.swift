public import FoundationEssentials
import GroundworkCore

/// One run and what became of it, kept after its backup was pruned.
public struct RunRecord: Sendable, Hashable, Codable {
    /// When it was begun, in whole seconds.
    public var startedAt: Date { begun.date }
    /// How long it took, in seconds.
    public var seconds: Double
    /// The database's name; nil where it is not known, and in records of older versions.
    public var database: String?
    /// The URL's name for the database where the server has another for it.
    var alias: String?
    /// The backup that it stored; nil when it failed.
    public var backup: BackupID?
    /// The stored bytes.
    public var storedBytes: Int64?
    /// Whether the verification that was asked for passed; nil where none was asked for, and in records of older versions.
    public var isVerified: Bool?
    /// The code of the error that it, or the verification of its backup, failed with.
    public var errorCode: String?
    /// The error's message, cut to 500 bytes.
    public var message: String?
    private var begun: RecordTime

    /// A run that stored a backup.
    public init(_ report: BackupReport) {
        begun = RecordTime(report.manifest.startedAt)
        seconds = max(0, report.duration.seconds)
        database = report.manifest.source.database
        alias = report.manifest.source.alias
        backup = report.manifest.id
        storedBytes = report.manifest.storedLength
    }

    /// A run whose backup's manifest is still there.
    public init(_ manifest: BackupManifest) {
        begun = RecordTime(manifest.startedAt)
        seconds = max(0, manifest.finishedAt.timeIntervalSince(manifest.startedAt))
        database = manifest.source.database
        alias = manifest.source.alias
        backup = manifest.id
        storedBytes = manifest.storedLength
    }

    /// Takes it from what is known of a backup without its manifest.
    init(_ candidate: RetentionCandidate, seconds: Double) {
        begun = RecordTime(candidate.date)
        self.seconds = seconds.isFinite ? max(0, seconds) : 0
        backup = candidate.id
        storedBytes = candidate.storedLength
    }

    /// A run that failed.
    public init(startedAt: Date, duration: Duration, error: PGBackupError) {
        begun = RecordTime(startedAt)
        seconds = max(0, duration.seconds)
        note(error)
    }

    /// The backup is stored, and its verification failed or did not come to its end.
    mutating func failVerification(_ error: PGBackupError) {
        isVerified = false
        note(error)
    }

    private mutating func note(_ error: PGBackupError) {
        errorCode = error.code.rawValue
        message = String(decoding: error.message.utf8.prefix(500), as: UTF8.self)
    }

    /// The error's code for messages; what was read may be of any length.
    var shortCode: String { errorCode.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) } ?? "unknown" }

    /// Whether it stored a backup.
    public var succeeded: Bool { backup != nil }

    /// Whether it stored a backup whose verification, if one was asked for, passed: what people are told as a success.
    public var isGood: Bool { succeeded && isVerified != false }

    enum CodingKeys: String, CodingKey {
        case seconds, database, alias, backup, storedBytes, isVerified, errorCode, message
        case begun = "startedAt"
    }
}

/// The runs of the past, oldest first: a small object beside the backups, so that a process that ends after each run
/// knows what was before, and the status page shows days whose backups were pruned.
public struct RunHistory: Sendable, Hashable, Codable {
    /// The format's version.
    public var formatVersion = 1
    /// The runs, oldest first.
    public private(set) var runs: [RunRecord] = []

    /// More runs than this are not kept.
    public static let runLimit = 5000
    /// Runs are kept for so long.
    public static let maximumAge: Duration = .seconds(400 * 86_400)

    /// No runs.
    public init() {}

    /// Adds a run and forgets those that are too old or too many.
    public mutating func add(_ run: RunRecord, now: Date) {
        runs.append(run)
        runs.sort { $0.startedAt < $1.startedAt }
        let border = now.addingTimeInterval(-Self.maximumAge.seconds)
        runs.removeAll { $0.startedAt < border }
        if runs.count > Self.runLimit { runs.removeFirst(runs.count - Self.runLimit) }
    }

    /// The runs of one database.
    /// - Parameters:
    ///   - database: its name, the server's or the URL's; nil for all. Runs that do not say whose they are count as its own.
    ///   - others: backups that are known to be of other databases.
    func runs(of database: String?, without others: Set<BackupID>) -> RunHistory {
        guard let database else { return self }
        var history = self
        history.runs.removeAll { run in
            run.database.map { $0 != database && run.alias != database } ?? run.backup.map { others.contains($0) }
                ?? false
        }
        return history
    }

    /// The failed runs since the last success, oldest first; a backup that is not verified is no success.
    public var failuresSinceSuccess: ArraySlice<RunRecord> {
        guard let last = runs.lastIndex(where: \.isGood) else { return runs[...] }
        return runs[(last + 1)...]
    }
}
