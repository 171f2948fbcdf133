/// How old backups are removed.
public struct PruneOptions: Sendable, Hashable {
    /// Which backups are kept.
    public var policy = RetentionPolicy()
    /// Whether it is only told what would be done.
    public var isDryRun = true
    /// Data without a manifest is removed when it is older than this, and unfinished uploads are aborted. A run must not
    /// take longer: its data is stored before its manifest.
    public var orphanAge: Duration = .seconds(2 * 86_400)

    /// Thirty days, and a dry run.
    public init() {}
}

/// What was removed, or in a dry run would be.
public struct PruneReport: Sendable {
    /// An object that could not be removed.
    public struct Failure: Sendable {
        /// Its key.
        public var key: String
        /// The reason.
        public var error: PGBackupError
    }

    /// What was decided on each backup, and why.
    public var plan: RetentionPlan
    /// Whether nothing was changed.
    public var isDryRun: Bool
    /// The backups whose manifests are gone, the newest first.
    public var deletedBackups: [BackupID] = []
    /// Keys that were removed: of data objects, records and pins that no backup owns any more, and of what a killed doctor
    /// left.
    public var sweptObjects: [String] = []
    /// Keys of unfinished uploads that were aborted.
    public var abortedUploads: [String] = []
    /// The stored bytes of all that was removed, as far as they are known.
    public var freedBytes: Int64 = 0
    /// What could not be removed. The rest was.
    public var failures: [Failure] = []
    /// What is not ideal, in full sentences.
    public var warnings: [String] = []

    mutating func free(_ bytes: Int64) {
        let (sum, overflow) = freedBytes.addingReportingOverflow(max(0, bytes))
        freedBytes = overflow ? .max : sum
    }
}
