import Glibc
import GroundworkCore

/// Puts a finished upload in its place, and takes objects away, under the lock of the store.
struct DirectoryCommit: Sendable {
    let root: DirectoryHandle
    let location: String
    let synchronizes: Bool
    private let lock: OpenFile
    static let lockName = "lock"

    /// Takes the lock, which goes when the value does; nil when another holds it.
    init?(root: DirectoryHandle, location: String, synchronizes: Bool) throws(SystemCallError) {
        self.root = root
        self.location = location
        self.synchronizes = synchronizes
        lock = try root.makeChild(DirectoryKey.reserved, synchronizes: synchronizes)
            .openFile(Self.lockName, flags: O_RDWR | O_CREAT)
        // Never waits here: the threads are shared, and a wait for a stopped program would have no end.
        while flock(lock.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            if errno != EINTR { throw .last("flock", path: lock.path) }
        }
    }

    /// Moves the upload to its key.
    func place(_ upload: DirectoryUpload, at key: DirectoryKey, status: stat, options: ObjectPutOptions) throws {
        let folder = try folder(of: key)
        do {
            let present = try folder.status(key.name)
            guard present?.isDirectory != true else { throw conflict(key, "there are objects below it") }
            try check(options.condition, present: present, key: key)
            let record = DirectorySidecar.Record(
                size: Int64(status.st_size),
                modified: status.modified,
                contentType: options.contentType,
                metadata: options.metadata
            )
            let old = try DirectorySidecar.read(key.text, root: root)
            var sidecar = DirectorySidecar(key: key.text, records: [record])
            if old != nil || record.isWorthKeeping {
                sidecar.records = (old?.records ?? []) + [record]
                try sidecar.write(root: root, synchronizes: synchronizes)
            }
            do {
                try move(upload, to: folder, key: key, condition: options.condition)
            } catch {
                try? (old ?? DirectorySidecar(key: key.text, records: [])).write(root: root, synchronizes: synchronizes)
                throw error
            }
            if old != nil {
                sidecar.records = [record]
                // What is left behind by a failure here still finds the right record.
                try? sidecar.write(root: root, synchronizes: synchronizes)
            }
        } catch {
            removeEmptyFolders(key.folders)
            throw error
        }
        guard synchronizes else { return }
        do {
            try folder.synchronize()
        } catch {
            throw ObjectStoreError(
                .outcomeUnknown,
                "The object \(key.text.debugDescription) is in its place, but the disk did not confirm it.",
                key: key.text,
                store: location,
                underlyingError: error
            )
        }
    }

    /// Takes an object away.
    /// - Returns: the folder that it was in; nil when there was no such object.
    func remove(_ key: DirectoryKey) throws(SystemCallError) -> DirectoryHandle? {
        var folder = root
        do throws(SystemCallError) {
            for name in key.folders { folder = try folder.child(name) }
        } catch {
            if error.number == ENOENT || error.number == ENOTDIR { return nil }
            throw error
        }
        guard let status = try folder.status(key.name), status.isRegularFile else { return nil }
        try folder.unlink(key.name)
        try? DirectorySidecar(key: key.text, records: []).write(root: root, synchronizes: false)
        removeEmptyFolders(key.folders)
        return folder
    }

    private func move(
        _ upload: DirectoryUpload,
        to folder: DirectoryHandle,
        key: DirectoryKey,
        condition: ObjectPutOptions.Condition
    ) throws {
        if condition == .ifAbsent {
            do throws(SystemCallError) {
                // In one step: programs that know nothing of the lock cannot come between.
                try upload.folder.link(upload.dataName, to: folder, key.name)
                return
            } catch {
                if error.number == EEXIST { throw failed(condition, key) }
                // A file system without second names: the check under the lock has to do.
                guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.number) else { throw error }
            }
        }
        do throws(SystemCallError) {
            try upload.folder.rename(upload.dataName, to: folder, key.name)
        } catch {
            throw error.number == EISDIR ? conflict(key, "there are objects below it") : error
        }
    }

    private func folder(of key: DirectoryKey) throws -> DirectoryHandle {
        var folder = root
        for (index, name) in key.folders.enumerated() {
            do throws(SystemCallError) {
                folder = try folder.makeChild(name, synchronizes: synchronizes)
            } catch {
                removeEmptyFolders(Array(key.folders[..<index]))
                // A link is named as such elsewhere; a file in the way is another object.
                guard error.number == ENOTDIR, try folder.status(name)?.isRegularFile == true else { throw error }
                throw conflict(key, "\(key.folders[...index].joined(separator: "/").debugDescription) is an object")
            }
        }
        return folder
    }

    private func check(_ condition: ObjectPutOptions.Condition, present: stat?, key: DirectoryKey) throws {
        switch condition.base {
        case .none: return
        case .absent: if present != nil { throw failed(condition, key) }
        case .matches(let etag):
            guard let present, present.isRegularFile, DirectoryObjectStore.etag(of: present) == etag else {
                throw failed(condition, key)
            }
        }
    }

    private func failed(_ condition: ObjectPutOptions.Condition, _ key: DirectoryKey) -> ObjectStoreError {
        let reason = condition == .ifAbsent ? "there is one already" : "it is not the one with the ETag asked for"
        return ObjectStoreError(
            .preconditionFailed,
            "The object \(key.text.debugDescription) was not stored: \(reason).",
            key: key.text,
            store: location
        )
    }

    private func conflict(_ key: DirectoryKey, _ reason: String) -> ObjectStoreError {
        ObjectStoreError(
            .invalidKey,
            "A directory cannot keep an object as \(key.text.debugDescription): \(reason). Choose another key.",
            key: key.text,
            store: location
        )
    }

    /// Removes the folders on the way to a key, from the innermost, as long as they are empty.
    private func removeEmptyFolders(_ names: [String]) {
        var names = names
        while let last = names.popLast() {
            var parent = root
            for name in names {
                guard let next = try? parent.child(name) else { return }
                parent = next
            }
            guard parent.removeEmptyChild(last) else { return }
        }
    }
}
