/// Gives the parts of a body one after the other; belongs to one task.
struct PartFeed {
    private enum Origin {
        case bytes([UInt8])
        case file(OpenFile)
        case stream(any AsyncIteratorProtocol<[UInt8], any Error>)
    }

    private let plan: PartPlan
    private let declared: Int64?
    private var origin: Origin
    private var assembler: PartAssembler
    private var position: Int64 = 0
    private var isAtEnd = false

    init(_ body: ObjectBody, plan: PartPlan) throws {
        self.plan = plan
        declared = if case .known(let count) = body.length { count } else { nil }
        assembler = PartAssembler(partSize: plan.partSize)
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
        guard !isAtEnd else { return nil }
        switch origin {
        case .bytes(let bytes):
            try checkLength(Int64(bytes.count), isAtEnd: true)
            let end = min(Int64(bytes.count), position + plan.partSize)
            let isWhole = position == 0 && end == Int64(bytes.count)
            let part = isWhole ? bytes : Array(bytes[Int(position)..<Int(end)])
            return finish(.chunks([part]), end: end, of: Int64(bytes.count))
        case .file(let file):
            let size = try file.length()
            try checkLength(size, isAtEnd: true)
            let end = min(size, position + plan.partSize)
            let range = try HTTPFileRange(file: file, offset: position, length: end - position)
            return finish(.file(range), end: end, of: size)
        case .stream(var iterator):
            return try await nextOfStream(&iterator)
        }
    }

    private mutating func finish(_ source: PartSource, end: Int64, of size: Int64) -> (PartSource, Bool) {
        position = end
        isAtEnd = end == size
        return (source, isAtEnd)
    }

    private mutating func nextOfStream(
        _ iterator: inout any AsyncIteratorProtocol<[UInt8], any Error>
    ) async throws -> (source: PartSource, isLast: Bool)? {
        let hadPart = position > 0
        while true {
            if let part = assembler.takePart() {
                position += plan.partSize
                return (.chunks(part), false)
            }
            try Task.checkCancellation()
            let chunk = try await iterator.next(isolation: #isolation)
            origin = .stream(iterator)
            guard let chunk else { break }
            assembler.append(chunk)
            try checkLength(assembler.total, isAtEnd: false)
        }
        try checkLength(assembler.total, isAtEnd: true)
        isAtEnd = true
        let rest = assembler.takeRest()
        if rest.isEmpty, hadPart { return nil }
        return (.chunks(rest), true)
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

    init(_ feed: PartFeed) { self.feed = feed }

    /// The next part; nil at the end.
    func next() async throws -> PartSource? { try await feed.next()?.source }
}
