/// The backups of a store.
public struct BackupListing: Sendable {
    /// A manifest that cannot be read.
    public struct Unreadable: Sendable {
        /// Its key.
        public var key: String
        /// The reason.
        public var error: PGBackupError
    }

    /// The backups, newest first.
    public var backups: [BackupManifest]
    /// Manifests that cannot be read. Their backups may be whole: the data lies beside them.
    public var unreadable: [Unreadable]
}
