public import FoundationEssentials
import GroundworkCore

/// How far a verification goes. Each level proves all that the ones below it prove.
public enum VerificationLevel: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Length and hash were read back: every stored byte was read, and lengths and SHA-256 are the manifest's. What the store
    /// says of an object by itself, its length, its ETag or a checksum, is not taken for it: that proves what was sent, at
    /// the time of sending.
    case stored
    /// The whole archive was read and decoded.
    case decoded
    /// The backup was restored into a database, and the rows were compared.
    case restored

    /// By how far it goes.
    public static func < (lhs: VerificationLevel, rhs: VerificationLevel) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int { self == .stored ? 0 : self == .decoded ? 1 : 2 }
}

/// The outcome of one verification, stored beside the backup as an object of its own that is never changed.
public struct VerificationRecord: Sendable, Hashable, Codable {
    /// What a comparison of the restored tables found.
    public struct Comparison: Sendable, Hashable, Codable {
        /// How many tables were compared.
        public var tables: Int
        /// How many rows they have together.
        public var rows: Int64
        /// Of how many tables the rows themselves were compared, by their SHA-256; null where that was not asked for.
        public var contents: Int?
        /// What differs or could not be compared, in full sentences.
        public var findings: [String]

        /// Describes a comparison.
        public init(tables: Int, rows: Int64, findings: [String] = []) {
            self.tables = tables
            self.rows = rows
            self.findings = findings
        }
    }

    /// What `amcheck` found in the restored database.
    public struct Integrity: Sendable, Hashable, Codable {
        /// How many B-tree indexes were checked, with the rows that they must hold.
        public var indexes: Int
        /// How many tables were checked.
        public var tables: Int
        /// What is damaged, in full sentences.
        public var findings: [String]

        /// Describes a check.
        public init(indexes: Int, tables: Int, findings: [String] = []) {
            self.indexes = indexes
            self.tables = tables
            self.findings = findings
        }
    }

    /// The format's version.
    public var formatVersion = 1
    /// The backup.
    public var backup: BackupID
    /// How far it went, or was meant to go.
    public var level: VerificationLevel
    /// Whether the backup is good.
    public var passed: Bool
    /// When it was begun, in whole seconds.
    public var startedAt: Date {
        get { begun.date }
        set { begun = RecordTime(newValue) }
    }
    /// How long it took, in seconds.
    public var seconds: Double
    /// How many bytes were read from the store.
    public var storedBytes: Int64
    /// How many bytes the uncompressed archive has.
    public var archiveBytes: Int64
    /// What decoded or restored it, such as `pg_restore 15.18`.
    public var tool: String?
    /// The size of the restored database on disk in bytes.
    public var restoredBytes: Int64?
    /// The seconds from the first byte read until the restored database could be used: pg_restore and ANALYZE.
    public var restoreSeconds: Double?
    /// The restored tables beside the manifest.
    public var comparison: Comparison?
    /// What `amcheck` found; null where it did not run.
    public var integrity: Integrity?
    /// What the server of the drill lacks or does otherwise, in full sentences: none of it is the backup's fault.
    public var notes: [String]?
    /// Why it failed, or what should be known, in full sentences.
    public var message: String?
    private var begun: RecordTime

    /// Describes a verification.
    public init(
        backup: BackupID,
        level: VerificationLevel,
        passed: Bool,
        startedAt: Date,
        seconds: Double,
        storedBytes: Int64,
        archiveBytes: Int64
    ) {
        self.backup = backup
        self.level = level
        self.passed = passed
        begun = RecordTime(startedAt)
        self.seconds = seconds.isFinite ? max(0, seconds) : 0
        self.storedBytes = storedBytes
        self.archiveBytes = archiveBytes
    }

    /// Bytes of the uncompressed archive per second.
    public var archiveBytesPerSecond: Double { Double(archiveBytes) / max(seconds, 1e-9) }

    enum CodingKeys: String, CodingKey {
        case formatVersion, backup, level, passed, seconds, storedBytes, archiveBytes, tool, restoredBytes
        case restoreSeconds, comparison, integrity, notes, message
        case begun = "startedAt"
    }

    private enum RateKeys: String, CodingKey { case archiveBytesPerSecond, restoredBytesPerSecond }

    /// Writes the rates too, for whoever reads the record without this library; reading computes them anew.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(formatVersion, forKey: .formatVersion)
        try container.encode(backup, forKey: .backup)
        try container.encode(level, forKey: .level)
        try container.encode(passed, forKey: .passed)
        try container.encode(begun, forKey: .begun)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(storedBytes, forKey: .storedBytes)
        try container.encode(archiveBytes, forKey: .archiveBytes)
        try container.encodeIfPresent(tool, forKey: .tool)
        try container.encodeIfPresent(restoredBytes, forKey: .restoredBytes)
        try container.encodeIfPresent(restoreSeconds, forKey: .restoreSeconds)
        try container.encodeIfPresent(comparison, forKey: .comparison)
        try container.encodeIfPresent(integrity, forKey: .integrity)
        try container.encodeIfPresent(notes, forKey: .notes)
        try container.encodeIfPresent(message, forKey: .message)
        var rates = encoder.container(keyedBy: RateKeys.self)
        try rates.encode(archiveBytesPerSecond.rounded(), forKey: .archiveBytesPerSecond)
        if let restoredBytes, let restoreSeconds {
            let rate = Double(restoredBytes) / max(restoreSeconds, 1e-9)
            try rates.encode(rate.isFinite ? rate.rounded() : 0, forKey: .restoredBytesPerSecond)
        }
    }
}

/// A time as RFC 3339 text in UTC, in whole seconds.
struct RecordTime: Sendable, Hashable, Codable {
    let date: Date

    init(_ date: Date) {
        self.date = Date(timeIntervalSince1970: Double(UTCDateTime(date).secondsSince1970))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = UTCDateTime(iso8601: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "It is not an RFC 3339 time.")
        }
        self.init(time.date)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(UTCDateTime(date).rfc3339)
    }
}
