import GroundworkCore

/// The outcome of a drill.
public struct DrillReport: Sendable, Hashable {
    /// The record that was stored beside the backup: rows, integrity, notes, times.
    public var record: VerificationRecord
    /// Which client programs were used, and why.
    public var toolchain: ToolchainReport
    /// Whether the server was made for it.
    public var usedThrowAwayCluster: Bool
    /// The time that pg_restore took.
    public var restoreDuration: Duration
    /// The time that gathering statistics took.
    public var analyzeDuration: Duration
    /// The time of all together, the making of the server and the comparisons too.
    public var duration: Duration
    /// What a restore of the present database would take.
    public var projection: RestoreProjection

    /// Bytes of the restored database per second of restoring.
    public var restoredBytesPerSecond: Double {
        Double(record.restoredBytes ?? 0) / max(record.restoreSeconds ?? 0, 1e-9)
    }
}

/// What a restore of the present database would take, by the rate of a drill: its time grows with the database's size.
///
/// An estimate: the server of the drill is not the one that will be restored to, and large indexes take more than their
/// share.
public struct RestoreProjection: Sendable, Hashable {
    /// The time that was measured.
    public var measuredSeconds: Double
    /// The size of the database that was restored, in bytes.
    public var restoredBytes: Int64
    /// The size of the present database in bytes; nil where nobody knows.
    public var presentBytes: Int64?
    /// The time that the present database would take.
    public var projectedSeconds: Double
    /// How long it may take.
    public var target: Duration

    /// Computes it: a pure function.
    public init(measuredSeconds: Double, restoredBytes: Int64, presentBytes: Int64?, target: Duration) {
        self.measuredSeconds = measuredSeconds.isFinite ? max(0, measuredSeconds) : 0
        self.restoredBytes = restoredBytes
        self.presentBytes = presentBytes
        self.target = target
        let ratio = presentBytes.map { Double($0) / Double(max(1, restoredBytes)) } ?? 1
        projectedSeconds = self.measuredSeconds * max(0, ratio)
    }

    /// Whether the projected time is within the target.
    public var holds: Bool { projectedSeconds <= target.seconds }

    /// The outcome in words.
    public var sentence: String {
        let measured = "The restore took \(DurationText.of(measuredSeconds)) for \(ByteText.of(restoredBytes))."
        let size =
            presentBytes.map { " The database has \(ByteText.of($0)) now, which would take" }
            ?? " A database of that size takes"
        let verdict = holds ? "within" : "more than"
        return "\(measured)\(size) \(DurationText.of(projectedSeconds)), \(verdict) the target of "
            + "\(DurationText.of(target.seconds))."
    }
}
