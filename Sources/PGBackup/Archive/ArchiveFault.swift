/// Why an archive cannot be followed any further. It is no failure of the backup: the bytes are stored all the same,
/// only without an index.
package struct ArchiveFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of obstacle.
    package enum Code: String, Sendable, Hashable {
        /// The first bytes are not those of an archive.
        case notAnArchive
        /// An archive version that is not known: 1.14 to 1.16 are.
        case unsupportedVersion
        /// Integers or offsets of another size, or another format than custom.
        case unsupportedLayout
        /// The data is compressed by pg_dump.
        case compressed
        /// The bytes contradict the format.
        case malformed
        /// Something is larger than the reader accepts.
        case limitExceeded
        /// Bytes follow the last block.
        case trailingBytes
    }

    package let code: Code
    /// What is wrong, in words.
    package let reason: String
    /// Where in the archive.
    package let offset: Int64

    package var description: String { "\(reason) (at byte \(offset) of the archive)" }
}

/// How an archive ended.
package enum ArchiveOutcome: Sendable, Hashable {
    /// Right behind the block of the last entry with data: nothing is missing.
    case complete
    /// Too early; in words where.
    case incomplete(String)
    /// The reader lost the thread and cannot tell.
    case opaque(ArchiveFault)
}
