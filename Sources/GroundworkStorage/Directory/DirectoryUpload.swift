import Glibc
import GroundworkCore

/// The two files of a put that is under way: the bytes, and the key that they are meant for.
///
/// The writer holds a lock on the bytes, so that an upload whose process died can be told from a slow one.
final class DirectoryUpload: Sendable {
    let id: String
    let folder: DirectoryHandle
    let file: OpenFile

    var dataName: String { "\(id).data" }
    private var keyName: String { "\(id).key" }

    /// Starts an upload.
    init(_ key: DirectoryKey, root: DirectoryHandle, synchronizes: Bool) throws(SystemCallError) {
        let own = try root.makeChild(DirectoryKey.reserved, synchronizes: synchronizes)
        folder = try own.makeChild("uploads", synchronizes: synchronizes)
        id = Hex.encode(SystemRandom().bytes(16))
        let flags = O_RDWR | O_CREAT | O_EXCL
        do throws(SystemCallError) {
            try folder.openFile("\(id).key", flags: flags).write(Array(key.text.utf8), at: 0)
            file = try folder.openFile("\(id).data", flags: flags)
        } catch {
            Self.remove(id, from: folder)
            throw error
        }
        flock(file.descriptor, LOCK_EX | LOCK_NB)
    }

    /// Writes chunks one behind the other.
    func write(_ chunks: [[UInt8]], at offset: Int64) throws(SystemCallError) {
        var offset = offset
        for chunk in chunks {
            try file.write(chunk, at: offset)
            offset += Int64(chunk.count)
        }
    }

    /// Brings the bytes to the disk and gives the file its time: in full nanoseconds, where the system's own stamp has
    /// steps of milliseconds, so that two puts never look alike.
    func finish(synchronizes: Bool) throws(SystemCallError) -> stat {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let times = [now, now]
        guard unsafe futimens(file.descriptor, times) == 0 else { throw .last("futimens", path: file.path) }
        if synchronizes { try file.synchronize() }
        var status = stat()
        guard unsafe fstat(file.descriptor, &status) == 0 else { throw .last("stat", path: file.path) }
        return status
    }

    /// Removes what is left of the upload.
    func discard() { Self.remove(id, from: folder) }

    /// Removes the files of an upload. It does nothing when they are not there.
    static func remove(_ id: String, from folder: DirectoryHandle) {
        try? folder.unlink("\(id).data")
        try? folder.unlink("\(id).key")
    }

    /// Whether a name is one that ``init(_:root:synchronizes:)`` makes.
    static func isIdentifier(_ text: String) -> Bool { text.utf8.count == 32 && Hex.decode(text) != nil }

    /// The uploads that no process works on any more.
    static func abandoned(in folder: DirectoryHandle) throws(SystemCallError) -> [(
        id: String, key: String, begun: Int64
    )] {
        var found: [(id: String, key: String, begun: Int64)] = []
        for entry in try folder.entries() {
            let name = String(decoding: entry.name, as: UTF8.self)
            guard name.hasSuffix(".key"), isIdentifier(String(name.dropLast(4))) else { continue }
            let id = String(name.dropLast(4))
            guard let status = try folder.status(name),
                let file = try? folder.openFile(name, flags: O_RDONLY), let key = try? file.read(2048, at: 0)
            else { continue }
            if let data = try? folder.openFile("\(id).data", flags: O_RDONLY) {
                // The lock goes when `data` closes.
                guard flock(data.descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            }
            found.append((id, String(decoding: key, as: UTF8.self), status.modified))
        }
        return found
    }
}
