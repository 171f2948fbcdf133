public import FoundationEssentials
import GroundworkCore

/// What retention needs to know of a backup.
public struct RetentionCandidate: Sendable, Hashable {
    /// The backup.
    public var id: BackupID
    /// When it was begun, by its manifest.
    public var date: Date
    /// Which database of which server it is of. Rules count for each by itself.
    public var source: String
    /// The URL's name for the database where the server has another for it.
    var alias: String?
    /// Its stored length in bytes.
    public var storedLength: Int64
    /// Whether it is pinned.
    public var isPinned = false
    /// Its verifications.
    public var verifications: [VerificationSummary] = []

    /// Describes a backup.
    public init(id: BackupID, date: Date, source: String, storedLength: Int64) {
        self.id = id
        self.date = date
        self.source = source
        self.storedLength = storedLength
    }

    /// Takes it from a manifest.
    public init(_ manifest: BackupManifest) {
        self.init(
            id: manifest.id,
            date: manifest.startedAt,
            source: "\(manifest.source.database) on \(manifest.source.systemIdentifier ?? Self.unknownServer)",
            storedLength: manifest.storedLength
        )
        alias = manifest.source.alias
    }

    /// The failed verification that no later one of the same level or above has made good.
    var standingFailure: VerificationSummary? {
        verifications.filter { failure in
            !failure.passed
                && !verifications.contains {
                    $0.passed && $0.startedAt > failure.startedAt && $0.level >= failure.level
                }
        }.max { $0.startedAt < $1.startedAt }
    }

    /// Whether it is good as far as a level proves, and no later verification failed.
    func isVerified(_ level: VerificationLevel) -> Bool {
        standingFailure == nil && verifications.contains { $0.passed && $0.level >= level }
    }
}
