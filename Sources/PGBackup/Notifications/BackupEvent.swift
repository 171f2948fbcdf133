public import FoundationEssentials
import GroundworkCore

/// Something that people or programs are told of.
public struct BackupEvent: Sendable, Hashable {
    /// The kind of event. The set is open: a `switch` needs a `default`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name, such as `failed`.
        public let rawValue: String

        /// Any kind, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// A run failed.
        public static let failed = Kind("failed")
        /// A run succeeded after failures.
        public static let recovered = Kind("recovered")
        /// The first run of all succeeded.
        public static let firstSuccess = Kind("firstSuccess")
        /// A run succeeded; it comes with every success, for services that expect to hear regularly.
        public static let succeeded = Kind("succeeded")
        /// Runs that were due did not take place.
        public static let missed = Kind("missed")
        /// A drill passed, and by its rate a restore would take longer than it may.
        public static let targetMissed = Kind("targetMissed")
        /// A run found another one at work in its folder, and its database has no fresh backup.
        public static let busy = Kind("busy")
        /// Somebody tries whether notifications arrive.
        public static let test = Kind("test")

        /// The kind's name.
        public var description: String { rawValue }
    }

    /// The kind of event.
    public var kind: Kind
    /// When it happened.
    public var date: Date
    /// The database, without any secret.
    public var database: String
    /// What happened, in full sentences.
    public var message: String
    /// The run that it is about, if any.
    public var run: RunRecord?
    /// How many runs have failed in a row; after a recovery, how many had.
    public var failures = 0

    /// Describes an event.
    public init(_ kind: Kind, date: Date, database: String, message: String, run: RunRecord? = nil) {
        self.kind = kind
        self.date = date
        self.database = database
        self.message = message
        self.run = run
    }
}

extension RunHistory {
    /// What is to be told of a run: a pure function of the runs before it.
    /// - Parameters:
    ///   - run: the run that has ended and is **not** in this history yet.
    ///   - database: the database, without any secret.
    ///   - hadBackups: whether there were backups before it, which a lost history does not tell.
    ///   - now: the time of the event.
    public func events(after run: RunRecord, database: String, hadBackups: Bool, now: Date) -> [BackupEvent] {
        let failures = failuresSinceSuccess.count
        func event(_ kind: BackupEvent.Kind, _ failures: Int, _ message: String) -> BackupEvent {
            var event = BackupEvent(kind, date: now, database: database, message: message, run: run)
            event.failures = failures
            return event
        }
        guard run.isGood else {
            let since = failuresSinceSuccess.first.map { UTCDateTime($0.startedAt).rfc3339 }
            let more = since.map { " It is failure number \(failures + 1) since \($0)." } ?? ""
            let what = run.succeeded ? "was stored, but it is not verified" : "failed"
            return [
                event(
                    .failed,
                    failures + 1,
                    "The backup of \(database) \(what) (\(run.shortCode)). \(run.message ?? "")\(more)"
                )
            ]
        }
        let done =
            "The backup of \(database) was stored: \(ByteText.of(run.storedBytes ?? 0)) in "
            + "\(DurationText.of(run.seconds))."
        var events: [BackupEvent] = []
        if failures > 0 {
            let times = failures == 1 ? "1 failure" : "\(failures) failures"
            events.append(event(.recovered, failures, "Backups work again after \(times). \(done)"))
        } else if !hadBackups, !runs.contains(where: \.isGood) {
            events.append(event(.firstSuccess, 0, "The first backup is there. \(done)"))
        }
        return events + [event(.succeeded, 0, done)]
    }
}
