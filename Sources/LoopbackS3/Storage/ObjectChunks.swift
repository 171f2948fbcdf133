import GroundworkCore

/// A range of an object, read chunk by chunk.
struct ObjectChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let parts: [StoredPart]
    let range: Range<Int64>

    init(_ object: StoredObject, _ range: Range<Int64>) {
        parts = object.parts
        self.range = range
    }

    func makeAsyncIterator() -> Iterator { Iterator(parts: parts[...], range: range) }

    struct Iterator: AsyncIteratorProtocol {
        private var parts: ArraySlice<StoredPart>
        private var position: Int64
        private let end: Int64
        /// Where the first of the remaining parts begins.
        private var partStart: Int64 = 0
        private var file: OpenFile?
        private static let chunkSize = 256 * 1024

        init(parts: ArraySlice<StoredPart>, range: Range<Int64>) {
            self.parts = parts
            position = range.lowerBound
            end = range.upperBound
        }

        mutating func next() async throws -> [UInt8]? {
            guard position < end else { return nil }
            while let part = parts.first, position >= partStart + part.blob.length {
                partStart += part.blob.length
                parts.removeFirst()
                file = nil
            }
            guard let blob = parts.first?.blob else { return nil }
            if file == nil { file = try blob.open() }
            let limit = Int(Swift.min(Int64(Self.chunkSize), end - position))
            let bytes = try blob.bytes(at: position - partStart, limit: limit, from: file)
            guard !bytes.isEmpty else { throw S3Failure.internalError("The stored bytes are gone.") }
            position += Int64(bytes.count)
            return bytes
        }
    }
}
