import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Backs up the database.
    ///
    /// When it throws, nothing is left in the store that lists as a backup. Cancelling the task ends pg_dump and the
    /// upload and throws `CancellationError`.
    /// - Throws: ``PGBackupError``, `CancellationError`.
    @discardableResult
    public func run(progress: BackupProgressHandler? = nil) async throws -> BackupReport {
        try configuration.check()
        return try await operation("backup") {
            try await runUnlimited(ProgressReporter(progress, time: configuration.time))
        }
    }

    private func runUnlimited(_ progress: ProgressReporter) async throws -> BackupReport {
        let time = configuration.time
        let start = time.monotonic
        progress.begin(.connecting)
        let startedAt = time.now
        let id = BackupID(startedAt, random: configuration.random)
        let session = try await open(configuration.database)
        defer { session.connection.end() }
        let dataKey = keys.data(id)
        let dumpStart = time.monotonic
        progress.begin(.dumping, expecting: session.facts.size)
        let (summary, stored) = try await dump(session, to: dataKey, progress)
        let dumpDuration = dumpStart.duration(to: time.monotonic)

        do {
            progress.begin(.checking, expecting: summary.archiveLength)
            let proof = try await checkStored(dataKey, summary, stored)
            var manifest = BackupManifest(
                id: id,
                startedAt: startedAt,
                finishedAt: time.now,
                source: session.facts.source,
                tool: .init(
                    name: "pg_dump",
                    versionNumber: session.toolchain.chosen.version.number,
                    reason: "\(session.toolchain.reason)",
                    arguments: dumpArguments
                ),
                objects: [
                    .init(
                        key: dataKey,
                        role: "archive",
                        length: summary.storedLength,
                        sha256: Hex.encode(summary.storedSHA256),
                        partLength: stored.partLength
                    )
                ],
                compression: .init(name: "gzip", framing: "members", level: configuration.compressionLevel),
                archive: .init(
                    format: "pg_dump-custom",
                    length: summary.archiveLength,
                    sha256: Hex.encode(summary.archiveSHA256)
                )
            )
            manifest.tables = summary.tables
            var warnings = session.warnings
            if let fault = summary.fault {
                warnings.append("The archive has no index of its tables: \(fault). The backup is whole all the same.")
            }
            manifest.warnings = warnings
            let manifestKey = try await storeManifest(manifest)
            logger.info(
                "Backup stored",
                metadata: ["id": "\(id)", "bytes": "\(summary.storedLength)", "check": "\(proof)"]
            )
            return BackupReport(
                manifest: manifest,
                manifestKey: manifestKey,
                toolchain: session.toolchain,
                check: proof,
                dumpDuration: dumpDuration,
                duration: start.duration(to: time.monotonic),
                warnings: warnings
            )
        } catch {
            try await removeFailed(id, because: error)
            throw error
        }
    }

    private var dumpArguments: [String] {
        [
            "--format=custom", "--compress=0",
            "--lock-wait-timeout=\(configuration.lockWaitTimeout.clampedMilliseconds)",
        ] + configuration.selection.arguments
    }

    /// Dumps, compresses and stores at once.
    private func dump(
        _ session: ServerSession,
        to key: String,
        _ progress: ProgressReporter
    ) async throws -> (DumpSummary, ObjectPutResult) {
        var command = session.command(session.toolchain.chosen.dump, dumpArguments)
        command.output = .pipe
        return try await withToolProcess(command) { process in
            let pipeline = try DumpPipeline(
                process,
                connection: session.connection,
                level: configuration.compressionLevel,
                progress: progress
            )
            var options = ObjectPutOptions()
            options.contentType = "application/gzip"
            let stored: ObjectPutResult
            do {
                stored = try await store.put(
                    key,
                    .stream(pipeline.bytes, length: .unknown(estimate: session.facts.size)),
                    options: options
                )
            } catch {
                try? await removeUnlessCertain(key, after: error)
                // What pg_dump did is the cause, whatever the store made of it. A store that failed by itself may have
                // cancelled the reading: then its own error is the cause.
                if let failure = await pipeline.failure, !(failure is CancellationError) || Task.isCancelled {
                    throw failure
                }
                guard let error = error as? ObjectStoreError else { throw error }
                throw storeFailure(error, doing: "Storing the dump as \(key)")
            }
            do {
                return (try await pipeline.summary(), stored)
            } catch {
                try? await shielded { try await store.delete(key) }
                throw error
            }
        }
    }

    /// A put that throws leaves nothing, unless its outcome is unknown, or it was cancelled while it was completed. The
    /// key belongs to this run alone.
    private func removeUnlessCertain(_ key: String, after error: any Error) async throws {
        let isUnknown = (error as? ObjectStoreError)?.code == .outcomeUnknown
        guard isUnknown || error is CancellationError || Task.isCancelled else { return }
        try await shielded { try await store.delete(key) }
    }

    /// Proves that the store holds what was sent.
    /// - Returns: the kind of proof.
    private func checkStored(_ key: String, _ summary: DumpSummary, _ stored: ObjectPutResult) async throws
        -> BackupReport.Check
    {
        func differs(_ what: String) -> PGBackupError {
            PGBackupError(
                .storedDataDiffers,
                "The store \(store.location) does not hold what was sent as \(key): \(what). The object was deleted; run "
                    + "the backup again.",
                isRetryable: true
            )
        }
        let size = try await store.head(key).size
        guard size == summary.storedLength else {
            throw differs("it has \(size) bytes instead of \(summary.storedLength)")
        }
        guard stored.proof == .none else { return BackupReport.Check(stored.proof) }
        let hash = try Digest(.sha256)
        for try await chunk in try await store.get(key).content { hash.update(chunk) }
        guard try hash.finalize() == summary.storedSHA256 else { throw differs("its SHA-256 is another") }
        return .readBack
    }

    private func storeManifest(_ manifest: BackupManifest) async throws -> String {
        let key = keys.manifest(manifest.id)
        var options = ObjectPutOptions()
        options.contentType = "application/json"
        if try await store.capabilities().conditionalPut == .enforced { options.condition = .ifAbsent }
        let bytes = try manifest.encoded()
        guard bytes.count <= BackupManifest.sizeLimit else {
            throw PGBackupError(
                .invalidManifest,
                "The manifest would have \(bytes.count) bytes, more than can be read."
            )
        }
        do {
            try await store.put(key, .bytes(bytes), options: options)
        } catch let error as ObjectStoreError where [.outcomeUnknown, .preconditionFailed].contains(error.code) {
            // An answer may have been lost: if our bytes are there, it worked.
            guard try await store.read(key, upTo: BackupManifest.sizeLimit) == bytes else { throw error }
        }
        return key
    }

    /// Removes what a failed run has stored: the manifest first, so that at no time one without data is there.
    private func removeFailed(_ id: BackupID, because error: any Error) async throws {
        let (store, keys, logger) = (store, keys, logger)
        try? await shielded {
            do {
                try await store.delete(keys.manifest(id))
                try await store.delete(keys.data(id))
            } catch let failure {
                logger.error(
                    "The objects of a failed backup could not be deleted",
                    metadata: ["id": "\(id)", "error": "\(failure)"]
                )
            }
        }
    }
}

extension DatabaseFacts {
    var source: BackupManifest.Source {
        .init(
            systemIdentifier: systemIdentifier,
            database: database,
            encoding: encoding,
            collation: collation,
            characterType: characterType,
            localeProvider: localeProvider,
            locale: locale,
            version: versionText,
            versionNumber: version.number,
            databaseSize: size,
            isStandby: isStandby
        )
    }
}
