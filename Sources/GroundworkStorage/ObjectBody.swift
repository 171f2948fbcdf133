/// The bytes of an object to be stored: in memory, in a file, or a sequence of chunks.
public struct ObjectBody: Sendable {
    /// A sequence of chunks, whatever its concrete type.
    public typealias Chunks = any AsyncSequence<[UInt8], any Error> & Sendable

    /// The length, known or not.
    public enum Length: Sendable, Hashable {
        /// Exactly so many bytes; a body that has more or fewer is an error.
        case known(Int64)
        /// Not known beforehand. A store that cuts uploads into parts of one size sizes them by the estimate.
        case unknown(estimate: Int64?)
    }

    /// Where the bytes come from.
    public enum Source: Sendable {
        /// Bytes in memory.
        case bytes([UInt8])
        /// A file, read from its first byte to its last.
        case file(path: String)
        /// A sequence that is read once.
        case stream(Chunks)
    }

    /// Where the bytes come from.
    public let source: Source
    /// The length, known or not.
    public let length: Length

    /// Bytes in memory.
    public static func bytes(_ bytes: [UInt8]) -> ObjectBody {
        ObjectBody(source: .bytes(bytes), length: .known(Int64(bytes.count)))
    }

    /// The UTF-8 bytes of a text.
    public static func text(_ text: String) -> ObjectBody { .bytes(Array(text.utf8)) }

    /// A file. Its length is taken now.
    /// - Throws: `SystemCallError` when it cannot be opened.
    public static func file(_ path: String) throws -> ObjectBody {
        ObjectBody(source: .file(path: path), length: .known(try OpenFile(path).length()))
    }

    /// A sequence of chunks that is read once.
    public static func stream<S: AsyncSequence<[UInt8], any Error> & Sendable>(_ chunks: S, length: Length)
        -> ObjectBody
    {
        ObjectBody(source: .stream(chunks), length: length)
    }
}
