import GroundworkCrypto

/// Follows an archive of `pg_dump -Fc -Z0` as it streams by, without holding it and without any I/O: chunks in, places
/// where blocks begin and end out.
///
/// The archive has neither an end mark nor a check value: whether it is whole shows only in that it ends right behind
/// the block of the last entry with data. What the reader does not understand makes it ``ArchiveOutcome/opaque(_:)``;
/// it never stops a backup.
///
///     let reader = try ArchiveReader(hashes: true)
///     for try await chunk in dump { send(GzipInput(chunk, cuts: reader.feed(chunk))) }
///     guard reader.finish() == .complete else { … }
package final class ArchiveReader {
    private enum State {
        case head
        /// Before the type byte of a block, or at the end.
        case between
        /// Before the OID of a large object.
        case objectID
        /// Before the length of a chunk.
        case chunkLength
        /// Within a chunk.
        case chunk(remaining: Int)
        case opaque(ArchiveFault)
    }

    /// A chunk is as long as a row: up to 1 GiB.
    private static let chunkLimit = 1 << 30 + 1 << 20

    /// What was read so far; nil before the end of the table of contents.
    package private(set) var index: ArchiveIndex?
    /// The bytes fed.
    package private(set) var offset: Int64 = 0

    private var state = State.head
    private var head = ArchiveHeadParser()
    /// The entries with data, in order: their blocks must come so.
    private var awaited: [ArchiveEntry] = []
    private var block = ArchiveBlock(entryID: 0, range: 0..<0)
    private var isLargeObjects = false
    /// The bytes of a number that a chunk's end cut: at most five.
    private var partial: [UInt8] = []
    private let hashes: ArchiveHashes?
    private var payload: TablePayload

    /// - Parameter hashes: whether rows are counted and hashed, and the whole archive too; it costs about half a
    ///   nanosecond a byte.
    package init(hashes: Bool = false) throws {
        self.hashes = hashes ? try ArchiveHashes() : nil
        payload = TablePayload(self.hashes)
    }

    /// Takes in the next bytes.
    /// - Returns: the offsets in `bytes` where the head ends, and where each block ends.
    package func feed(_ bytes: [UInt8]) -> [Int] {
        var cuts: [Int] = []
        guard let hashes else {
            unsafe bytes.withUnsafeBufferPointer { unsafe read(bytes, $0, cuts: &cuts) }
            return cuts
        }
        unsafe hashes.withChunk(bytes) { unsafe read(bytes, $0, cuts: &cuts) }
        return cuts
    }

    private func read(_ bytes: [UInt8], _ buffer: UnsafeBufferPointer<UInt8>, cuts: inout [Int]) {
        var position = 0
        if case .head = state {
            position = feedHead(bytes)
            if case .between = state { cuts.append(position) }
        }
        unsafe walk(buffer, from: position, cuts: &cuts)
        offset += Int64(bytes.count)
    }

    /// The SHA-256 of all bytes fed, whether they were understood or not; nil without hashes. Call it once.
    package func sha256() throws -> [UInt8]? { try hashes?.finishArchive() }

    /// Judges the end.
    package func finish() -> ArchiveOutcome {
        switch state {
        case .opaque(let fault): return .opaque(fault)
        case .head: return .incomplete("it ends \(head.place)")
        case .between:
            guard partial.isEmpty else { return .incomplete("it ends within the beginning of a block") }
            let count = index?.blocks.count ?? 0
            guard count == awaited.count else {
                let next = awaited[count]
                return .incomplete(
                    "it ends after \(count) of \(awaited.count) blocks; the next is that of \(next.name)"
                )
            }
            return .complete
        case .objectID, .chunkLength, .chunk:
            let name = awaited[index?.blocks.count ?? 0].name
            return .incomplete("it ends within the data of \(name)")
        }
    }

    private func feedHead(_ bytes: [UInt8]) -> Int {
        do throws(ArchiveFault) {
            guard let rest = try head.feed(bytes[...]), let header = head.header else { return bytes.count }
            index = ArchiveIndex(header: header, entries: head.entries, headLength: head.length)
            awaited = head.entries.filter(\.hasData)
            head = ArchiveHeadParser()
            state = .between
            return max(0, bytes.count - rest)
        } catch {
            state = .opaque(error)
            return bytes.count
        }
    }

    private func walk(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, cuts: inout [Int]) {
        var position = start
        while position < bytes.count {
            switch state {
            case .head, .opaque: return
            case .chunk(let remaining):
                let count = min(remaining, bytes.count - position)
                if !isLargeObjects {
                    unsafe payload.append(UnsafeBufferPointer(rebasing: bytes[position..<position + count]))
                }
                position += count
                state = remaining == count ? .chunkLength : .chunk(remaining: remaining - count)
            case .between:
                guard let number = unsafe number(bytes, &position, width: 6) else { return }
                beginBlock(
                    type: UInt8(truncatingIfNeeded: number),
                    entry: number >> 8,
                    at: offset + Int64(position) - 6
                )
            case .objectID:
                guard let number = unsafe number(bytes, &position, width: 5) else { return }
                if number & 0xFF > 1 { return lose(.malformed, "the number of a large object is wrong", position) }
                if number == 0 {
                    endBlock(at: position, cuts: &cuts)
                } else {
                    block.largeObjects = (block.largeObjects ?? 0) + 1
                    state = .chunkLength
                }
            case .chunkLength:
                if !isLargeObjects, partial.isEmpty {
                    block.payloadBytes += unsafe payload.appendChunks(bytes, &position, limit: Self.chunkLimit)
                    guard position < bytes.count else { return }
                }
                guard let number = unsafe number(bytes, &position, width: 5) else { return }
                // The sign comes first: a length with one is negative.
                let length = Int(number >> 8)
                guard number & 0xFF == 0, length <= Self.chunkLimit else {
                    return lose(.malformed, "a chunk has an impossible length", position)
                }
                if length > 0 {
                    block.payloadBytes += Int64(length)
                    if !isLargeObjects { payload.beginChunk(length) }
                    state = .chunk(remaining: length)
                } else if isLargeObjects {
                    state = .objectID
                } else {
                    endBlock(at: position, cuts: &cuts)
                }
            }
        }
    }

    /// A number of 5 or 6 bytes, least significant first; nil when the chunk ends before it does.
    @inline(__always)
    private func number(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, width: Int) -> UInt64? {
        if partial.isEmpty, bytes.count - position >= width {
            var value: UInt64 = 0
            for index in 0..<width { value |= unsafe UInt64(bytes[position + index]) << UInt64(8 * index) }
            position += width
            return value
        }
        while partial.count < width {
            guard position < bytes.count else { return nil }
            partial.append(unsafe bytes[position])
            position += 1
        }
        defer { partial.removeAll(keepingCapacity: true) }
        return partial.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func beginBlock(type: UInt8, entry: UInt64, at start: Int64) {
        func refuse(_ code: ArchiveFault.Code, _ reason: String) {
            state = .opaque(ArchiveFault(code: code, reason: reason, offset: start))
        }
        let count = index?.blocks.count ?? 0
        guard awaited.indices.contains(count) else {
            return refuse(.trailingBytes, "bytes follow the last block")
        }
        let expected = awaited[count]
        guard entry & 0xFF == 0, Int(entry >> 8) == expected.id else {
            return refuse(.malformed, "the block of entry \(expected.id) is not the next")
        }
        isLargeObjects = expected.kind == "BLOBS"
        guard type == (isLargeObjects ? 3 : 1) else {
            return refuse(.malformed, "the block of entry \(expected.id) has the type \(type)")
        }
        block = ArchiveBlock(entryID: expected.id, range: start..<start)
        if isLargeObjects { block.largeObjects = 0 }
        state = isLargeObjects ? .objectID : .chunkLength
    }

    private func endBlock(at position: Int, cuts: inout [Int]) {
        block.range = block.range.lowerBound..<offset + Int64(position)
        if !isLargeObjects {
            let (rows, sha256) = payload.finish()
            block.rows = rows
            block.sha256 = sha256
        }
        index?.blocks.append(block)
        cuts.append(position)
        state = .between
    }

    private func lose(_ code: ArchiveFault.Code, _ reason: String, _ position: Int) {
        state = .opaque(ArchiveFault(code: code, reason: reason, offset: offset + Int64(position)))
    }
}
