import FoundationEssentials
import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// Removes old backups, data that no manifest names, what a killed doctor left, and unfinished uploads. A dry run
    /// unless the options say otherwise.
    ///
    /// Only backups with a manifest of this folder that can be read are ever deleted: the manifest first, then its data,
    /// so that at no time one without data is there. Objects whose keys are not of the form that this library writes are
    /// never touched. It may run while a backup runs: data without a manifest is left alone until it is old.
    /// - Throws: ``PGBackupError`` when the store cannot be listed, or our clock is more than a day from the store's;
    ///   `CancellationError`. Single objects that cannot be removed are told in the report.
    public func prune(_ options: PruneOptions = PruneOptions()) async throws -> PruneReport {
        guard options.orphanAge >= .seconds(3600) else {
            throw PGBackupError(
                .invalidConfiguration,
                "orphanAge is less than an hour: the data of a backup that is just being made would be removed."
            )
        }
        return try await operation("pruning") { try await pruneUnlimited(options) }
    }

    private func pruneUnlimited(_ options: PruneOptions) async throws -> PruneReport {
        let now = configuration.time.now
        // Data first: what is listed has had its manifest by the time that those are listed, or is not finished.
        let data = try await ownObjects(keys.dataFolder) { keys.id(ofData: $0) }
        let records = try await ownObjects(keys.verifications) { keys.summary(ofVerification: $0)?.backup }
        let pins = try await ownObjects(keys.pins) { keys.id(ofPin: $0) }
        let backups = try await knownBackups(updatesCatalogFrom: options.isDryRun ? nil : 1)
        let recordsByBackup = Dictionary(grouping: records, by: \.id)
        let pinned = Set(pins.map(\.id))
        let plan = options.policy.plan(
            backups.candidates.map { candidate in
                var candidate = candidate
                candidate.isPinned = pinned.contains(candidate.id)
                candidate.verifications = (recordsByBackup[candidate.id] ?? []).compactMap {
                    keys.summary(ofVerification: $0.object.key)
                }
                return candidate
            },
            now: now
        )
        if !options.isDryRun {
            try await checkClock(now, newest: (data + records + pins).compactMap(\.object.lastModified).max())
        }
        var report = PruneReport(plan: plan, isDryRun: options.isDryRun)
        report.warnings = backups.unreadable.map {
            "The manifest \($0.key) cannot be read; it and its data are kept. \($0.error.message)"
        }
        try await inOrder(plan.deleted.map(\.backup)) { backup in
            await remove(backup, records: (recordsByBackup[backup.id] ?? []).map(\.object.key), options)
        } then: { part in
            report.add(part)
        }
        let age = max(options.orphanAge, configuration.timeout ?? .zero)
        let border = now.addingTimeInterval(-age.seconds)
        let orphans = (data + records + pins).filter { found in
            !backups.ids.contains(found.id) && found.id.date <= border
                && (found.object.lastModified ?? found.id.date) <= border
        }
        try await inOrder(orphans) {
            await sweep($0.object, of: $0.id, options)
        } then: {
            report.add($0)
        }
        let checks = try await oldChecks(border)
        try await inOrder(checks) {
            await sweep($0, of: nil, options)
        } then: {
            report.add($0)
        }
        try await abortUploads(olderThan: border, options, &report)
        report.deletedBackups.sort(by: >)
        return report
    }

    private func ownObjects(
        _ prefix: String,
        _ id: (String) -> BackupID?
    ) async throws -> [(id: BackupID, object: ObjectInfo)] {
        var found: [(id: BackupID, object: ObjectInfo)] = []
        for try await object in store.list(prefix: prefix) {
            if let id = id(object.key) { found.append((id, object)) }
        }
        return found
    }

    /// What the doctor wrote to try the store and, killed, did not delete: it tells its age by the store's time only.
    private func oldChecks(_ border: Date) async throws -> [ObjectInfo] {
        var found: [ObjectInfo] = []
        for try await object in store.list(prefix: keys.checks) where keys.isCheck(object.key) {
            if let modified = object.lastModified, modified <= border { found.append(object) }
        }
        return found
    }

    /// Eight at a time.
    private func inOrder<Item: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item) async -> PrunePart,
        then: (PrunePart) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: PrunePart.self) { group in
            for (index, item) in items.enumerated() {
                if index >= 8, let part = try await group.next() { then(part) }
                // What was begun is ended, so that nothing is left half-done without need.
                try Task.checkCancellation()
                group.addTask { await body(item) }
            }
            while let part = try await group.next() { then(part) }
        }
    }

    /// Deletes one backup: its manifest first, and only if that says what the plan was made with.
    private func remove(_ backup: RetentionCandidate, records: [String], _ options: PruneOptions) async -> PrunePart {
        var part = PrunePart()
        guard !options.isDryRun else {
            // What the plan was made with is enough to tell it; to do it, each manifest is read once more.
            part.backup = backup.id
            part.bytes = [backup.storedLength]
            return part
        }
        let manifestKey = keys.manifest(backup.id)
        let manifest: BackupManifest
        do {
            switch try await readManifest(backup.id) {
            case .success(let read): manifest = read
            // Deleted since it was listed.
            case .failure(let error) where error.code == .backupNotFound: return part
            case .failure(let error): throw error
            }
        } catch {
            part.failures.append(failure(manifestKey, error))
            return part
        }
        let read = RetentionCandidate(manifest)
        guard read.source == backup.source,
            BackupCatalog.Entry.milliseconds(read.date) == BackupCatalog.Entry.milliseconds(backup.date)
        else {
            part.warnings.append(
                "The catalog \(keys.catalog) does not agree with the manifest of \(backup.id), which is kept. Delete the "
                    + "catalog: it is made anew."
            )
            return part
        }
        // A manifest that was changed may name anything; only this backup's own objects are deleted.
        let objects = manifest.objects + [manifest.globals?.object].compactMap(\.self)
        let own = objects.filter { keys.id(ofData: $0.key) == manifest.id }
        for object in objects where keys.id(ofData: object.key) != manifest.id {
            part.warnings.append(
                "The manifest of \(manifest.id) names the object \(object.key), which is not its own; it is left alone."
            )
        }
        func succeeded() {
            part.backup = manifest.id
            for object in own { part.bytes.append(object.length) }
        }
        do {
            guard try await !exists(keys.pin(manifest.id)) else {
                part.warnings.append("The backup \(manifest.id) was pinned meanwhile and is kept.")
                return part
            }
            try await store.delete(manifestKey)
            succeeded()
        } catch {
            part.failures.append(failure(manifestKey, error))
            return part
        }
        do {
            for failed in try await store.deleteMany(own.map(\.key) + records) {
                part.failures.append(failure(failed.key, failed.error))
            }
        } catch {
            // The next run sweeps it.
            part.failures.append(failure(own.first?.key ?? manifestKey, error))
        }
        logger.info("Backup deleted", metadata: ["id": "\(manifest.id)"])
        return part
    }

    /// - Parameter id: the backup that it is of; nil when it is of none.
    private func sweep(_ object: ObjectInfo, of id: BackupID?, _ options: PruneOptions) async -> PrunePart {
        var part = PrunePart()
        do {
            // Its manifest may have come since.
            if let id, try await exists(keys.manifest(id)) { return part }
            if !options.isDryRun { try await store.delete(object.key) }
            part.swept = object.key
            part.bytes = [object.size]
        } catch {
            part.failures.append(failure(object.key, error))
        }
        return part
    }

    private func abortUploads(olderThan border: Date, _ options: PruneOptions, _ report: inout PruneReport) async throws
    {
        guard try await store.capabilities().listsAbandonedUploads else { return }
        let uploads: [AbandonedUpload]
        do {
            uploads =
                try await store.abandonedUploads(prefix: keys.dataFolder, olderThan: border)
                + store.abandonedUploads(prefix: keys.checks, olderThan: border)
        } catch let error as ObjectStoreError {
            // Some stores cannot list them; then there is nothing to clean up that anybody could find.
            report.warnings.append("Unfinished uploads cannot be listed: \(error.message)")
            return
        }
        for upload in uploads
        where keys.id(ofData: upload.key) != nil || keys.isCheck(upload.key) {
            do {
                if !options.isDryRun { try await store.abort(upload) }
                report.abortedUploads.append(upload.key)
            } catch let error as ObjectStoreError {
                report.failures.append(failure(upload.key, error))
            }
        }
    }

    private func exists(_ key: String) async throws -> Bool {
        do {
            _ = try await store.head(key)
            return true
        } catch let error as ObjectStoreError where error.code == .notFound {
            return false
        }
    }

    private func failure(_ key: String, _ error: any Error) -> PruneReport.Failure {
        if let error = error as? PGBackupError { return PruneReport.Failure(key: key, error: error) }
        let error =
            (error as? ObjectStoreError).map { storeFailure($0, doing: "Deleting \(key)") }
            ?? PGBackupError(
                .storeFailed,
                "Deleting \(key) failed: \(error).",
                isRetryable: true,
                underlyingError: error
            )
        return PruneReport.Failure(key: key, error: error)
    }
}

/// What became of one backup or object.
private struct PrunePart: Sendable {
    var backup: BackupID?
    var swept: String?
    var bytes: [Int64] = []
    var failures: [PruneReport.Failure] = []
    var warnings: [String] = []
}

extension PruneReport {
    fileprivate mutating func add(_ part: PrunePart) {
        if let backup = part.backup { deletedBackups.append(backup) }
        if let swept = part.swept { sweptObjects.append(swept) }
        for bytes in part.bytes { free(bytes) }
        failures += part.failures
        warnings += part.warnings
    }
}
