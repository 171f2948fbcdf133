import Glibc
import GroundworkBase

/// Reads files that hold values: `.env` files, mounted secrets, `NAME_FILE`.
///
/// Regular files alone (a symbolic link to one counts, as Kubernetes mounts them); a named pipe, device, socket or
/// directory is refused without waiting for it.
public enum EnvFileReader {
    /// What was read, and who else may read it.
    public struct Contents: Sendable, CustomReflectable {
        /// The file.
        public let path: String
        /// The bytes.
        public let bytes: [UInt8]
        /// The permission bits, such as `0o600`.
        public let permissions: UInt32
        /// Whether every user of the machine may read the file.
        public var isReadableByEveryone: Bool { permissions & 0o004 != 0 }

        /// What to tell when the file holds secrets and every user may read it; nil when nobody else may.
        public var permissionWarning: String? {
            guard isReadableByEveryone else { return nil }
            return "\(path): every user of this machine may read the file; run: chmod o-rwx \(path)"
        }

        /// Shows the path, never the bytes.
        public var customMirror: Mirror { Mirror(self, children: ["path": path, "count": bytes.count]) }
    }

    /// The greatest file that is read when nothing else is said: 16 MiB.
    public static let defaultLimit = 16 << 20

    /// Reads a file whole.
    /// - Parameters:
    ///   - path: the file.
    ///   - limit: the greatest length in bytes.
    ///   - timeout: how long the file system may take. The call returns after it; the thread that waits for a
    ///     file system that hangs is left behind, at most four of them.
    /// - Throws: ``EnvFileError`` that names the file and what stands in its place.
    public static func read(
        path: String,
        limit: Int = defaultLimit,
        timeout: Duration = .seconds(5)
    ) throws(EnvFileError) -> [UInt8] {
        try contents(path: path, limit: limit, timeout: timeout).bytes
    }

    /// Reads a file whole, and says who else may read it. Parameters and errors as in
    /// ``read(path:limit:timeout:)``.
    public static func contents(
        path: String,
        limit: Int = defaultLimit,
        timeout: Duration = .seconds(5)
    ) throws(EnvFileError) -> Contents {
        try contents(path: path, timeout: timeout) { () throws(EnvFileError) in try readNow(path, limit: limit) }
    }

    /// Waits for `reading`, which may hang, on another thread.
    static func contents(
        path: String,
        timeout: Duration,
        reading: @escaping @Sendable () throws(EnvFileError) -> Contents
    ) throws(EnvFileError) -> Contents {
        let handover = Handover<Result<Contents, EnvFileError>>()
        threads.start {
            do throws(EnvFileError) {
                handover.put(.success(try reading()))
            } catch {
                handover.put(.failure(error))
            }
        }
        guard let result = handover.take(within: timeout) else {
            throw EnvFileError(
                .timedOut,
                path: path,
                reason: "the file system did not answer within \(timeout)",
                remedy: "check the mount"
            )
        }
        return try result.get()
    }

    // Four: a few mounts that hang must not use up the threads that others wait for.
    private static let threads = BlockingThreads(maximum: 4)

    /// Reads on the calling thread, without a bound in time.
    static func readNow(_ path: String, limit: Int) throws(EnvFileError) -> Contents {
        // Looked at before it is opened: opening some devices does something.
        var status = stat()
        guard !path.utf8.contains(0) else { throw systemError(SystemCallError(number: EINVAL, call: "open"), path) }
        guard unsafe stat(path, &status) == 0 else { throw systemError(.last("stat"), path) }
        try requireRegularFile(status, path)
        let file: OpenFile
        do throws(SystemCallError) {
            // Should a pipe have taken the file's place meanwhile, this does not wait for a writer.
            file = try OpenFile(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
        } catch {
            throw systemError(error, path)
        }
        guard unsafe fstat(file.descriptor, &status) == 0 else { throw systemError(.last("fstat"), path) }
        try requireRegularFile(status, path)
        guard status.st_size <= limit else { throw tooLarge(path, limit) }
        let bytes: [UInt8]
        do {
            // Files of /proc have no length: one byte more tells whether there is more.
            bytes = try file.readAll(expected: Int(status.st_size), limit: limit)
        } catch {
            throw systemError(error, path)
        }
        guard bytes.count <= limit else { throw tooLarge(path, limit) }
        return Contents(path: path, bytes: bytes, permissions: status.st_mode & 0o7777)
    }

    private static func requireRegularFile(_ status: stat, _ path: String) throws(EnvFileError) {
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: kind = "a directory"
        case S_IFIFO: kind = "a named pipe"
        case S_IFCHR, S_IFBLK: kind = "a device"
        case S_IFSOCK: kind = "a socket"
        default: kind = "no regular file"
        }
        throw EnvFileError(
            .notRegularFile,
            path: path,
            reason: "it is \(kind)",
            remedy: kind == "a directory" ? "name a file in it" : "name a regular file"
        )
    }

    private static func tooLarge(_ path: String, _ limit: Int) -> EnvFileError {
        EnvFileError(
            .tooLarge,
            path: path,
            reason: "it has more than \(limit) bytes",
            remedy: "name the right file, or raise the limit"
        )
    }

    private static func systemError(_ error: SystemCallError, _ path: String) -> EnvFileError {
        switch error.number {
        case ENOENT, ENOTDIR:
            EnvFileError(
                .notFound,
                path: path,
                reason: "there is no such file",
                remedy: "create it or correct the path",
                underlyingError: error
            )
        case EACCES, EPERM:
            EnvFileError(
                .permissionDenied,
                path: path,
                reason: "the process, which runs as user \(geteuid()), may not read it",
                remedy: "give that user the right to read the file and to enter its folders",
                underlyingError: error
            )
        default:
            EnvFileError(
                .unreadable,
                path: path,
                reason: "it cannot be read: \(error.reason)",
                remedy: "check the path and the disk",
                underlyingError: error
            )
        }
    }
}

extension OpenFile {
    /// The file's bytes, at most one more than `limit`.
    fileprivate func readAll(expected: Int, limit: Int) throws(SystemCallError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(expected, 4095), limit, 1 << 20) + 1)
        while bytes.count <= limit {
            let offset = Int64(bytes.count)
            var outcome = Result<Int, SystemCallError>.success(0)
            unsafe chunk.withUnsafeMutableBytes { buffer in
                do throws(SystemCallError) {
                    outcome = .success(unsafe try read(into: buffer, at: offset))
                } catch {
                    outcome = .failure(error)
                }
            }
            let count = try outcome.get()
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<min(count, limit + 1 - bytes.count)])
        }
        return bytes
    }
}
