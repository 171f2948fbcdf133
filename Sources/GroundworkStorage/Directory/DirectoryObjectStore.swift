public import FoundationEssentials
import Glibc
import GroundworkCore

/// A directory as a store: the object `backups/db.gz` is the file `backups/db.gz` below it.
///
/// - Atomic and durable: bytes go to a temporary file, are brought to the disk (`fsync`) and renamed into place; the
///   folder is brought to the disk as well. After a crash a reader finds the old object or the new one.
/// - Confined: symbolic links are not followed and not listed, keys with `.`, `..`, empty segments, NUL bytes,
///   segments over 255 bytes or over 1,024 bytes in all are refused with ``ObjectStoreError/Code/invalidKey``, and so
///   are two keys of which one is a folder of the other (`a`, `a/b`).
/// - Conditional puts hold against every other program (`link(2)`) for ``ObjectPutOptions/Condition/ifAbsent``, and
///   against other users of this type for ``ObjectPutOptions/Condition/ifMatches(etag:)``.
/// - The ETag is made of the file's time and length: it costs no read, changes with every put, and survives a copy
///   that keeps times (`cp -a`, `rsync -a`). It proves nothing about the bytes, so a put's proof is
///   ``ObjectPutResult/Proof/none``: read the object back to be sure of the disk.
/// - Content types, metadata, locks and unfinished uploads lie in the folder `.groundwork`; copy it along. Files that
///   other programs put into the directory are objects too. Names that are not UTF-8 are passed over.
///
/// Files are made with mode 0600, folders with 0700.
public final class DirectoryObjectStore: ObjectStore {
    /// How the directory is used.
    public struct Configuration: Sendable, Hashable {
        /// Whether the directory is made, with those above it, when it is not there.
        public var createsDirectory = true
        /// Whether a put waits for the disk. Without it puts are faster and may be lost, though not torn, in a crash
        /// of the machine.
        public var synchronizes = true
        /// How long a put or delete waits while other programs change the directory.
        public var lockTimeout: Duration = .seconds(30)

        /// Makes the default configuration.
        public init() {}
    }

    /// The directory, as an absolute path.
    public let path: String
    let configuration: Configuration
    let time: any TimeSource
    let threads = BlockingThreads.shared

    /// `file://` and the path.
    public var location: String { "file://\(path)" }

    /// Opens a directory as a store.
    /// - Throws: ``ObjectStoreError`` when it is not there and cannot be made, or is no directory.
    public convenience init(path: String, configuration: Configuration = Configuration()) throws {
        try self.init(path: path, configuration: configuration, time: SystemTime())
    }

