import FoundationEssentials
import Glibc
import GroundworkCore

extension DirectoryObjectStore {
    /// Chunks are gathered until they are worth a change of threads.
    private static var batchSize: Int { 1 << 20 }

    func write(
        _ body: ObjectBody,
        to upload: DirectoryUpload,
        key: DirectoryKey,
        progress: ObjectProgress?
    ) async throws -> Int64 {
        var batch: [[UInt8]] = []
        var batched = 0
        var written: Int64 = 0
        func flush() async throws {
            let chunks = batch
            let offset = written
            batch = []
            written += Int64(batched)
            batched = 0
            try await perform("store", key) { _ in try upload.write(chunks, at: offset) }
            progress?.report(written)
        }
        let size = try await body.read(key: key.text, store: location) { chunk in
            batch.append(chunk)
            batched += chunk.count
            if batched >= Self.batchSize { try await flush() }
        }
        if batched > 0 { try await flush() }
        try Task.checkCancellation()
        return size
    }

    func discard(_ upload: DirectoryUpload) async {
        try? await threads.run { upload.discard() }
    }

    func content(of file: OpenFile, _ range: Range<Int64>, key: DirectoryKey) -> ObjectContent {
        let position = Locked(range.lowerBound)
        return ObjectContent { [location, threads] in
            try Task.checkCancellation()
            let start = position.withLock { $0 }
            let count = Int(min(Int64(Self.batchSize), range.upperBound - start))
            guard count > 0 else { return nil }
            let chunk: [UInt8]
            do {
                chunk = try await threads.run { try file.read(count, at: start) }
            } catch let error as SystemCallError {
                throw ObjectStoreError(error, cannot: "read", key: key.text, store: location)
            }
            guard chunk.count == count else {
                throw ObjectStoreError(
                    .corrupted,
                    "The file of \(key.text.debugDescription) became shorter while it was read.",
                    key: key.text,
                    store: location
                )
            }
            position.withLock { $0 += Int64(count) }
            return chunk
        }
    }

    /// Runs blocking work on the root and turns its errors into the store's.
    func perform<Result: Sendable>(
        _ action: String,
        _ key: DirectoryKey?,
        _ work: @escaping @Sendable (DirectoryHandle) throws -> Result
    ) async throws -> Result {
        let path = path
        do {
            return try await threads.run {
                let root: DirectoryHandle
                do throws(SystemCallError) {
                    root = try DirectoryHandle(path)
                } catch {
                    throw Self.rootError(error, path: path)
                }
                return try work(root)
            }
        } catch let error as SystemCallError {
            throw ObjectStoreError(error, cannot: "\(action)", key: key?.text, store: location)
        }
    }

    /// Runs work under the store's lock and waits for it without holding a thread.
    /// - Throws: ``ObjectStoreError`` with ``ObjectStoreError/Code/timedOut`` when others hold the lock for too long.
    func performLocked<Result: Sendable>(
        _ action: String,
        _ key: DirectoryKey?,
        _ work: @escaping @Sendable (DirectoryCommit) throws -> Result
    ) async throws -> Result {
        let deadline = time.monotonic.advanced(by: configuration.lockTimeout)
        let backoff = Backoff(base: .milliseconds(2), maximum: .milliseconds(50))
        var attempt = 0
        while true {
            let result = try await perform(action, key) { [location, configuration] root -> Result? in
                let synchronizes = configuration.synchronizes
                guard let commit = try DirectoryCommit(root: root, location: location, synchronizes: synchronizes)
                else { return nil }
                return try work(commit)
            }
            if let result { return result }
            guard time.monotonic < deadline else { throw lockError(action, key) }
            let pause = time.monotonic.advanced(by: backoff.delay(retry: attempt, random: SystemRandom()))
            try await time.sleep(until: min(deadline, pause))
            attempt += 1
        }
    }

