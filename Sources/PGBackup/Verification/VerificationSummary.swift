public import FoundationEssentials
import GroundworkCore

/// What the key of a verification record tells, so that a listing answers without reading the records.
public struct VerificationSummary: Sendable, Hashable {
    /// The backup.
    public var backup: BackupID
    /// How far it went.
    public var level: VerificationLevel
    /// Whether the backup was good.
    public var passed: Bool
    /// When it was begun, in whole seconds.
    public var startedAt: Date

    /// Describes a verification.
    public init(backup: BackupID, level: VerificationLevel, passed: Bool, startedAt: Date) {
        self.backup = backup
        self.level = level
        self.passed = passed
        self.startedAt = RecordTime(startedAt).date
    }

    /// The end of the record's key: `20261122T030000Z-restored-passed.json`.
    var name: String {
        "\(UTCDateTime(startedAt).basicISO8601)-\(level.rawValue)-\(passed ? "passed" : "failed").json"
    }
}

extension VerificationRecord {
    /// What its key tells.
    public var summary: VerificationSummary {
        VerificationSummary(backup: backup, level: level, passed: passed, startedAt: startedAt)
    }
}

extension BackupKeys {
    func verification(_ summary: VerificationSummary) -> String {
        verifications(summary.backup) + summary.name
    }

    /// What the key of a record tells; nil for anything else, and for levels that this version does not know.
    func summary(ofVerification key: String) -> VerificationSummary? {
        guard key.hasPrefix(verifications) else { return nil }
        let parts = key.dropFirst(verifications.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = BackupID(String(parts[0])), parts[1].hasSuffix(".json") else { return nil }
        let words = parts[1].dropLast(5).split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 3, let time = UTCDateTime(iso8601: words[0]),
            let level = VerificationLevel(rawValue: String(words[1])), words[2] == "passed" || words[2] == "failed"
        else { return nil }
        return VerificationSummary(backup: id, level: level, passed: words[2] == "passed", startedAt: time.date)
    }
}
