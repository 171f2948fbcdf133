import GroundworkHTTP

/// A JSON text in pieces, some of which are encoded only when they are sent.
struct StreamedJSON: Sendable {
    enum Segment: Sendable {
        /// Bytes that are sent as they are.
        case bytes([UInt8])
        /// Content that is sent as base64 without line ends.
        case base64(HTTPBody, fileName: String)
    }

    let segments: [Segment]

    /// The length in bytes; nil when that of an attachment is not known beforehand.
    var length: Int64? {
        var sum: Int64 = 0
        for segment in segments {
            switch segment {
            case .bytes(let bytes): sum += Int64(bytes.count)
            case .base64(let content, _):
                guard let length = content.length, length < 1 << 50 else { return nil }
                sum += (length + 2) / 3 * 4
            }
        }
        return sum
    }

    /// The text as the body of a request. Memory does not grow with attachments.
    /// - Parameter limit: reading ends with an error beyond so many bytes, if the length was not known beforehand.
    func body(limit: Int?) -> HTTPBody {
        if case .bytes(let bytes)? = segments.first, segments.count == 1 { return .bytes(bytes) }
        let chunks = StreamedJSONChunks(segments: segments, limit: limit.map(Int64.init) ?? .max)
        let isReplayable = segments.allSatisfy { segment in
            if case .base64(let content, _) = segment { content.isReplayable } else { true }
        }
        return isReplayable ? .replayable(length: length) { chunks } : .stream(length: length, chunks)
    }
}

/// The bytes of a JSON text in chunks of at most about 64 KiB, or as large as the pieces that it was made of.
struct StreamedJSONChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let segments: [StreamedJSON.Segment]
    let limit: Int64

    func makeAsyncIterator() -> Iterator { Iterator(segments: segments[...], limit: limit) }

    struct Iterator: AsyncIteratorProtocol {
        /// What goes into one chunk of base64; a multiple of three.
        private static let inputSize = 48 * 1024

        private var segments: ArraySlice<StreamedJSON.Segment>
        private let limit: Int64
        private var written: Int64 = 0
        private var source: (any AsyncIteratorProtocol<[UInt8], any Error>)?
        private var fileName = ""
        private var rest: [UInt8] = []
        private var position = 0

        init(segments: ArraySlice<StreamedJSON.Segment>, limit: Int64) {
            self.segments = segments
            self.limit = limit
        }

        /// The next chunk; nil at the end.
        /// - Throws: ``MailError`` when an attachment cannot be read or the text becomes too long.
        mutating func next() async throws -> [UInt8]? {
            while true {
                try Task.checkCancellation()
                if source != nil {
                    if let chunk = try await nextEncoded() { return try counted(chunk) }
                    source = nil
                    continue
                }
                switch segments.popFirst() {
                case nil: return nil
                case .bytes(let bytes): if !bytes.isEmpty { return try counted(bytes) }
                case .base64(let content, let name): try open(content, name)
                }
            }
        }

        private mutating func counted(_ chunk: [UInt8]) throws -> [UInt8] {
            written += Int64(chunk.count)
            guard written <= limit else {
                throw MailError(
                    .limitExceeded,
                    "With the attachment \(fileName) the request is larger than the \(limit) bytes that the provider takes."
                )
            }
            return chunk
        }

        private mutating func open(_ content: HTTPBody, _ name: String) throws {
            fileName = name
            rest = []
            position = 0
            do { source = Self.iterator(of: try content.chunks()) } catch { throw unreadable(error) }
        }

        private static func iterator<S: AsyncSequence<[UInt8], any Error>>(
            of chunks: S
        ) -> any AsyncIteratorProtocol<[UInt8], any Error> {
            chunks.makeAsyncIterator()
        }

        /// A chunk whose input is a multiple of three bytes, or the last one; nil at the end of the content.
        private mutating func nextEncoded() async throws -> [UInt8]? {
            while rest.count - position < Self.inputSize {
                guard let chunk = try await nextChunk() else {
                    guard position < rest.count else { return nil }
                    defer { position = rest.count }
                    return Base64Text.encode(rest[position...])
                }
                if position > 0 {
                    rest.removeFirst(position)
                    position = 0
                }
                if rest.isEmpty { rest = chunk } else { rest += chunk }
            }
            defer { position += Self.inputSize }
            return Base64Text.encode(rest[position..<position + Self.inputSize])
        }

        private mutating func nextChunk() async throws -> [UInt8]? {
            guard var iterator = source else { return nil }
            do {
                let chunk = try await iterator.next(isolation: #isolation)
                source = iterator
                return chunk
            } catch let error as CancellationError {
                throw error
            } catch {
                throw unreadable(error)
            }
        }

        private func unreadable(_ error: any Error) -> MailError {
            MailError(.contentUnreadable, "The attachment \(fileName) cannot be read.", underlyingError: error)
        }
    }
}
