import GroundworkCore
import GroundworkCrypto
import GroundworkStorage
import Logging

/// The end of a run: the data is proved, and the manifest makes it a backup.
extension PostgresBackup {
    /// Proves that the store holds what was sent.
    /// - Returns: the kind of proof.
    func checkStored(_ id: BackupID, _ summary: DumpSummary, _ stored: [ObjectPutResult]) async throws
        -> BackupReport.Check
    {
        var check = stored.first.map { BackupReport.Check($0.proof) } ?? .readBack
        for (index, (piece, result)) in zip(summary.objects, stored).enumerated() {
            let key = keys.data(id, index + 1)
            if try await readsBack(key, piece, result) { check = .readBack }
        }
        return check
    }

    /// - Returns: whether the object had to be read for it.
    private func readsBack(_ key: String, _ sent: StoredPiece, _ stored: ObjectPutResult) async throws -> Bool {
        func differs(_ what: String) -> PGBackupError {
            PGBackupError(
                .storedDataDiffers,
                "The store \(store.location) does not hold what was sent as \(key): \(what). The object was deleted; run "
                    + "the backup again.",
                isRetryable: true
            )
        }
        let size = try await store.head(key).size
        guard size == sent.length else { throw differs("it has \(size) bytes instead of \(sent.length)") }
        guard stored.proof == .none else { return false }
        let hash = try Digest(.sha256)
        for try await chunk in try await store.get(key).content { hash.update(chunk) }
        guard try hash.finalize() == sent.sha256 else { throw differs("its SHA-256 is another") }
        return true
    }

    func storeManifest(_ manifest: BackupManifest) async throws -> String {
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
    func removeFailed(_ id: BackupID, objects: Int, because error: any Error) async throws {
        let (store, keys, logger) = (store, keys, logger)
        try? await shielded {
            do {
                try await store.delete(keys.manifest(id))
                for number in 1...max(1, objects) { try await store.delete(keys.data(id, number)) }
                try await store.delete(keys.globals(id))
            } catch let failure {
                logger.error(
                    "The objects of a failed backup could not be deleted",
                    metadata: ["id": "\(id)", "error": "\(failure)"]
                )
            }
        }
    }
}
