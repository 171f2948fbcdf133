import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// The most bytes of a record that are read.
    static let recordLimit = 1 << 20

    /// Verifies a backup as far as `level` says and stores the outcome beside it: a success, and also a failure that is the
    /// backup's own.
    ///
    /// - ``VerificationLevel/stored``: ``verifyStored(_:progress:)``.
    /// - ``VerificationLevel/decoded``: ``verify(_:progress:)``.
    /// - ``VerificationLevel/restored``: ``drill(_:options:progress:)``.
    /// - Returns: the record that was stored.
    /// - Throws: ``PGBackupError``, also after a failure was recorded; `CancellationError`.
    @discardableResult
    public func verifyAndRecord(
        _ id: BackupID,
        level: VerificationLevel = .decoded,
        drill options: DrillOptions = DrillOptions(),
        progress: BackupProgressHandler? = nil
    ) async throws -> VerificationRecord {
        if level == .restored { return try await drill(id, options: options, progress: progress).record }
        let time = configuration.time
        let start = time.monotonic
        var record = VerificationRecord(
            backup: id,
            level: level,
            passed: true,
            startedAt: time.now,
            seconds: 0,
            storedBytes: 0,
            archiveBytes: 0
        )
        do {
            if level == .stored {
                record.storedBytes = try await verifyStored(id, progress: progress)
            } else {
                let report = try await verify(id, progress: progress)
                record.storedBytes = report.storedBytes
                record.archiveBytes = report.archiveBytes
                record.tool = "pg_restore \(report.decodedBy.version)"
            }
            record.seconds = start.duration(to: time.monotonic).seconds
            try await store(record)
            return record
        } catch let error as PGBackupError
            where [.dataMissing, .dataTruncated, .dataCorrupted].contains(error.code)
        {
            record.passed = false
            record.seconds = start.duration(to: time.monotonic).seconds
            record.message = error.message
            do {
                try await store(record)
            } catch let failure {
                logger.error("A failed verification could not be recorded", metadata: ["error": "\(failure)"])
            }
            throw error
        }
    }

    /// Stores the outcome of a verification beside its backup. Records are never changed: each has a key of its own.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/backupNotFound`` when there is no such backup, and others.
    public func store(_ record: VerificationRecord) async throws {
        try await operation("recording of a verification of \(record.backup)") {
            _ = try await readManifest(record.backup).get()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            var options = ObjectPutOptions()
            options.contentType = "application/json"
            let bytes = Array(try encoder.encode(record)) + [0x0A]
            try await store.put(keys.verification(record.summary), .bytes(bytes), options: options)
        }
    }

    /// All verifications, oldest first, as far as their keys tell: one listing, no record is read.
    /// - Parameter id: one backup; nil for all.
    /// - Throws: ``PGBackupError``, `CancellationError`.
    public func verifications(of id: BackupID? = nil) async throws -> [VerificationSummary] {
        try await operation("listing of the verifications") {
            var found: [VerificationSummary] = []
            let prefix = id.map { keys.verifications($0) } ?? keys.verifications
            for try await object in store.list(prefix: prefix) {
                if let summary = keys.summary(ofVerification: object.key) { found.append(summary) }
            }
            return found.sorted { $0.startedAt < $1.startedAt }
        }
    }

    /// Reads a verification record.
    /// - Throws: ``PGBackupError``, among others ``PGBackupError/Code/invalidManifest`` for one that cannot be read.
    public func verificationRecord(_ summary: VerificationSummary) async throws -> VerificationRecord {
        try await operation("reading of a verification of \(summary.backup)") {
            let key = keys.verification(summary)
            let bytes = try await store.read(key, upTo: Self.recordLimit)
            guard let record = try? JSONDecoder().decode(VerificationRecord.self, from: Data(bytes)),
                record.summary == summary
            else {
                throw PGBackupError(
                    .invalidManifest,
                    "The verification record \(key) cannot be read or is not what its name says. Delete it and verify the "
                        + "backup again."
                )
            }
            return record
        }
    }
}
