import GroundworkCore
import GroundworkStorage

/// The outcome of a verification.
public struct VerificationReport: Sendable, Hashable {
    /// The backup.
    public var id: BackupID
    /// How many bytes were read from the store; their lengths and SHA-256 are the manifest's.
    public var storedBytes: Int64
    /// How many bytes the archive has; its length and SHA-256 are the manifest's.
    public var archiveBytes: Int64
    /// The pg_restore that decoded the archive from its first byte to its last.
    public var decodedBy: ClientPrograms
    /// The time it took.
    public var duration: Duration
}

extension PostgresBackup {
    /// Reads a backup whole: lengths, SHA-256, decompression, and a full decode by pg_restore, which writes to nowhere.
    /// No server is needed.
    /// - Throws: ``PGBackupError``: ``PGBackupError/Code/dataMissing``, ``PGBackupError/Code/dataTruncated``,
    ///   ``PGBackupError/Code/dataCorrupted`` and others; `CancellationError`.
    @discardableResult
    public func verify(_ id: BackupID, progress: BackupProgressHandler? = nil) async throws -> VerificationReport {
        try await operation("verification of \(id)") {
            let start = configuration.time.monotonic
            let manifest = try await readManifest(id).get()
            let reporter = ProgressReporter(progress, time: configuration.time)
            reporter.begin(.verifying, expecting: manifest.archive.length)
            let source = try ArchiveSource(manifest, key: keys.manifest(id), store: store, progress: reporter)
            let minimum = PostgresVersion(number: manifest.tool.versionNumber)
            let programs = try ToolchainReport.choose(from: try await findClientPrograms(), server: minimum).chosen
            var command = ToolCommand(
                programs.restore,
                ["--format=custom", "--file=/dev/null"],
                environment: Connection.baseEnvironment(configuration.environment)
            )
            command.input = .pipe
            try await withToolProcess(command) { process in
                try await ArchiveFeeder(source: source).run(into: process) { exit in
                    PGBackupError(
                        .dataCorrupted,
                        "The archive of the backup \(id) has the length and hash it was stored with, but \(programs.restore) "
                            + "cannot decode it (\(exit)). Make a new backup, and verify it.",
                        toolOutput: process.errorText
                    )
                }
            }
            return VerificationReport(
                id: id,
                storedBytes: manifest.storedLength,
                archiveBytes: manifest.archive.length,
                decodedBy: programs,
                duration: start.duration(to: configuration.time.monotonic)
            )
        }
    }
}
