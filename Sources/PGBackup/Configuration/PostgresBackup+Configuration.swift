import FoundationEssentials
public import GroundworkCore
public import Logging

extension PostgresBackup {
    /// How backups are made.
    public struct Configuration: Sendable {
        /// The database.
        public var database: DatabaseURL
        /// The folder of the backups within the store; `/` may divide it further.
        public var prefix: String = "backup"
        /// The level of gzip, 1 to 9. Level 6 costs 2.3 times the time of level 1 and saves 7 % of the size.
        public var compressionLevel: Int = 1
        /// Which parts of the database; everything unless said otherwise.
        public var selection = DumpSelection()
        /// Further options of pg_dump, such as `--no-comments`.
        public var dumpOptions = DumpOptions()
        /// The most bytes of one data object; a longer archive goes on in a second one. Nil for what the store can keep: it
        /// is then cut before an upload to S3 would run out of parts.
        public var objectSizeLimit: Int64?
        /// How long pg_dump waits for a lock on a table before it gives up. While it waits, others may queue behind it.
        public var lockWaitTimeout: Duration = .seconds(60)
        /// How long a connection may take.
        public var connectTimeout: Duration = .seconds(15)
        /// How long a whole run, verification or restore may take; nil for no limit.
        public var timeout: Duration?
        /// Whether a run goes on where the database's address is that of a connection pooler (``DatabaseURL/poolerHint``), or
        /// one is found to give each statement another session of the server: then without the lock against a second run,
        /// and at the risk that the dump fails.
        public var allowsPooler = false
        /// A lock that jobs of your own take too, so that none of them runs during a backup; nil for none. It is taken by
        /// ``PostgresBackup/exclusively(_:)``, and so by ``PostgresBackup/runUnattended(_:progress:)``.
        public var sharedLock: SharedLockKey?
        /// How long a run waits for ``sharedLock``; without it in time there is no backup, and people are told.
        public var sharedLockWait: Duration = .seconds(600)
        /// Whether runs are also kept apart by a lease object in the store. It is written anew every 20 seconds, which a
        /// bucket with object lock would keep all of.
        public var usesLease = true
        /// Directories with PostgreSQL's client programs, looked at before those of the system.
        public var clientDirectories: [String] = []
        /// Whether client programs are also looked for in the usual places and in `PATH`.
        public var searchesSystemDirectories = true
        /// Where the password file is put, in a directory of its own that only this user can enter.
        public var temporaryDirectory: String
        /// The process's environment. Of it the client programs get only what they need, and no PG* variable.
        public var environment: [String: String]
        /// Where messages go.
        public var logger = Logger(label: "groundwork.pgbackup")
        /// The clock.
        public var time: any TimeSource = SystemTime()
        /// Where the random part of ids comes from.
        public var random: any RandomSource = SystemRandom()

        /// The default configuration for a database.
        public init(database: DatabaseURL) {
            self.database = database
            environment = ProcessInfo.processInfo.environment
            temporaryDirectory = Self.usableDirectory(environment["TMPDIR"])
        }

        /// Reads `BACKUP_DATABASE_URL` (required: the database), `BACKUP_FILE_PREFIX` (the folder, `backup` unless set),
        /// `BUCKET_SUBFOLDER` (a folder around it), `BACKUP_OPTIONS` (options of pg_dump, as ``DumpOptions`` takes them),
        /// `BACKUP_ALLOW_POOLER` (``allowsPooler``: `true` or `false`), `BACKUP_SHARED_LOCK` (``sharedLock``), and
        /// `SUPPORT_OBJECT_LOCK` (`true` for no ``usesLease``).
        /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/invalidConfiguration``.
        public init(environment: [String: String]) throws(PGBackupError) {
            guard let text = environment["BACKUP_DATABASE_URL"], !text.isEmpty else {
                throw PGBackupError(
                    .invalidConfiguration,
                    "BACKUP_DATABASE_URL is not set. Set it to \(DatabaseURL.expectedText)."
                )
            }
            do {
                self.init(database: try DatabaseURL(parsing: text))
            } catch {
                throw PGBackupError(
                    .invalidConfiguration,
                    "BACKUP_DATABASE_URL is not \(DatabaseURL.expectedText): \(error).",
                    underlyingError: error
                )
            }
            self.environment = environment
            temporaryDirectory = Self.usableDirectory(environment["TMPDIR"])
            if let prefix = environment["BACKUP_FILE_PREFIX"], !prefix.isEmpty { self.prefix = prefix }
            if let folder = environment["BUCKET_SUBFOLDER"], !folder.isEmpty {
                prefix = folder + (folder.hasSuffix("/") ? "" : "/") + prefix
            }
            if let text = environment["BACKUP_OPTIONS"], !text.isEmpty { try apply(options: text) }
            allowsPooler = try Self.isTrue("BACKUP_ALLOW_POOLER", environment)
            usesLease = try !Self.isTrue("SUPPORT_OBJECT_LOCK", environment)
            if let text = environment["BACKUP_SHARED_LOCK"], !text.isEmpty {
                do {
                    sharedLock = try SharedLockKey(parsing: text)
                } catch {
                    throw PGBackupError(
                        .invalidConfiguration,
                        "BACKUP_SHARED_LOCK is not \(SharedLockKey.expectedText): \(error).",
                        underlyingError: error
                    )
                }
            }
        }

        /// Why there is no lease, where ``usesLease`` says so.
        static let whyNoLease =
            "SUPPORT_OBJECT_LOCK is set (usesLease is false), and a bucket with object lock would keep each of its renewals."

        private static func isTrue(_ name: String, _ environment: [String: String]) throws(PGBackupError) -> Bool {
            switch (environment[name] ?? "").lowercasedASCII().trimmingASCIIWhitespace() {
            case "true", "t", "1", "yes", "y", "on": return true
            case "", "false", "f", "0", "no", "n", "off": return false
            default: throw PGBackupError(.invalidConfiguration, "\(name) is neither true nor false.")
            }
        }

        private mutating func apply(options text: String) throws(PGBackupError) {
            do {
                dumpOptions = try DumpOptions(parsing: text)
            } catch {
                throw PGBackupError(
                    .invalidConfiguration,
                    "BACKUP_OPTIONS is not \(DumpOptions.expectedText): \(error).",
                    underlyingError: error
                )
            }
            selection = dumpOptions.selection
            if let timeout = dumpOptions.lockWaitTimeout { lockWaitTimeout = timeout }
        }

        private static func usableDirectory(_ path: String?) -> String {
            guard let path, path.hasPrefix("/") else { return "/tmp" }
            return path
        }

        /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/invalidConfiguration``.
        func check() throws(PGBackupError) {
            func refuse(_ message: String) -> PGBackupError { PGBackupError(.invalidConfiguration, message) }
            guard (1...9).contains(compressionLevel) else {
                throw refuse("The compression level \(compressionLevel) is not one of 1 to 9.")
            }
            guard prefix.utf8.count <= 512, prefix.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw refuse("The prefix of the backups is longer than 512 bytes or has control characters.")
            }
            if let objectSizeLimit, objectSizeLimit < 1 { throw refuse("objectSizeLimit must be at least 1 byte.") }
            guard lockWaitTimeout >= .milliseconds(1) else { throw refuse("lockWaitTimeout must be at least 1 ms.") }
        }
    }
}
