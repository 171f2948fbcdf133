/// Why a gzip stream could not be read.
package struct GzipError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    package enum Code: Sendable, Hashable {
        /// The stream ends within a member, or holds none.
        case truncated
        /// The bytes are no gzip: at the start, within a member, or its check value or length is wrong.
        case corrupt
        /// Bytes that begin no member follow a whole one.
        case trailingGarbage
        /// The contents are longer than the reader allows.
        case tooLong
        /// zlib could not be set up: no memory, or a library of another version.
        case systemFailure
    }

    package let code: Code
    /// What is wrong, in words.
    package let reason: String
    /// How many bytes of the compressed stream were taken in.
    package let offset: Int64
    /// Where the member at fault begins in the compressed stream.
    package let memberOffset: Int64

    package var description: String {
        "the gzip stream is damaged: \(reason) (at byte \(offset), in the member that begins at byte \(memberOffset))"
    }
}
