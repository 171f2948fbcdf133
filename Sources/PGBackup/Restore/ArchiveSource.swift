import GroundworkCore
import GroundworkCrypto
import GroundworkStorage

/// The archive of a backup, read from the store, checked and decompressed as it is read.
///
/// Its end comes only after every length and hash agreed with the manifest; else it throws. A reader that keeps the
/// last bytes back until then has proof before it acts on them.
actor ArchiveSource {
    private let store: any ObjectStore
    private let manifest: BackupManifest
    private let manifestKey: String
    private let progress: ProgressReporter
    private let decoder: GzipDecoder
    private let objectHash: Digest
    private let archiveHash: Digest
    private var remaining: ArraySlice<BackupManifest.DataObject>
    private var current: (object: BackupManifest.DataObject, content: ObjectContent.AsyncIterator)?
    private var objectLength: Int64 = 0
    private var storedLength: Int64 = 0
    private var archiveLength: Int64 = 0
    private var ended = false

    init(_ manifest: BackupManifest, key: String, store: any ObjectStore, progress: ProgressReporter) throws {
        self.manifest = manifest
        self.store = store
        self.progress = progress
        manifestKey = key
        do { decoder = try GzipDecoder(limit: manifest.archive.length) } catch {
            throw PGBackupError(.systemFailure, error.reason)
        }
        objectHash = try Digest(.sha256)
        archiveHash = try Digest(.sha256)
        remaining = manifest.objects[...]
    }

    /// The next bytes of the archive, at most 256 KiB.
    func next() async throws -> [UInt8]? {
        if ended { return nil }
        while true {
            do throws(GzipError) {
                if let piece = try decoder.next() {
                    archiveLength += Int64(piece.count)
                    archiveHash.update(piece)
                    progress.update(archiveBytes: archiveLength, storedBytes: storedLength)
                    return piece
                }
            } catch {
                throw corrupted(current?.object.key ?? manifestKey, "it cannot be decompressed (\(error.reason))")
            }
            guard let chunk = try await nextStored() else {
                try conclude()
                ended = true
                return nil
            }
            decoder.feed(chunk)
        }
    }

    /// Reads the stored bytes to their end without decompressing them: lengths and hashes are compared all the same.
    /// - Returns: how many there are.
    func readStored() async throws -> Int64 {
        while try await nextStored() != nil { progress.update(archiveBytes: 0, storedBytes: storedLength) }
        return storedLength
    }

    private func nextStored() async throws -> [UInt8]? {
        while true {
            if current == nil {
                guard let object = remaining.popFirst() else { return nil }
                current = (object, try await open(object))
                objectLength = 0
            }
            guard var reading = current else { return nil }
            let chunk = try await reading.content.next()
            current = reading
            if let chunk {
                objectLength += Int64(chunk.count)
                storedLength += Int64(chunk.count)
                guard objectLength <= reading.object.length else { throw truncated(reading.object, has: objectLength) }
                objectHash.update(chunk)
                return chunk
            }
            guard objectLength == reading.object.length else { throw truncated(reading.object, has: objectLength) }
            guard Hex.encode(try objectHash.finalize()) == reading.object.sha256.lowercasedASCII() else {
                throw corrupted(reading.object.key, "its SHA-256 differs from the manifest's")
            }
            current = nil
        }
    }

    private func open(_ object: BackupManifest.DataObject) async throws -> ObjectContent.AsyncIterator {
        do {
            let result = try await store.get(object.key)
            guard result.info.size == object.length else { throw truncated(object, has: result.info.size) }
            return result.content.makeAsyncIterator()
        } catch let error as ObjectStoreError where error.code == .notFound {
            throw PGBackupError(
                .dataMissing,
                "The data object \(object.key) of the backup \(manifest.id) is gone from \(store.location): the backup cannot "
                    + "be restored. Use another backup, and find out what deleted the object.",
                underlyingError: error
            )
        }
    }

    private func conclude() throws {
        do throws(GzipError) {
            try decoder.finish()
        } catch {
            throw corrupted(manifestKey, "it cannot be decompressed (\(error.reason))")
        }
        guard archiveLength == manifest.archive.length else {
            throw corrupted(manifestKey, "the archive ends after \(archiveLength) of \(manifest.archive.length) bytes")
        }
        guard Hex.encode(try archiveHash.finalize()) == manifest.archive.sha256.lowercasedASCII() else {
            throw corrupted(manifestKey, "the SHA-256 of the archive differs from the manifest's")
        }
    }

    private func truncated(_ object: BackupManifest.DataObject, has length: Int64) -> PGBackupError {
        PGBackupError(
            .dataTruncated,
            "The data object \(object.key) in \(store.location) has \(length) bytes\(length > object.length ? " or more" : "") "
                + "instead of \(object.length): it was changed after it was stored. Use another backup, or bring the object "
                + "back from a copy."
        )
    }

    private func corrupted(_ key: String, _ what: String) -> PGBackupError {
        PGBackupError(
            .dataCorrupted,
            "The backup \(manifest.id) in \(store.location) is damaged: \(key): \(what). Use another backup, or bring the object "
                + "back from a copy."
        )
    }
}
