import Glibc
import GroundworkCore

/// The free space of a file system.
enum FreeSpace {
    /// The bytes that a user without privileges may still write at a path.
    static func bytes(at path: String) throws(SystemCallError) -> Int64 {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw SystemCallError.last("statvfs", path: path) }
        return bytes(blocks: UInt64(status.f_bavail), of: UInt64(status.f_frsize))
    }

    /// File systems tell any numbers they like; what no number holds is the most that one does.
    static func bytes(blocks: UInt64, of size: UInt64) -> Int64 {
        let (bytes, overflow) = blocks.multipliedReportingOverflow(by: size)
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// What a database needs with something beside it, and half a gigabyte. The size is what others say: any number.
    static func needed(for size: Int64, more: Int64) -> Int64 {
        let (sum, overflow) = max(0, size).addingReportingOverflow(max(0, more))
        let (needed, beyond) = sum.addingReportingOverflow(512 << 20)
        return overflow || beyond ? .max : needed
    }
}