    private func lockError(_ action: String, _ key: DirectoryKey?) -> ObjectStoreError {
        let file = "\(path)/\(DirectoryKey.reserved)/\(DirectoryCommit.lockName)"
        let name = key.map { " \($0.text.debugDescription)" } ?? ""
        return ObjectStoreError(
            .timedOut,
            """
            Cannot \(action)\(name): other programs held the lock \(file) for \(configuration.lockTimeout.seconds) s. \
            Find out which with `fuser \(file)`, and end it if it hangs.
            """,
            key: key?.text,
            store: location
        )
    }

    static func rootError(_ error: SystemCallError, path: String) -> ObjectStoreError {
        let location = "file://\(path)"
        switch error.number {
        case ENOENT:
            return ObjectStoreError(
                .storeNotFound,
                "The directory \(path) is not there. Make it, or mount what it should be on.",
                store: location,
                underlyingError: error
            )
        case ENOTDIR, EEXIST:
            return ObjectStoreError(
                .misconfigured,
                "\(path) is not a directory, or something on the way to it is not.",
                store: location,
                underlyingError: error
            )
        default:
            return ObjectStoreError(error, cannot: "open the directory \(path)", store: location)
        }
    }

    /// Makes a directory and those above it.
    /// - Parameter synchronize: brings a directory that got a new entry to the disk.
    static func makeDirectories(
        _ path: String,
        synchronize: (String) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        var parent = "/"
        var partial = ""
        for name in path.split(separator: "/") {
            partial += "/\(name)"
            defer { parent = partial }
            var status = stat()
            if unsafe stat(partial, &status) == 0 { continue }
            if unsafe mkdir(partial, 0o700) != 0, errno != EEXIST { throw .last("mkdir", path: partial) }
            try synchronize(parent)
        }
    }

    static func open(
        _ key: DirectoryKey,
        root: DirectoryHandle,
        location: String
    ) throws -> (file: OpenFile, info: ObjectInfo) {
        let missing = ObjectStoreError(
            .notFound,
            "There is no object \(key.text.debugDescription).",
            key: key.text,
            store: location
        )
        for _ in 0..<100 {
            do throws(SystemCallError) {
                if let found = try openOnce(key, root: root) { return found }
            } catch {
                guard [ENOENT, ENOTDIR, EISDIR, ENXIO].contains(error.number) else { throw error }
                break
            }
        }
        throw missing
    }

    /// Nil when the object was replaced between the steps.
    private static func openOnce(
        _ key: DirectoryKey,
        root: DirectoryHandle
    ) throws(SystemCallError) -> (file: OpenFile, info: ObjectInfo)? {
        var folder = root
        for name in key.folders { folder = try folder.child(name) }
        let file = try folder.openFile(key.name, flags: O_RDONLY)
        var status = stat()
        guard unsafe fstat(file.descriptor, &status) == 0 else { throw .last("stat", path: file.path) }
        guard status.isRegularFile else { throw SystemCallError(number: ENOENT, call: "open", path: file.path) }
        let sidecar = try DirectorySidecar.read(key.text, root: root)
        // Replaced since it was opened? Then the sidecar may tell about the other one.
        guard try folder.status(key.name)?.st_ino == status.st_ino else { return nil }
        let record = sidecar?.record(size: Int64(status.st_size), modified: status.modified)
        var info = info(key.text, status)
        info.contentType = record?.contentType
        info.metadata = record?.metadata ?? [:]
        return (file, info)
    }

    static func info(_ key: String, _ status: stat) -> ObjectInfo {
        ObjectInfo(
            key: key,
            size: Int64(status.st_size),
            etag: etag(of: status),
            lastModified: Date(timeIntervalSince1970: Double(status.modified) / 1e9)
        )
    }

    static func etag(of status: stat) -> String {
        "\(String(UInt64(bitPattern: status.modified), radix: 16))-\(String(status.st_size, radix: 16))"
    }
}
