public import FoundationEssentials
import GroundworkCore

/// The description of one backup, stored beside its data as JSON. It is written last and never changed: without it the
/// data is not a backup.
public struct BackupManifest: Sendable, Hashable, Codable {
    /// The format that this version writes.
    public static let currentFormat = 1

    /// The format's version; a new one is needed only for what older readers would get wrong.
    public var formatVersion: Int = Self.currentFormat
    /// The lowest format version a reader must know to read this one.
    public var minimumReader: Int = 1
    /// The backup's id.
    public var id: BackupID
    /// When the dump was begun.
    public var startedAt: Date
    /// When the data was stored and checked.
    public var finishedAt: Date
    /// What was backed up.
    public var source: Source
    /// What it was dumped with.
    public var tool: Tool
    /// The data objects, in order; together they are the compressed archive.
    public var objects: [DataObject]
    /// How the archive is compressed.
    public var compression: Compression
    /// The archive before compression.
    public var archive: Archive
    /// How the data is encrypted; null: not at all.
    public var encryption: JSONValue? = nil
    /// The tables' places in the archive, where it was read as it went by.
    public var tables: [Table]? = nil
    /// What the database needs around it; null in manifests of versions that did not ask.
    public var server: Server? = nil
    /// The roles of the server; null in manifests of versions that did not ask.
    public var globals: Globals? = nil
    /// What is not in the backup, in full sentences.
    public var omissions: [String] = []
    /// What a reader should know, in full sentences.
    public var warnings: [String] = []
    /// The bytes that the manifest was read from, with what this version does not know. They are taken apart only when it
    /// is written again: that costs more than reading the rest.
    var originalBytes: [UInt8]? {
        get { remembered.bytes }
        set { remembered.bytes = newValue }
    }
    private var remembered = Remembered()

    /// What is kept for writing and makes no difference between two manifests.
    private struct Remembered: Sendable, Hashable {
        var bytes: [UInt8]?

        static func == (lhs: Self, rhs: Self) -> Bool { true }
        func hash(into hasher: inout Hasher) {}
    }

    /// A database and its server.
    public struct Source: Sendable, Hashable, Codable {
        /// The cluster's number (`pg_control_system()`), the same for a primary and its standbys; null where the user
        /// may not ask for it.
        public var systemIdentifier: String?
        /// The database's name.
        public var database: String
        /// Its encoding, such as `UTF8`.
        public var encoding: String
        /// `LC_COLLATE`.
        public var collation: String
        /// `LC_CTYPE`.
        public var characterType: String
        /// `libc`, `icu` or `builtin`.
        public var localeProvider: String
        /// The locale of the providers icu and builtin.
        public var locale: String?
        /// The server's version, as `server_version` says it.
        public var version: String
        /// The server's version as `server_version_num`.
        public var versionNumber: Int
        /// The size on the server's disk in bytes, indexes included, when the dump was begun.
        public var databaseSize: Int64?
        /// Whether it was a standby.
        public var isStandby: Bool
        /// The name that the URL gave the database where the server has another for it, as behind a pooler; null where they
        /// are the same, and in manifests of versions that did not keep it.
        public var alias: String? = nil

        /// Whether the server, or the URL that it was dumped with, calls the database so.
        func isCalled(_ name: String) -> Bool { database == name || alias == name }
    }

    /// The program that made the archive.
    public struct Tool: Sendable, Hashable, Codable {
        /// `pg_dump`.
        public var name: String
        /// Its version as a number, as `server_version_num`.
        public var versionNumber: Int
        /// Why this one: ``ToolchainReport/Reason``.
        public var reason: String
        /// Its options, without anything of the connection.
        public var arguments: [String]
    }

    /// An object in the store.
    public struct DataObject: Sendable, Hashable, Codable {
        /// Its key.
        public var key: String
        /// What it is: `archive`, or `globals`.
        public var role: String
        /// Its length in bytes.
        public var length: Int64
        /// The SHA-256 of its bytes, hexadecimal.
        public var sha256: String
        /// The length of the parts that it was uploaded in; null when it went as a whole.
        public var partLength: Int64?
    }

    /// A compression.
    public struct Compression: Sendable, Hashable, Codable {
        /// `gzip`.
        public var name: String
        /// `members`: members follow each other, as RFC 1952, section 2.2, allows.
        public var framing: String
        /// The level, 1 to 9.
        public var level: Int
    }

    /// The uncompressed archive.
    public struct Archive: Sendable, Hashable, Codable {
        /// `pg_dump-custom`.
        public var format: String
        /// Its length in bytes.
        public var length: Int64
        /// The SHA-256 of its bytes, hexadecimal.
        public var sha256: String
    }

    /// The data of one table in the archive.
    public struct Table: Sendable, Hashable, Codable {
        /// The number of its entry in the archive, as `pg_restore --use-list` takes it.
        public var entryID: Int
        /// `TABLE DATA`, or `BLOBS` for large objects.
        public var kind: String
        /// Its schema.
        public var schema: String?
        /// Its name.
        public var name: String
        /// How many rows.
        public var rows: Int64?
        /// The SHA-256 of what `COPY … TO STDOUT` gives, hexadecimal.
        public var sha256: String?
        /// Where its bytes stand in the uncompressed archive: first byte and the byte behind the last.
        public var archiveRange: [Int64]
        /// Where they stand in the data objects, one behind the other, in whole gzip members.
        public var objectRange: [Int64]?
    }

    enum CodingKeys: String, CodingKey {
        case formatVersion, minimumReader, id, startedAt, finishedAt, source, tool, objects, compression, archive
        case encryption, tables, server, globals, omissions, warnings
    }

    init(
        id: BackupID,
        startedAt: Date,
        finishedAt: Date,
        source: Source,
        tool: Tool,
        objects: [DataObject],
        compression: Compression,
        archive: Archive
    ) {
        self.id = id
        self.startedAt = UTCDateTime.inMilliseconds(startedAt).date
        self.finishedAt = UTCDateTime.inMilliseconds(finishedAt).date
        self.source = source
        self.tool = tool
        self.objects = objects
        self.compression = compression
        self.archive = archive
    }

    /// The stored length in bytes, held to `Int64.max`.
    public var storedLength: Int64 { checkedStoredLength ?? .max }

    /// The stored length; nil when it is more than a number can hold.
    var checkedStoredLength: Int64? {
        var sum: Int64 = 0
        for object in objects {
            let (next, overflow) = sum.addingReportingOverflow(object.length)
            if overflow { return nil }
            sum = next
        }
        return sum
    }
}
