/// What became of a run that nobody watches: everything that is to be said of it.
public struct RunOutcome: Sendable {
    /// How it ended.
    public var status: RunStatus
    /// The backup; nil when there is none.
    public var report: BackupReport?
    /// Why there is no backup.
    public var error: PGBackupError?
    /// The verification, if one was asked for and took place.
    public var verification: VerificationRecord?
    /// What a restore of the present database would take, by the drill; nil where none was made.
    public var projection: RestoreProjection?
    /// Why the backup is not verified.
    public var verificationError: PGBackupError?
    /// What retention has done; nil when it was not asked for or did not come to it.
    public var pruned: PruneReport?
    /// What was not delivered to whom.
    public var undelivered: [NotificationFailure] = []
    /// What is not ideal or was not done beside the backup, in full sentences.
    public var warnings: [String] = []

    /// That a restore would take longer than it may, in full sentences; nil where it would not, or nobody knows.
    var missedTarget: String? {
        guard let projection, !projection.holds else { return nil }
        return "A restore would take longer than it may. \(projection.sentence)"
    }

    /// What should be seen on the status page, in full sentences.
    var notices: [String] {
        var notices = undelivered.map(\.description) + warnings
        if let verificationError {
            notices.insert("The last backup is not verified: \(verificationError.message)", at: 0)
        }
        return notices
    }
}
