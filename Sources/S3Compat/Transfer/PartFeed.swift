/// Gives the parts of a body one after the other, all but the last of one length; belongs to one task.
struct PartFeed {
    private enum Origin {
        case bytes([UInt8])
        case file(OpenFile)
        case stream(any AsyncIteratorProtocol<[UInt8], any Error>)
    }

    private let partSize: Int64
    private let declared: Int64?
    let buffers: PartBuffers
    private var origin: Origin
    /// What of the stream's last chunk belongs to parts to come.
    private var rest: ArraySlice<UInt8> = []
    /// How many bytes parts were made of.
    private var position: Int64 = 0
    private var isAtEnd = false
    private var returned: PartSource?

    init(_ body: ObjectBody, partSize: Int64) throws {
        self.partSize = partSize
        switch body.length {
        case .known(let count):
            declared = count
            buffers = PartBuffers(capacity: min(partSize, count))
        case .unknown:
            declared = nil
            buffers = PartBuffers(capacity: partSize)
        }
        switch body.source {
        case .bytes(let bytes): origin = .bytes(bytes)
        case .file(let path): origin = .file(try OpenFile(path))
        case .stream(let chunks): origin = .stream(Self.iterator(of: chunks))
        }
    }

    private static func iterator<S: AsyncSequence<[UInt8], any Error>>(
        of chunks: S
    ) -> any AsyncIteratorProtocol<[UInt8], any Error> {
        chunks.makeAsyncIterator()
    }

    /// The next part; nil at the end. The first part is given even if it is empty.
    /// - Throws: ``S3Error`` with ``S3Error/Code/lengthMismatch``, or what the source throws.
    mutating func next() async throws -> (source: PartSource, isLast: Bool)? {
        if let source = returned {
            returned = nil
            return (source, isAtEnd)
        }
        guard !isAtEnd else { return nil }
        switch origin {
        case .bytes(let bytes):
            try checkLength(Int64(bytes.count), isAtEnd: true)
            let end = min(Int64(bytes.count), position + partSize)
            if position == 0, end == Int64(bytes.count) { return finish(.bytes(bytes), end: end, of: end) }
            var part = buffers.take()
            part.append(contentsOf: bytes[Int(position)..<Int(end)])
            return finish(.buffer(PartBuffer(part)), end: end, of: Int64(bytes.count))
        case .file(let file):
            let size = try file.length()
            try checkLength(size, isAtEnd: true)
            let end = min(size, position + partSize)
            let range = try HTTPFileRange(file: file, offset: position, length: end - position)
            return finish(.file(range), end: end, of: size)
        case .stream(var iterator):
            let hadPart = position > 0
            let part = try await fill(from: &iterator)
            origin = .stream(iterator)
            if isAtEnd, hadPart, part.isEmpty { return nil }
            return (.buffer(PartBuffer(part)), isAtEnd)
        }
    }

    /// Lets the next call give a part once more.
    mutating func putBack(_ source: PartSource) { returned = source }

    private mutating func finish(_ source: PartSource, end: Int64, of size: Int64) -> (PartSource, Bool) {
        position = end
        isAtEnd = end == size
        return (source, isAtEnd)
    }

    /// Fills one buffer, of which no byte moves until it is sent.
    private mutating func fill(
        from iterator: inout any AsyncIteratorProtocol<[UInt8], any Error>
    ) async throws -> [UInt8] {
        var part = buffers.take()
        while Int64(part.count) < partSize {
            if rest.isEmpty {
                try Task.checkCancellation()
                guard let chunk = try await iterator.next(isolation: #isolation) else {
                    try checkLength(position, isAtEnd: true)
                    isAtEnd = true
                    return part
                }
                rest = chunk[...]
                try checkLength(position + Int64(chunk.count), isAtEnd: false)
            }
            let piece = rest.prefix(Int(min(partSize - Int64(part.count), Int64(rest.count))))
            part.append(contentsOf: piece)
            position += Int64(piece.count)
            // An empty slice would hold on to its chunk.
            rest = piece.count == rest.count ? [] : rest.dropFirst(piece.count)
        }
        return part
    }

    private func checkLength(_ count: Int64, isAtEnd: Bool) throws(S3Error) {
        guard let declared, isAtEnd ? count != declared : count > declared else { return }
        throw S3Error(
            .lengthMismatch,
            isAtEnd
                ? "The body has \(count) bytes, but \(declared) were declared."
                : "The body has more than the \(declared) bytes that were declared."
        )
    }
}

/// A feed that goes from task to task.
final class PartQueue: @unchecked Sendable {
    // Unchecked: `sendParts` starts a task that calls `next` only when the one before has ended.
    private var feed: PartFeed
    let buffers: PartBuffers

    init(_ feed: PartFeed) {
        self.feed = feed
        buffers = feed.buffers
    }

    /// The next part; nil at the end.
    func next() async throws -> PartSource? { try await feed.next()?.source }
}
