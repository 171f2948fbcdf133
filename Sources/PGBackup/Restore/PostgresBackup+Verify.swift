import GroundworkCore
import GroundworkStorage

/// The outcome of a verification.
public struct VerificationReport: Sendable, Hashable {
    /// The backup.
    public var id: BackupID
    /// How many bytes of the dump were read from the store; their lengths and SHA-256 are the manifest's.
    public var storedBytes: Int64
    /// How many bytes the archive has; its length and SHA-256 are the manifest's.
    public var archiveBytes: Int64
    /// The pg_restore that decoded the archive from its first byte to its last.
    public var decodedBy: ClientPrograms
    /// The time it took.
    public var duration: Duration
}

extension PostgresBackup {
    /// Reads a backup whole: lengths, SHA-256, decompression, and a full decode by pg_restore, which writes to nowhere;
    /// the script of roles is read too, and must create the roles that the database needs. No server is needed.
    /// - Throws: ``PGBackupError``: ``PGBackupError/Code/dataMissing``, ``PGBackupError/Code/dataTruncated``,
    ///   ``PGBackupError/Code/dataCorrupted`` and others; `CancellationError`.
    @discardableResult
    public func verify(_ id: BackupID, progress: BackupProgressHandler? = nil) async throws -> VerificationReport {
        try await operation("verification of \(id)") {
            let manifest = try await readManifest(id).get()
            let report = try await verify(manifest, ProgressReporter(progress, time: configuration.time))
            try await verifyRoleScript(manifest)
            return report
        }
    }

    /// Reads the objects of a backup, the dump and the script of roles, and compares their lengths and SHA-256 with the
    /// manifest; nothing is decoded, and no program is needed.
    /// - Returns: the bytes read of the dump.
    /// - Throws: ``PGBackupError``: ``PGBackupError/Code/dataMissing``, ``PGBackupError/Code/dataTruncated``,
    ///   ``PGBackupError/Code/dataCorrupted`` and others; `CancellationError`.
    @discardableResult
    public func verifyStored(_ id: BackupID, progress: BackupProgressHandler? = nil) async throws -> Int64 {
        try await operation("verification of \(id)") {
            let manifest = try await readManifest(id).get()
            let reporter = ProgressReporter(progress, time: configuration.time)
            reporter.begin(.verifying, expecting: manifest.archive.length)
            let source = try ArchiveSource(manifest, key: keys.manifest(id), store: store, progress: reporter)
            let bytes = try await source.readStored()
            _ = try await readRoleScript(manifest)
            return bytes
        }
    }

    /// The dump alone: a script of roles that is damaged keeps nobody from the data.
    func verify(_ manifest: BackupManifest, _ progress: ProgressReporter) async throws -> VerificationReport {
        let start = configuration.time.monotonic
        let id = manifest.id
        progress.begin(.verifying, expecting: manifest.archive.length)
        let source = try ArchiveSource(manifest, key: keys.manifest(id), store: store, progress: progress)
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
                // Only a pg_restore that ended by itself has judged the archive; 126 and 127 are a loader's or shell's.
                guard case .exited(let status) = exit, status < 126 else {
                    return ToolFailure.error(tool: programs.restore, exit, text: process.errorText, url: nil)
                }
                return PGBackupError(
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
