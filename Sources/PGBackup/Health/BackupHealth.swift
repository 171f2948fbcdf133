public import FoundationEssentials

/// Whether backups are as they should be, by evidence: the age of the last verified backup beside the schedule. Whether a
/// process is up says nothing.
///
/// A value, computed from what the store holds. ``healthText``, ``prometheusText``, ``json``, ``statusPage`` and ``statusFile``
/// render it.
public struct BackupHealth: Sendable, Hashable {
    /// What health is measured by.
    public struct Options: Sendable, Hashable {
        /// How far a verification must have gone for a backup to count. With ``VerificationLevel/stored`` every stored
        /// backup counts, since none is stored unchecked.
        public var requiredLevel = VerificationLevel.stored
        /// How long after its due time a backup may still be missing: the longest run, and the wait before it.
        public var grace: Duration = .seconds(3600)
        /// How long a restore may take.
        public var restoreTarget: Duration = .seconds(3600)
        /// When this process began to follow the schedule. Before the first run that is due after it, having no backup is
        /// no fault. Nil where a platform starts one process for each run.
        public var processStart: Date?
        /// The run that is at work, where it is known of. What was healthy when it began stays so until its deadline: a run
        /// may be longer than the grace.
        public var running: Running?
        /// What else people should see, in full sentences without secrets: notifications that were not delivered.
        public var notices: [String] = []

        /// A grace of one hour and a target of one hour.
        public init() {}
    }

    /// A run that is at work.
    public struct Running: Sendable, Hashable {
        /// When it was begun.
        public var startedAt: Date
        /// When it is stopped at the latest; nil where it is not known.
        public var deadline: Date?

        /// Describes a run.
        public init(startedAt: Date, deadline: Date?) {
            self.startedAt = startedAt
            self.deadline = deadline
        }
    }

    /// The last time that a backup was restored to prove it.
    public struct Drill: Sendable, Hashable {
        /// The backup.
        public var backup: BackupID
        /// When.
        public var date: Date
        /// Whether it succeeded.
        public var passed: Bool
        /// The seconds that the restore took.
        public var restoreSeconds: Double
        /// The seconds that a restore of the present database would take at the same rate.
        public var projectedSeconds: Double
    }

    /// Whether everything is as it should be.
    public var isHealthy: Bool
    /// Why, in full sentences.
    public var sentence: String
    /// Until when it stays healthy if no further backup comes: the next due time and the grace, or the deadline of the run
    /// that is at work. Nil when it is not healthy, or nothing is due any more.
    public var goodUntil: Date?
    /// When this was computed.
    public var date: Date
    /// The database's name, as the newest manifest has it.
    public var database: String?
    /// The schedule.
    public var schedule: CronSchedule
    /// The next time that a run is due.
    public var nextRun: Date?
    /// The newest run, failed or not.
    public var lastRun: RunRecord?
    /// The newest backup that can be read.
    public var lastBackup: BackupManifest?
    /// The newest backup that is verified as far as is required.
    public var lastVerified: BackupManifest?
    /// The last drill.
    public var drill: Drill?
    /// How many backups are there.
    public var backupCount: Int
    /// Their stored bytes.
    public var storedBytes: Int64
    /// The last 90 days of the schedule's time zone, oldest first.
    public var days: [Day]
    /// The newest runs, newest first, at most 20.
    public var recentRuns: [Run]
    /// The newest due times that brought no backup, newest first, at most 20.
    public var gaps: [Date]
    /// What was measured by.
    public var options: Options

    /// A run with what is known of its backup.
    public struct Run: Sendable, Hashable {
        /// The run.
        public var record: RunRecord
        /// How far the backup was verified; nil for a failed run.
        public var level: VerificationLevel?
        /// Whether its last verification failed.
        public var isDamaged: Bool
        /// Whether its backup was pruned since.
        public var isPruned: Bool
    }

    /// One day.
    public struct Day: Sendable, Hashable {
        /// As `2026-11-26`.
        public var text: String
        /// How many backups were stored.
        public var backups = 0
        /// How many runs failed.
        public var failures = 0
        /// How many due times brought no backup.
        public var gaps = 0
        /// The stored bytes of the day's last backup.
        public var storedBytes: Int64?
        /// How long the day's last backup took, in seconds.
        public var seconds: Double?
        /// How far the day's last backup was verified.
        public var level: VerificationLevel?
        /// Whether a backup's last verification failed.
        public var isDamaged = false
    }
}
