import GroundworkCore
import GroundworkStorage
import Logging

/// What is known of the backups of a folder.
struct KnownBackups: Sendable {
    var candidates: [RetentionCandidate] = []
    /// How many seconds each of them took.
    var seconds: [BackupID: Double] = [:]
    /// The ids of all manifests, those that cannot be read too.
    var ids: Set<BackupID> = []
    var unreadable: [BackupListing.Unreadable] = []
}

extension PostgresBackup {
    /// How many manifests are read at once.
    private static let readers = 16

    /// Lists the manifests and reads those that the catalog does not know.
    /// - Parameter updatesCatalog: whether the catalog is written anew when so many manifests had to be read, or when it has
    ///   more than there are; nil for never.
    func knownBackups(updatesCatalogFrom count: Int?) async throws -> KnownBackups {
        var known = KnownBackups()
        var catalog: [BackupID: BackupCatalog.Entry] = [:]
        for entry in try await readCatalog()?.entries ?? [] { catalog[entry.id] = entry }
        var entries: [BackupCatalog.Entry] = []
        var unknown: [(id: BackupID, object: ObjectInfo)] = []
        for try await object in store.list(prefix: keys.manifests) {
            guard let id = keys.id(ofManifest: object.key) else { continue }
            known.ids.insert(id)
            if let entry = catalog[id], entry.etag == object.etag, entry.size == object.size,
                let seconds = entry.seconds
            {
                entries.append(entry)
                known.candidates.append(entry.candidate)
                known.seconds[id] = seconds
            } else {
                unknown.append((id, object))
            }
        }
        for (object, outcome) in try await read(unknown) {
            switch outcome {
            case .success(let manifest):
                let candidate = RetentionCandidate(manifest)
                let seconds = RunRecord(manifest).seconds
                known.candidates.append(candidate)
                known.seconds[manifest.id] = seconds
                if let entry = BackupCatalog.Entry(candidate, etag: object.etag, size: object.size, seconds: seconds) {
                    entries.append(entry)
                }
            // Deleted since it was listed.
            case .failure(let error) where error.code == .backupNotFound: continue
            case .failure(let error): known.unreadable.append(.init(key: object.key, error: error))
            }
        }
        known.unreadable.sort { $0.key < $1.key }
        if let count, unknown.count >= count || entries.count < catalog.count { await writeCatalog(entries) }
        return known
    }

    private func read(
        _ wanted: [(id: BackupID, object: ObjectInfo)]
    ) async throws -> [(ObjectInfo, Result<BackupManifest, PGBackupError>)] {
        try await withThrowingTaskGroup(of: (ObjectInfo, Result<BackupManifest, PGBackupError>).self) { group in
            var outcomes: [(ObjectInfo, Result<BackupManifest, PGBackupError>)] = []
            for (index, item) in wanted.enumerated() {
                if index >= Self.readers, let outcome = try await group.next() { outcomes.append(outcome) }
                group.addTask { (item.object, try await readManifest(item.id, skipsTables: true)) }
            }
            while let outcome = try await group.next() { outcomes.append(outcome) }
            return outcomes
        }
    }

    private func readCatalog() async throws -> BackupCatalog? {
        do {
            return BackupCatalog.decode(try await store.read(keys.catalog, upTo: BackupCatalog.sizeLimit))
        } catch let error as ObjectStoreError where [.notFound, .tooLarge].contains(error.code) {
            return nil
        }
    }

    /// It is only a cache: a failure is logged and forgotten.
    private func writeCatalog(_ entries: [BackupCatalog.Entry]) async {
        var catalog = BackupCatalog()
        catalog.entries = entries
        do {
            var options = ObjectPutOptions()
            options.contentType = "application/json"
            try await store.put(keys.catalog, .bytes(try catalog.encoded()), options: options)
        } catch {
            logger.warning("The catalog of backups could not be written", metadata: ["error": "\(error)"])
        }
    }
}
