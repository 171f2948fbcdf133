import CGroundworkChecksum

/// Counts and hashes the rows in a table's block.
///
/// A row is one line, for COPY escapes line ends in values. The rows are followed by a chunk of its own, `\.` and three
/// line feeds; without it the block holds something else than COPY's text, and there are no rows to count.
///
/// Rows are short and there are millions of them, so they are collected and taken in together.
struct TablePayload {
    private static let terminator: [UInt8] = [0x5C, 0x2E, 0x0A, 0x0A, 0x0A]
    private static let room = 32 << 10

    private let hashes: ArchiveHashes?
    private var rows: Int64 = 0
    /// Rows that are neither counted nor hashed yet.
    private var collected: [UInt8] = []
    /// A chunk of five bytes, which may be the terminator: not counted before it is known.
    private var held: [UInt8] = []
    private var holds = false
    private var isTerminated = false

    /// - Parameter hashes: takes the rows; without it they are neither counted nor hashed.
    init(_ hashes: ArchiveHashes?) {
        self.hashes = hashes
        if hashes != nil { collected.reserveCapacity(Self.room) }
    }

    mutating func beginChunk(_ length: Int) {
        guard hashes != nil else { return }
        if isTerminated { release() }
        holds = length == Self.terminator.count
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard hashes != nil else { return }
        guard holds else { return unsafe take(bytes) }
        unsafe held.append(contentsOf: bytes)
        guard held.count == Self.terminator.count else { return }
        if held == Self.terminator { isTerminated = true } else { release() }
    }

    /// Takes in the plain chunks from a position on: those that are in `bytes` as a whole, do not end the block and
    /// cannot be the terminator.
    /// - Parameter limit: longer chunks are not taken.
    /// - Returns: the bytes of data taken, without the lengths between them.
    mutating func appendChunks(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, limit: Int) -> Int64 {
        guard !isTerminated, let base = unsafe UnsafeRawPointer(bytes.baseAddress) else { return 0 }
        var taken = 0
        while bytes.count - position >= 5 {
            let sign = unsafe base.load(fromByteOffset: position, as: UInt8.self)
            let number = unsafe base.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self)
            let length = Int(UInt32(littleEndian: number))
            guard sign == 0, length > 0, length <= limit, length != Self.terminator.count,
                length <= bytes.count - position - 5
            else { break }
            if hashes != nil {
                unsafe take(UnsafeBufferPointer(rebasing: bytes[position + 5..<position + 5 + length]))
            }
            taken += length
            position += 5 + length
        }
        return Int64(taken)
    }

    /// What the block held; and everything from the start.
    mutating func finish() -> (rows: Int64?, sha256: [UInt8]?) {
        guard let hashes else { return (nil, nil) }
        defer {
            rows = 0
            held.removeAll(keepingCapacity: true)
            holds = false
            isTerminated = false
        }
        flush()
        let hash = try? hashes.finishRows()
        return isTerminated ? (rows, hash) : (nil, nil)
    }

    /// Counts the held bytes after all.
    private mutating func release() {
        if held.count > Self.room - collected.count { flush() }
        collected += held
        held.removeAll(keepingCapacity: true)
        isTerminated = false
    }

    @inline(__always)
    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.count > Self.room - collected.count {
            flush()
            if bytes.count > Self.room {
                unsafe hashes?.update(rows: UnsafeRawBufferPointer(bytes))
                rows += unsafe Self.lineFeeds(bytes)
                return
            }
        }
        unsafe collected.append(contentsOf: bytes)
    }

    private mutating func flush() {
        let hashes = hashes
        rows += unsafe collected.withUnsafeBufferPointer { bytes in
            unsafe hashes?.update(rows: UnsafeRawBufferPointer(bytes))
            return unsafe Self.lineFeeds(bytes)
        }
        collected.removeAll(keepingCapacity: true)
    }

    private static func lineFeeds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
        Int64(unsafe gw_count_byte(bytes.baseAddress, bytes.count, 0x0A))
    }
}
