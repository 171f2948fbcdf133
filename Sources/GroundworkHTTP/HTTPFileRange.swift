/// A range of an open file, as the body of a request.
public struct HTTPFileRange: Sendable {
    /// The file's path, for messages.
    public var path: String { file.path }
    /// The first byte.
    public let offset: Int64
    /// How many bytes.
    public let length: Int64
    package let file: OpenFile

    /// Opens a file.
    /// - Throws: `SystemCallError` when it cannot be opened, ``HTTPTransportError`` when the range is not in it.
    public init(path: String, offset: Int64 = 0, length: Int64? = nil) throws {
        let file = try OpenFile(path)
        try self.init(file: file, offset: offset, length: length)
    }

    package init(file: OpenFile, offset: Int64, length: Int64?) throws {
        let size = try file.length()
        // The difference of a negative offset could overflow.
        let wanted = length ?? (offset >= 0 ? max(0, size - offset) : 0)
        guard offset >= 0, wanted >= 0, offset <= size, wanted <= size - offset else {
            throw HTTPTransportError(
                .invalidRequest,
                "The range of \(wanted) bytes from \(offset) is not inside \(file.path), which has \(size) bytes."
            )
        }
        self.file = file
        self.offset = offset
        self.length = wanted
    }

    /// Reads at most `buffer.count` bytes from `position`, counted from the start of the range.
    ///
    /// Returns 0 at the end of the range, and also where the file ends early: compare with ``length``.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemCallError) -> Int {
        let wanted = min(Int64(buffer.count), length - position)
        guard wanted > 0 else { return 0 }
        let window = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(wanted)])
        return unsafe try file.read(into: window, at: offset + position)
    }

    func chunks() -> FileChunks { FileChunks(range: self) }
}

/// A file's bytes in chunks of 256 KiB.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    let range: HTTPFileRange

    struct Iterator: AsyncIteratorProtocol {
        let range: HTTPFileRange
        var position: Int64 = 0

        mutating func next() async throws -> [UInt8]? {
            guard position < range.length else { return nil }
            let wanted = Int(Swift.min(256 * 1024, range.length - position))
            let chunk = try range.file.read(wanted, at: range.offset + position)
            guard !chunk.isEmpty else { return nil }
            position += Int64(chunk.count)
            return chunk
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(range: range) }
}
