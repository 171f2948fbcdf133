import GroundworkCore

/// What became of a backup run.
public struct BackupReport: Sendable {
    /// The manifest as it was stored.
    public var manifest: BackupManifest
    /// The key of the manifest.
    public var manifestKey: String
    /// Which client programs were used, and why.
    public var toolchain: ToolchainReport
    /// How the stored data was proved to be what was sent: `contentHash`, `acceptedChecksum`, or `readBack`.
    public var check: String
    /// The time that dumping, compressing and storing took together; they run at once.
    public var dumpDuration: Duration
    /// The time from the first connection to the stored manifest.
    public var duration: Duration
    /// What is not ideal, in full sentences.
    public var warnings: [String]

    /// Bytes of the uncompressed archive per second of dumping.
    public var archiveBytesPerSecond: Double { Double(manifest.archive.length) / max(dumpDuration.seconds, 1e-9) }
}
