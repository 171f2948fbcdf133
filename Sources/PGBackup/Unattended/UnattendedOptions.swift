import GroundworkCore

/// What a run that nobody watches does beside the backup itself.
public struct UnattendedOptions: Sendable {
    /// How far each backup is verified, with a record of it: at ``VerificationLevel/stored`` all of it is read back and
    /// hashed once more, at ``VerificationLevel/restored`` it is drilled.
    public var verification = VerificationLevel.decoded
    /// Whether a drill that cannot be made, for want of room, of programs, or of an extension, leaves the backup verified
    /// as ``VerificationLevel/decoded`` with a warning, ``RunStatus/incomplete``; else it is ``RunStatus/unverified``. A
    /// backup that is at fault itself never passes.
    public var settlesForDecoded = false
    /// How the drill is made.
    public var drill = DrillOptions()
    /// Which old backups are deleted after a success; nil for none.
    public var retention: RetentionPolicy?
    /// ``PruneOptions/orphanAge`` of that pruning: longer than any run takes.
    public var orphanAge = PruneOptions().orphanAge
    /// Whether runs of the same folder are kept apart.
    public var isExclusive = true
    /// Who is told.
    public var notifications = BackupNotifications([])
    /// The schedule that health is judged by; nil for none, and then no status page is written.
    public var schedule: CronSchedule?
    /// What health is measured by.
    public var health = BackupHealth.Options()
    /// Whether the status page is stored beside the backups.
    public var writesStatusPage = true
    /// The whole run, verification and all, is stopped after this; nil for no limit. What follows has two and a half minutes
    /// more: 30 seconds for the history, the time limit of each of three events for the notifiers, 30 seconds for the status
    /// page.
    public var deadline: Duration?
    /// The database's name in notifications.
    public var databaseName: String?

    /// Decodes every backup, deletes none, tells nobody.
    public init() {}
}
