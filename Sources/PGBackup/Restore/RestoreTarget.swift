import GroundworkCore

/// Where a backup is restored to.
public struct RestoreTarget: Sendable, Hashable {
    enum Base: Sendable, Hashable {
        case new(name: String, server: DatabaseURL?)
        case existing(DatabaseURL, RestoreConfirmation)
    }
    let base: Base

    /// A database that is created for it, with the source's encoding and locale, and dropped again if the restore fails.
    /// - Parameters:
    ///   - name: its name; none of that name may exist.
    ///   - server: any database of the server, with a user who may create databases; nil for the configured one. Where
    ///     that database is gone, `postgres` is used to connect.
    public static func newDatabase(_ name: String, on server: DatabaseURL? = nil) -> RestoreTarget {
        RestoreTarget(base: .new(name: name, server: server))
    }

    /// A database that is there already. What it holds may be lost.
    /// - Parameters:
    ///   - url: the database.
    ///   - confirmation: its name once more, as the server says it.
    public static func existingDatabase(_ url: DatabaseURL, confirmation: RestoreConfirmation) -> RestoreTarget {
        RestoreTarget(base: .existing(url, confirmation))
    }
}

/// The statement that a certain existing database may be written over.
public struct RestoreConfirmation: Sendable, Hashable {
    let databaseName: String

    /// Confirms a restore into the database of this very name.
    public static func overwrite(databaseNamed name: String) -> RestoreConfirmation {
        RestoreConfirmation(databaseName: name)
    }
}

/// How a backup is restored.
public struct RestoreOptions: Sendable, Hashable {
    /// Whether objects get the owners they had. Their roles must exist on the server.
    public var restoresOwners = true
    /// Whether rights are granted as they were. Their roles must exist on the server.
    public var restoresPrivileges = true
    /// For an existing database: drop each object of the backup before it is created. Else the database must be empty.
    public var dropsExistingObjects = false
    /// For an existing database: all or nothing.
    public var singleTransaction = true
    /// For a new database: whether the backup is read and verified once as a whole before the database is created.
    /// Without it a damaged backup is noticed while it is restored, and the database is dropped again. Before an
    /// existing database is touched, the backup is always verified. A backup that is verified first is read twice: the
    /// store's traffic and the time double, for nothing is kept on the local disk.
    public var verifiesFirst = false
    /// Whether statistics are gathered afterwards; without them the first queries are slow.
    public var analyzes = true
    /// How long gathering statistics may take, before it is given up with a warning; nil for no limit of its own.
    public var analyzeTimeout: Duration? = .seconds(3600)
    /// For a new database: whether its rows are counted, table by table, and compared with those of the dump. What differs is
    /// told in ``RestoreReport/comparison`` and among the warnings.
    public var comparesRows = true
    /// For a new database: create the roles that the server lacks, as the backup's script of roles describes them, without
    /// passwords.
    public var createsRoles = false
    /// For a new database: take the locale of the server, where that of the source does not exist.
    public var usesServerLocale = false
    /// Whether the restore is tried even though the preflight found what makes it fail; it is then among the warnings.
    public var triesDespiteProblems = false
    /// Whether the server was looked at already.
    var skipsPreflight = false
    /// Whether a new database is dropped after a failure: in a throw-away cluster it goes with that.
    var dropsAfterFailure = true
    /// For a new database, instead of any other locale.
    var replacementLocale: String?
    /// A file with the entries of the archive that are restored.
    var listFile: String?

    /// The defaults.
    public init() {}

    var arguments: [String] {
        (restoresOwners ? [] : ["--no-owner"]) + (restoresPrivileges ? [] : ["--no-privileges"])
            + (listFile.map { ["--use-list=\($0)"] } ?? [])
    }
}

/// What became of a restore.
public struct RestoreReport: Sendable, Hashable {
    /// The backup.
    public var id: BackupID
    /// The database that now holds it.
    public var database: DatabaseURL
    /// Whether it was created for this.
    public var isNew: Bool
    /// Which client programs were used, and why.
    public var toolchain: ToolchainReport
    /// How many bytes the archive has.
    public var archiveBytes: Int64
    /// The time from the first byte read to the end of pg_restore.
    public var restoreDuration: Duration
    /// The time that gathering statistics took.
    public var analyzeDuration: Duration
    /// The time of all together.
    public var duration: Duration
    /// The restored tables beside the manifest; nil where they were not compared.
    public var comparison: VerificationRecord.Comparison?
    /// Whether every table that could be compared has the rows that were dumped; nil where they were not compared.
    public var rowsAgree: Bool?
    /// What is not ideal, in full sentences.
    public var warnings: [String]

    /// Bytes of the uncompressed archive per second of restoring: what the next restore's time can be told from.
    public var archiveBytesPerSecond: Double { Double(archiveBytes) / max(restoreDuration.seconds, 1e-9) }
}
