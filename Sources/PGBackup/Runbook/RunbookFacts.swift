/// What a runbook is written from: all of it can be seen by whoever reads the page, so nothing of it is secret.
public struct RunbookFacts: Sendable {
    /// Where the objects lie, for commands that do without our program. The set is open.
    public struct Place: Sendable, Hashable {
        enum Base: Sendable, Hashable {
            case directory(String)
            case bucket(String, endpoint: String?)
            case other(String)
        }
        let base: Base

        /// A directory of this machine.
        public static func directory(_ path: String) -> Place { Place(base: .directory(path)) }
        /// A bucket; without an endpoint it is AWS's.
        public static func bucket(_ name: String, endpoint: String?) -> Place {
            Place(base: .bucket(name, endpoint: endpoint))
        }
        /// Anything else, in words.
        public static func other(_ text: String) -> Place { Place(base: .other(text)) }
    }

    /// The database, as `DatabaseURL` describes itself: without password.
    public var database: String
    /// Where the objects lie.
    public var place: Place
    /// The newest backup; nil when there is none yet.
    public var newest: BackupManifest?
    /// How many backups there are.
    public var backupCount = 0
    /// The last drill; nil when there was none.
    public var drill: VerificationRecord?
    /// When backups are made.
    public var schedule: CronSchedule?
    /// How long a restore may take.
    public var restoreTarget: Duration?
    /// What is kept, in a sentence.
    public var retention: String?
    /// Who is notified, by the notifiers' names.
    public var notified: [String] = []
    /// The folder of the backups.
    public var prefix: String
    /// What `--database` must say, where the backup service has several databases.
    public var databaseOption: String?

    /// Describes a database and the place of its backups.
    public init(database: DatabaseURL, place: Place, prefix: String) {
        self.database = "\(database)"
        self.place = place
        self.prefix = prefix
    }
}

extension PostgresBackup {
    /// Gathers what a runbook needs from the store.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func runbookFacts(place: RunbookFacts.Place) async throws -> RunbookFacts {
        var facts = RunbookFacts(database: configuration.database, place: place, prefix: keys.prefix)
        let own = try await list().backups.filter { isOwn($0) }
        facts.newest = own.first
        facts.backupCount = own.count
        let ids = Set(own.map(\.id))
        for summary in try await verifications().reversed()
            .filter({ $0.level == .restored && ids.contains($0.backup) }).prefix(5)
        where facts.drill == nil {
            facts.drill = try? await verificationRecord(summary)
            try Task.checkCancellation()
        }
        return facts
    }
}
