/// Why a backup, a check or a restore failed.
public struct PGBackupError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. The set is open: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as `toolMissing`.
        public let rawValue: String

        /// Any code, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// An option, a URL or an environment variable is missing or wrong.
        public static let invalidConfiguration = Code("invalidConfiguration")
        /// No PostgreSQL client program that fits was found.
        public static let toolMissing = Code("toolMissing")
        /// A client program is older than the server, or its version cannot be read.
        public static let toolUnsuitable = Code("toolUnsuitable")
        /// The server cannot be reached.
        public static let connectionFailed = Code("connectionFailed")
        /// The server went away in the middle.
        public static let connectionLost = Code("connectionLost")
        /// TLS failed: the server does not offer it, or its certificate is not trusted.
        public static let tlsFailed = Code("tlsFailed")
        /// User name or password are wrong, or the server does not let them in from here.
        public static let authenticationFailed = Code("authenticationFailed")
        /// The user may not do it.
        public static let permissionDenied = Code("permissionDenied")
        /// There is no such database.
        public static let databaseNotFound = Code("databaseNotFound")
        /// A database of that name exists already.
        public static let databaseExists = Code("databaseExists")
        /// The database to be restored into holds tables already.
        public static let databaseNotEmpty = Code("databaseNotEmpty")
        /// The restore into an existing database was not confirmed with its name.
        public static let notConfirmed = Code("notConfirmed")
        /// The backup names a role that the server does not have.
        public static let roleMissing = Code("roleMissing")
        /// A lock on a table was not to be had in time.
        public static let lockTimeout = Code("lockTimeout")
        /// A standby cancelled the dump because it conflicted with recovery.
        public static let standbyConflict = Code("standbyConflict")
        /// A client program failed.
        public static let toolFailed = Code("toolFailed")
        /// A client program was killed by a signal that did not come from us.
        public static let toolKilled = Code("toolKilled")
        /// pg_dump reported success and wrote nothing, or less than a whole archive.
        public static let incompleteDump = Code("incompleteDump")
        /// The store failed; the underlying error says how.
        public static let storeFailed = Code("storeFailed")
        /// The store did not keep what was sent.
        public static let storedDataDiffers = Code("storedDataDiffers")
        /// There is no backup with this id, or none at all.
        public static let backupNotFound = Code("backupNotFound")
        /// A manifest cannot be read.
        public static let invalidManifest = Code("invalidManifest")
        /// A manifest is of a format that this version cannot read.
        public static let unsupportedManifest = Code("unsupportedManifest")
        /// A data object of a backup is gone.
        public static let dataMissing = Code("dataMissing")
        /// A data object is shorter or longer than its manifest says.
        public static let dataTruncated = Code("dataTruncated")
        /// A data object is not what was stored: a checksum differs or it cannot be decoded.
        public static let dataCorrupted = Code("dataCorrupted")
        /// Another run of the same folder is at work.
        public static let busy = Code("busy")
        /// What kept a second run away was lost on the way.
        public static let lockLost = Code("lockLost")
        /// A restored database has other rows than the backup.
        public static let restoredDataDiffers = Code("restoredDataDiffers")
        /// The server lacks an extension that the backup needs.
        public static let extensionMissing = Code("extensionMissing")
        /// The server does not know the locale of the backup's database, or of a collation in it.
        public static let localeMissing = Code("localeMissing")
        /// The server is a standby, which takes no writes.
        public static let readOnlyServer = Code("readOnlyServer")
        /// Somebody is connected to a database that must be alone for what was asked.
        public static let databaseInUse = Code("databaseInUse")
        /// There is not enough room on a disk.
        public static let noSpace = Code("noSpace")
        /// A time limit passed.
        public static let timedOut = Code("timedOut")
        /// Somebody ended the run.
        public static let interrupted = Code("interrupted")
        /// The operating system refused something.
        public static let systemFailure = Code("systemFailure")

        /// The code's name.
        public var description: String { rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// Full sentences that name the thing and the remedy. They hold no secret.
    public var message: String
    /// The last lines that a client program wrote to its standard error, without secrets.
    public var toolOutput: String?
    /// Whether the same call may succeed later without anything being mended.
    public var isRetryable: Bool
    /// The error below, if any.
    public var underlyingError: (any Error)?
    /// What could not be removed after the failure and is still there, with the remedy; nil for nothing. It is part of the
    /// ``message``.
    public private(set) var leftBehind: String?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        toolOutput: String? = nil,
        isRetryable: Bool? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.toolOutput = toolOutput.flatMap { $0.isEmpty ? nil : $0 }
        let retryable: [Code] = [.connectionFailed, .connectionLost, .lockTimeout, .standbyConflict, .timedOut]
        self.isRetryable = isRetryable ?? retryable.contains(code)
        self.underlyingError = underlyingError
    }

    /// The same error, with what it leaves.
    func leaving(_ what: String) -> PGBackupError {
        var error = self
        error.message += " \(what)"
        error.leftBehind = [leftBehind, what].compactMap(\.self).joined(separator: " ")
        return error
    }

    /// The code, the message, and what the program said.
    public var description: String {
        var text = "\(code): \(message)"
        if let toolOutput { text += " It said: \(toolOutput)" }
        return text
    }
}
