import GroundworkCore
public import GroundworkStorage

/// Whether backups can be made: the answer of ``PostgresBackup/check()``.
public struct BackupReadiness: Sendable, Hashable {
    /// The database as the server describes it.
    public var source: BackupManifest.Source
    /// The client programs that will be used, and why.
    public var toolchain: ToolchainReport
    /// What the store can do.
    public var store: ObjectStoreCapabilities
    /// What is not ideal, in full sentences.
    public var warnings: [String]
}

extension PostgresBackup {
    /// Proves at start-up that the server answers, that client programs fit it, and that the store can be listed. No
    /// backup is written. A store whose conditional writes are not known yet may write and delete a small object of its
    /// own to find out: `S3Bucket` does so once, below `.groundwork-probe/`.
    /// - Throws: ``PGBackupError`` that says what is wrong and how to mend it, `CancellationError`.
    public func check() async throws -> BackupReadiness {
        try configuration.check()
        try configuration.refusePoolersAddress()
        return try await operation("check of the configuration") {
            let session = try await open(configuration.database)
            defer { session.connection.end() }
            let capabilities = try await store.capabilities()
            for try await _ in store.list(prefix: keys.manifests) { break }
            return BackupReadiness(
                source: session.facts.source,
                toolchain: session.toolchain,
                store: capabilities,
                warnings: session.warnings
            )
        }
    }
}
