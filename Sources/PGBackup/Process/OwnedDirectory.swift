package import FoundationEssentials
import Glibc
import GroundworkCore

/// A directory for files that must not outlive the process, readable by its owner only.
///
/// It holds a locked file for as long as it lives. The lock goes with the process, however it ends, so a later process
/// knows by it which directories were left behind by a SIGKILL or a power cut, and removes them.
package final class OwnedDirectory: Sendable {
    private static let lockName = ".lock"

    /// The directory's path.
    package let path: String
    private let lock: OpenFile

    /// Makes a directory `base/prefix<random>` of mode 0700.
    package init(in base: String, prefix: String) throws {
        let path = "\(base)/\(prefix)\(Hex.encode(SystemRandom().bytes(8)))"
        guard unsafe mkdir(path, 0o700) == 0 else { throw SystemCallError.last("mkdir", path: path) }
        self.path = path
        do {
            lock = try OpenFile("\(path)/\(Self.lockName)", flags: O_RDWR | O_CREAT | O_EXCL)
            guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw SystemCallError.last("flock", path: path)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// Writes a file of mode 0600 that is not there yet.
    /// - Returns: its path.
    package func write(_ name: String, _ bytes: [UInt8]) throws(SystemCallError) -> String {
        let file = try OpenFile("\(path)/\(name)", flags: O_WRONLY | O_CREAT | O_EXCL)
        try file.write(bytes, at: 0)
        return file.path
    }

    /// Removes the directory and all that is in it.
    package func remove() { try? FileManager.default.removeItem(atPath: path) }

    deinit { remove() }

    /// The directories of this user that processes left behind.
    /// - Parameter age: younger ones are left alone: their owner may not have locked them yet.
    static func abandoned(in base: String, prefix: String, olderThan age: Double = 60, now: Date = Date()) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.map { "\(base)/\($0)" }.filter { path in
            var status = stat()
            return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
                && status.st_uid == geteuid() && now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) >= age
                && isAbandoned(path)
        }
    }

    /// Removes the directories of this user that processes left behind.
    /// - Parameters:
    ///   - age: younger ones are left alone: their owner may not have locked them yet.
    ///   - beforeRemoval: called with the path of each.
    /// - Returns: the paths removed.
    @discardableResult
    package static func removeAbandoned(
        in base: String,
        prefix: String,
        olderThan age: Double = 60,
        now: Date = Date(),
        beforeRemoval: (String) -> Void = { _ in }
    ) -> [String] {
        var removed: [String] = []
        for path in abandoned(in: base, prefix: prefix, olderThan: age, now: now) {
            beforeRemoval(path)
            do {
                try FileManager.default.removeItem(atPath: path)
                removed.append(path)
            } catch {
                // Somebody else removed it, or it is in use; the next start tries again.
                continue
            }
        }
        return removed
    }

    private static func isAbandoned(_ path: String) -> Bool {
        // A directory without the file was left between mkdir and open.
        guard let lock = try? OpenFile("\(path)/\(lockName)", flags: O_RDWR | O_NOFOLLOW) else {
            return errno == ENOENT
        }
        return flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0
    }
}