    /// Opens a directory as a store that waits on a clock of the caller's.
    init(path: String, configuration: Configuration = Configuration(), time: any TimeSource) throws {
        self.time = time
        let absolute = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        let trimmed = absolute.utf8.reversed().drop { $0 == 0x2F }.reversed()
        self.path = trimmed.isEmpty ? "/" : String(decoding: trimmed, as: UTF8.self)
        self.configuration = configuration
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ObjectStoreError(.misconfigured, "The path of a directory store is empty or holds a NUL byte.")
        }
        do throws(SystemCallError) {
            if configuration.createsDirectory {
                try Self.makeDirectories(self.path) { parent throws(SystemCallError) in
                    if configuration.synchronizes { try DirectoryHandle(parent).synchronize() }
                }
            }
            _ = try DirectoryHandle(self.path)
        } catch {
            throw Self.rootError(error, path: self.path)
        }
    }

    /// Conditions are kept; keys must be paths.
    public func capabilities() async throws -> ObjectStoreCapabilities {
        ObjectStoreCapabilities(conditionalPut: .enforced, listsAbandonedUploads: true, arbitraryKeys: false)
    }

    /// Stores an object; see the type for how.
    @discardableResult
    public func put(_ key: String, _ body: ObjectBody, options: ObjectPutOptions) async throws -> ObjectPutResult {
        let key = try DirectoryKey(key, store: location)
        let options = try options.normalized(key: key.text, store: location)
        let upload = try await perform("store", key) { [configuration] root in
            try DirectoryUpload(key, root: root, synchronizes: configuration.synchronizes)
        }
        do {
            let size = try await write(body, to: upload, key: key, progress: options.progress)
            let status = try await perform("store", key) { [configuration] _ in
                try upload.finish(synchronizes: configuration.synchronizes)
            }
            try await performLocked("store", key) { commit in
                try commit.place(upload, at: key, status: status, options: options)
            }
            await discard(upload)
            return ObjectPutResult(size: size, etag: Self.etag(of: status), proof: .none)
        } catch {
            await discard(upload)
            throw error
        }
    }

    /// Opens an object. What is read is that very file, even if the object is replaced meanwhile.
    public func get(_ key: String, options: ObjectGetOptions) async throws -> ObjectGetResult {
        let key = try DirectoryKey(key, store: location)
        let (file, info) = try await perform("read", key) { [location] root in
            try Self.open(key, root: root, location: location)
        }
        if let expected = options.ifMatch, expected != info.etag {
            throw ObjectStoreError(
                .preconditionFailed,
                "The object \(key.text.debugDescription) is not the one with the ETag asked for.",
                key: key.text,
                store: location
            )
        }
        let range = try info.clamp(options.range, store: location)
        return ObjectGetResult(info: info, range: range, content: content(of: file, range, key: key))
    }

    /// Looks at an object.
    public func head(_ key: String) async throws -> ObjectInfo {
        let key = try DirectoryKey(key, store: location)
        return try await perform("look at", key) { [location] root in
            try Self.open(key, root: root, location: location).info
        }
    }

    /// Deletes an object, and the folders that are empty then.
    public func delete(_ key: String) async throws {
        if let failure = try await deleteMany([key]).first { throw failure.error }
    }

    /// Deletes objects one by one; the disk is waited for once a folder.
    public func deleteMany(_ keys: [String]) async throws -> [ObjectDeleteFailure] {
        try await performLocked("delete", nil) { [location, configuration] commit in
            var failures: [ObjectDeleteFailure] = []
            var folders: [String: DirectoryHandle] = [:]
            for key in keys {
                do {
                    let key = try DirectoryKey(key, store: location)
                    if let folder = try commit.remove(key) { folders[folder.path] = folder }
                } catch let error as SystemCallError {
                    let failure = ObjectStoreError(error, cannot: "delete", key: key, store: location)
                    failures.append(ObjectDeleteFailure(key: key, error: failure))
                } catch let error as ObjectStoreError {
                    failures.append(ObjectDeleteFailure(key: key, error: error))
                }
            }
            if configuration.synchronizes { for folder in folders.values { try folder.synchronize() } }
            return failures
        }
    }

    /// Lists objects; folders are read as the listing gets to them.
    public func list(_ options: ObjectListOptions) -> ObjectListing {
        ObjectListing { [self] in
            let walker = Locked<DirectoryWalker?>(nil)
            return {
                try await self.perform("list", nil) { root in
                    try walker.withLock { walker throws(SystemCallError) -> ObjectListPage? in
                        if walker == nil { walker = try DirectoryWalker(root: root, options: options) }
                        return try walker?.page()
                    }
                }
            }
        }
    }

    /// Puts whose process ended before they did. Those that a process still works on are not among them.
    public func abandonedUploads(prefix: String, olderThan date: Date) async throws -> [AbandonedUpload] {
        try await perform("list unfinished uploads of", nil) { root in
            let folder: DirectoryHandle
            do throws(SystemCallError) {
                folder = try root.child(DirectoryKey.reserved).child("uploads")
            } catch {
                guard error.number == ENOENT else { throw error }
                return []
            }
            return try DirectoryUpload.abandoned(in: folder).compactMap { found in
                let begun = Date(timeIntervalSince1970: Double(found.begun) / 1e9)
                guard begun < date, found.key.utf8.starts(with: prefix.utf8) else { return nil }
                return AbandonedUpload(key: found.key, uploadID: found.id, initiated: begun)
            }
        }
    }

    /// Removes the files of an unfinished put.
    public func abort(_ upload: AbandonedUpload) async throws {
        guard DirectoryUpload.isIdentifier(upload.uploadID) else { return }
        try await perform("abort an upload of", nil) { root in
            do throws(SystemCallError) {
                let folder = try root.child(DirectoryKey.reserved).child("uploads")
                try folder.unlink("\(upload.uploadID).data")
                try folder.unlink("\(upload.uploadID).key")
            } catch {
                guard error.number == ENOENT else { throw error }
            }
        }
    }
}
