import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Backs up the database.
    ///
    /// When it throws, nothing is left in the store that lists as a backup. Cancelling the task ends pg_dump and the
    /// upload and throws `CancellationError`.
    /// - Throws: ``PGBackupError``, among others ``PGBackupError/Code/invalidConfiguration`` where the address is that of a
    ///   connection pooler and ``Configuration/allowsPooler`` is not set, or the newest backup of the folder is of another
    ///   database, or of one of the same name on another server that takes turns with this one; `CancellationError`.
    @discardableResult
    public func run(progress: BackupProgressHandler? = nil) async throws -> BackupReport {
        try configuration.check()
        try configuration.refusePoolersAddress()
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
        let sharing = try await refuseFolderOfAnother(session.facts)
        let inventory = try await limited("question for its extensions", toServer: configuration.database) {
            try await ServerInventory.read(by: session.psql)
        }
        let dumpStart = time.monotonic
        progress.begin(.dumping, expecting: session.facts.size)
        let (summary, stored) = try await dump(session, id, progress)
        let dumpDuration = dumpStart.duration(to: time.monotonic)

        do {
            progress.begin(.checking, expecting: summary.archiveLength)
            let proof = try await checkStored(id, summary, stored)
            let globals = try await storeGlobals(session, id)
            var manifest = BackupManifest(
                id: id,
                startedAt: startedAt,
                finishedAt: time.now,
                source: source(session.facts),
                tool: .init(
                    name: "pg_dump",
                    versionNumber: session.toolchain.chosen.version.number,
                    reason: "\(session.toolchain.reason)",
                    arguments: dumpArguments
                ),
                objects: zip(summary.objects, stored).enumerated().map { index, pair in
                    .init(
                        key: keys.data(id, index + 1),
                        role: "archive",
                        length: pair.0.length,
                        sha256: Hex.encode(pair.0.sha256),
                        partLength: pair.1.partLength
                    )
                },
                compression: .init(name: "gzip", framing: "members", level: configuration.compressionLevel),
                archive: .init(
                    format: "pg_dump-custom",
                    length: summary.archiveLength,
                    sha256: Hex.encode(summary.archiveSHA256)
                )
            )
            manifest.server = inventory.server
            manifest.globals = globals
            manifest.omissions = BackupOmissions.sentences(configuration, session.facts, inventory, globals)
            manifest.tables = summary.tables
            var warnings = session.warnings + [configuration.dumpOptions.warning, sharing].compactMap { $0 }
            if let fault = summary.fault {
                warnings.append("The archive has no index of its tables: \(fault). The backup is whole all the same.")
            }
            if let reason = globals.reason {
                warnings.append("The roles of the server are not in the backup: \(reason)")
            }
            manifest.warnings = warnings
            let manifestKey = try await storeManifest(manifest)
            logger.info(
                "Backup stored",
                metadata: ["id": "\(id)", "bytes": "\(manifest.storedLength)", "check": "\(proof)"]
            )
            return BackupReport(
                manifest: manifest,
                manifestKey: manifestKey,
                toolchain: session.toolchain,
                check: proof,
                dumpDuration: dumpDuration,
                duration: start.duration(to: time.monotonic),
                warnings: warnings,
                folderWarning: sharing
            )
        } catch {
            try await removeFailed(id, objects: stored.count, because: error)
            throw error
        }
    }

    private var dumpArguments: [String] {
        [
            "--format=custom", "--compress=0",
            "--lock-wait-timeout=\(configuration.lockWaitTimeout.clampedMilliseconds)",
        ] + configuration.selection.arguments + configuration.dumpOptions.arguments
    }

    /// The most bytes of one object. S3 ends an upload at part 10,000, and sizes the parts of a length that is not known
    /// for one and a half times the estimate, each of at least 5 MiB: this ends it before part 9,900.
    static func objectLimit(estimate: Int64?, _ capabilities: ObjectStoreCapabilities) -> Int64 {
        let estimate = min(max(0, estimate ?? 0), .max / 2)
        return min(max(9_900 * (5 << 20), estimate / 100 * 148), capabilities.maximumObjectSize ?? .max)
    }

    /// Dumps, compresses and stores at once: one object, or more when it gets too long for one.
    private func dump(
        _ session: ServerSession,
        _ id: BackupID,
        _ progress: ProgressReporter
    ) async throws -> (DumpSummary, [ObjectPutResult]) {
        let limit = Self.objectLimit(estimate: session.facts.size, try await store.capabilities())
        var command = session.command(session.toolchain.chosen.dump, dumpArguments)
        command.output = .pipe
        return try await withToolProcess(command) { process in
            let pipeline = try DumpPipeline(
                process,
                connection: session.connection,
                level: configuration.compressionLevel,
                objectLimit: configuration.objectSizeLimit.map { min(limit, $0) } ?? limit,
                progress: progress
            )
            var stored: [ObjectPutResult] = []
            do {
                repeat {
                    let key = keys.data(id, stored.count + 1)
                    stored.append(try await put(pipeline, key, estimate: session.facts.size))
                } while await pipeline.hasMore
                return (try await pipeline.summary(), stored)
            } catch {
                // A put that throws removes what it may have left; the objects before it are removed here.
                let written = (1...max(1, stored.count)).map { keys.data(id, $0) }
                if !stored.isEmpty { try? await shielded { for key in written { try await store.delete(key) } } }
                throw error
            }
        }
    }

    private func put(_ pipeline: DumpPipeline, _ key: String, estimate: Int64?) async throws -> ObjectPutResult {
        var options = ObjectPutOptions()
        options.contentType = "application/gzip"
        do {
            return try await store.put(
                key,
                .stream(pipeline.bytes, length: .unknown(estimate: estimate)),
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
    }

    /// A put that throws leaves nothing, unless its outcome is unknown, or it was cancelled while it was completed. The
    /// key belongs to this run alone.
    private func removeUnlessCertain(_ key: String, after error: any Error) async throws {
        let isUnknown = (error as? ObjectStoreError)?.code == .outcomeUnknown
        guard isUnknown || error is CancellationError || Task.isCancelled else { return }
        let tomorrow = configuration.time.now.addingTimeInterval(86_400)
        try await shielded {
            try await store.delete(key)
            guard try await store.capabilities().listsAbandonedUploads else { return }
            for upload in try await store.abandonedUploads(prefix: key, olderThan: tomorrow) where upload.key == key {
                try await store.abort(upload)
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
