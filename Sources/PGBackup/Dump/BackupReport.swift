import GroundworkCore
import GroundworkStorage

/// What became of a backup run.
public struct BackupReport: Sendable {
    /// How the stored data was proved to be what was sent. The set is open: a `switch` needs a `default`.
    public struct Check: Sendable, Hashable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The store's answer held a hash of the content, and it was ours.
        public static let contentHash = Check("contentHash")
        /// The store accepted the data together with its checksum, which it checks.
        public static let acceptedChecksum = Check("acceptedChecksum")
        /// The data was read back as a whole, and its SHA-256 was that of what was sent.
        public static let readBack = Check("readBack")

        /// What the store's own proof amounts to.
        init(_ proof: ObjectPutResult.Proof) { name = "\(proof)" }

        /// The check's name.
        public var description: String { name }
    }

    /// The manifest as it was stored.
    public var manifest: BackupManifest
    /// The key of the manifest.
    public var manifestKey: String
    /// Which client programs were used, and why.
    public var toolchain: ToolchainReport
    /// How the stored data was proved to be what was sent.
    public var check: Check
    /// The time that dumping, compressing and storing took together; they run at once.
    public var dumpDuration: Duration
    /// The time from the first connection to the stored manifest.
    public var duration: Duration
    /// What is not ideal, in full sentences.
    public var warnings: [String]
    /// That of ``warnings`` which says that another service may share the folder.
    var folderWarning: String? = nil

    /// Bytes of the uncompressed archive per second of dumping.
    public var archiveBytesPerSecond: Double { Double(manifest.archive.length) / max(dumpDuration.seconds, 1e-9) }
}
