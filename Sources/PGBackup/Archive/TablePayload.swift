import GroundworkCrypto

/// Counts and hashes the rows in a table's block.
///
/// A row is one line, for COPY escapes line ends in values. The rows are followed by a chunk of its own, `\.` and three
/// line feeds; without it the block holds something else than COPY's text, and there are no rows to count.
struct TablePayload {
    private static let terminator: [UInt8] = [0x5C, 0x2E, 0x0A, 0x0A, 0x0A]

    private let digest: Digest?
    private var rows: Int64 = 0
    /// A chunk of five bytes, which may be the terminator: not counted before it is known.
    private var held: [UInt8] = []
    private var holds = false
    private var isTerminated = false

    init(isActive: Bool) throws(CryptoError) {
        digest = isActive ? try Digest(.sha256) : nil
    }

    mutating func beginChunk(_ length: Int) {
        guard digest != nil else { return }
        if isTerminated { release() }
        holds = length == Self.terminator.count
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let digest else { return }
        if holds {
            unsafe held.append(contentsOf: bytes)
            guard held.count == Self.terminator.count else { return }
            if held == Self.terminator { isTerminated = true } else { release() }
            return
        }
        unsafe digest.update(UnsafeRawBufferPointer(bytes))
        rows += unsafe Self.lineFeeds(bytes)
    }

    /// What the block held; and everything from the start.
    mutating func finish() -> (rows: Int64?, sha256: [UInt8]?) {
        guard let digest else { return (nil, nil) }
        defer {
            rows = 0
            held.removeAll(keepingCapacity: true)
            holds = false
            isTerminated = false
        }
        let hash = try? digest.finalize()
        return isTerminated ? (rows, hash) : (nil, nil)
    }

    /// Counts the held bytes after all.
    private mutating func release() {
        unsafe held.withUnsafeBufferPointer { bytes in
            unsafe digest?.update(UnsafeRawBufferPointer(bytes))
            rows += unsafe Self.lineFeeds(bytes)
        }
        held.removeAll(keepingCapacity: true)
        isTerminated = false
    }

    private static func lineFeeds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
        var count = 0
        for index in 0..<bytes.count { count &+= unsafe bytes[index] == 0x0A ? 1 : 0 }
        return Int64(count)
    }
}
