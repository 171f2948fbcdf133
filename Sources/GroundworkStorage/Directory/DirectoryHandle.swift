import Glibc
import GroundworkCore

/// An open directory that closes itself. Names below it are resolved one by one and never through a symbolic link, so
/// that no key leads out of the root, whatever somebody does to the tree meanwhile.
final class DirectoryHandle: Sendable {
    /// An entry that a listing may show.
    struct Entry {
        var name: [UInt8]
        var isDirectory: Bool
    }

    let descriptor: Int32
    let path: String

    init(_ path: String) throws(SystemCallError) {
        descriptor = try Self.open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, path: path)
        self.path = path
    }

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    private static func open(
        _ directory: Int32,
        _ name: String,
        _ flags: Int32,
        _ mode: mode_t,
        path: String
    ) throws(SystemCallError) -> Int32 {
        while true {
            let descriptor = unsafe openat(directory, name, flags | O_CLOEXEC, mode)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw .last("open", path: path) }
        }
    }

    /// Opens a directory in this one.
    func child(_ name: String) throws(SystemCallError) -> DirectoryHandle {
        let full = "\(path)/\(name)"
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        return DirectoryHandle(descriptor: try Self.open(descriptor, name, flags, 0, path: full), path: full)
    }

    /// Opens a directory in this one, and makes it first if it is not there.
    func makeChild(_ name: String, synchronizes: Bool) throws(SystemCallError) -> DirectoryHandle {
        if unsafe mkdirat(descriptor, name, 0o700) == 0 {
            if synchronizes { try synchronize() }
        } else if errno != EEXIST {
            throw .last("mkdir", path: "\(path)/\(name)")
        }
        return try child(name)
    }

    /// Opens a file in this directory.
    func openFile(_ name: String, flags: Int32) throws(SystemCallError) -> OpenFile {
        let full = "\(path)/\(name)"
        let descriptor = try Self.open(descriptor, name, flags | O_NOFOLLOW | O_NONBLOCK, 0o600, path: full)
        return OpenFile(adopting: descriptor, path: full)
    }

    /// What stands under a name, links not followed; nil when nothing does.
    func status(_ name: String) throws(SystemCallError) -> stat? {
        var status = stat()
        if unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .last("stat", path: "\(path)/\(name)")
    }

    /// Removes a file. One that is not there is no error.
    func unlink(_ name: String) throws(SystemCallError) {
        if unsafe unlinkat(descriptor, name, 0) != 0, errno != ENOENT {
            throw .last("unlink", path: "\(path)/\(name)")
        }
    }

    /// Removes a directory if it is empty.
    /// - Returns: whether it went.
    func removeEmptyChild(_ name: String) -> Bool {
        unsafe unlinkat(descriptor, name, AT_REMOVEDIR) == 0
    }

    /// Moves a file here under a new name, over whatever file is there.
    func rename(_ name: String, to target: DirectoryHandle, _ newName: String) throws(SystemCallError) {
        guard unsafe renameat(descriptor, name, target.descriptor, newName) == 0 else {
            throw .last("rename", path: "\(target.path)/\(newName)")
        }
    }

    /// Gives a file a second name; fails with `EEXIST` when that is taken.
    func link(_ name: String, to target: DirectoryHandle, _ newName: String) throws(SystemCallError) {
        guard unsafe linkat(descriptor, name, target.descriptor, newName, 0) == 0 else {
            throw .last("link", path: "\(target.path)/\(newName)")
        }
    }

    /// Waits until new and removed names are on the disk.
    func synchronize() throws(SystemCallError) {
        while fsync(descriptor) != 0 {
            if errno != EINTR { throw .last("fsync", path: path) }
        }
    }

    /// Regular files and directories, in the order of the keys below them: a directory sorts as its name and a slash.
    func entries() throws(SystemCallError) -> [Entry] {
        let copy = try Self.open(descriptor, ".", O_RDONLY | O_DIRECTORY, 0, path: path)
        guard let stream = unsafe fdopendir(copy) else {
            close(copy)
            throw .last("opendir", path: path)
        }
        defer { unsafe closedir(stream) }
        var found: [Entry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw .last("readdir", path: path) }
                break
            }
            let name = unsafe Self.name(of: entry)
            guard name != [0x2E], name != [0x2E, 0x2E], let text = String(validating: name, as: UTF8.self) else {
                continue
            }
            switch unsafe entry.pointee.d_type {
            case UInt8(DT_REG): found.append(Entry(name: name, isDirectory: false))
            case UInt8(DT_DIR): found.append(Entry(name: name + [0x2F], isDirectory: true))
            case UInt8(DT_UNKNOWN):
                guard let status = try status(text) else { continue }
                if status.isRegularFile { found.append(Entry(name: name, isDirectory: false)) }
                if status.isDirectory { found.append(Entry(name: name + [0x2F], isDirectory: true)) }
            default: continue
            }
        }
        return found.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe Array(bytes.prefix { $0 != 0 })
        }
    }
}

extension stat {
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
    var isSymbolicLink: Bool { st_mode & S_IFMT == S_IFLNK }

    /// The time of the last change, in nanoseconds since 1970.
    var modified: Int64 { Int64(st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(st_mtim.tv_nsec) }
}
