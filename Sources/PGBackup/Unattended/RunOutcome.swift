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
    /// Why the backup is not verified.
    public var verificationError: PGBackupError?
    /// What retention has done; nil when it was not asked for or did not come to it.
    public var pruned: PruneReport?
    /// What was not delivered to whom.
    public var undelivered: [NotificationFailure] = []
    /// What is not ideal or was not done beside the backup, in full sentences.
    public var warnings: [String] = []

    /// What should be seen on the status page, in full sentences.
    var notices: [String] {
        var notices = undelivered.map(\.description) + warnings
        if let verificationError {
            notices.insert("The last backup is not verified: \(verificationError.message)", at: 0)
        }
        return notices
    }
}
