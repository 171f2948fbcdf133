import GroundworkCore
import GroundworkStorage
import Logging

extension PostgresBackup {
    /// How many manifests are read at once.
    private static let readers = 16

    /// Lists the backups. A manifest that cannot be read is reported and hides no other.
    /// - Throws: ``PGBackupError`` when the store fails, `CancellationError`.
    public func list() async throws -> BackupListing {
        try await operation("listing of the backups") {
            let ids = try await listIDs()
            var listing = BackupListing(backups: [], unreadable: [])
            try await withThrowingTaskGroup(of: (BackupID, Result<BackupManifest, PGBackupError>).self) { group in
                var waiting = ids[...]
                func startNext() {
                    guard let id = waiting.popFirst() else { return }
                    group.addTask { (id, try await readManifest(id)) }
                }
                for _ in 0..<Self.readers { startNext() }
                while let (id, outcome) = try await group.next() {
                    startNext()
                    switch outcome {
                    case .success(let manifest): listing.backups.append(manifest)
                    // Deleted since it was listed.
                    case .failure(let error) where error.code == .backupNotFound: continue
                    case .failure(let error): listing.unreadable.append(.init(key: keys.manifest(id), error: error))
                    }
                }
            }
            listing.backups.sort { $0.id > $1.id }
            listing.unreadable.sort { $0.key > $1.key }
            return listing
        }
    }

    /// The newest backup of this database that can be read: of a database of the name that the URL says, whatever server it
    /// was on. Where the URL names neither a database nor a user, the newest of all.
    /// - Throws: ``PGBackupError`` with ``PGBackupError/Code/backupNotFound`` when there is none.
    public func latest() async throws -> BackupManifest {
        try await operation("search for the latest backup") {
            var firstFailure: PGBackupError?
            var foreign: BackupManifest?
            for id in try await listIDs().sorted(by: >) {
                switch try await readManifest(id) {
                case .success(let manifest) where isOwn(manifest): return manifest
                case .success(let manifest): foreign = foreign ?? manifest
                case .failure(let error):
                    if error.code != .backupNotFound { firstFailure = firstFailure ?? error }
                    logger.warning("A manifest was passed over: \(error.message)")
                }
            }
            if let foreign, let name = databaseName, firstFailure == nil {
                throw PGBackupError(
                    .backupNotFound,
                    "There is no backup of the database \(name) under \(keys.manifests) in \(store.location); the newest one "
                        + "there, \(foreign.id), is of \(Self.shown(foreign.source.database)). Name a backup by its id, or check the "
                        + "database's name and the prefix."
                )
            }
            throw firstFailure
                ?? PGBackupError(
                    .backupNotFound,
                    "There is no backup under \(keys.manifests) in \(store.location). Check the prefix, or make a backup."
                )
        }
    }

    /// The manifest of one backup.
    /// - Throws: ``PGBackupError``, among others ``PGBackupError/Code/backupNotFound``.
    public func manifest(_ id: BackupID) async throws -> BackupManifest {
        try await operation("reading of the manifest of \(id)") { try await readManifest(id).get() }
    }

    /// The ids of all manifests, in the order in which the store lists them.
    private func listIDs() async throws -> [BackupID] {
        var ids: [BackupID] = []
        for try await object in store.list(prefix: keys.manifests) {
            if let id = keys.id(ofManifest: object.key) { ids.append(id) }
        }
        return ids
    }

    /// - Parameter skipsTables: whether the index of its tables is left out.
    func readManifest(
        _ id: BackupID,
        skipsTables: Bool = false
    ) async throws -> Result<BackupManifest, PGBackupError> {
        let key = keys.manifest(id)
        let bytes: [UInt8]
        do {
            bytes = try await store.read(key, upTo: BackupManifest.sizeLimit)
        } catch let error as ObjectStoreError where error.code == .notFound {
            return .failure(
                PGBackupError(.backupNotFound, "There is no backup \(id) in \(store.location): no object \(key).")
            )
        } catch let error as ObjectStoreError where error.code == .tooLarge {
            return .failure(
                PGBackupError(
                    .invalidManifest,
                    "The manifest \(key) is larger than any manifest is; it was changed after it was written.",
                    underlyingError: error
                )
            )
        }
        return Result { () throws(PGBackupError) in
            let manifest = try BackupManifest.decode(bytes, key: key, skipsTables: skipsTables)
            guard manifest.id == id else {
                throw PGBackupError(.invalidManifest, "The manifest \(key) is that of another backup, \(manifest.id).")
            }
            return manifest
        }
    }
}
