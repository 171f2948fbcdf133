/// The bytes of a message in chunks.
public struct MIMEChunks: AsyncSequence, Sendable {
    /// A chunk.
    public typealias Element = [UInt8]
    /// What an attachment throws.
    public typealias Failure = any Error

    let segments: [BodySegment]

    /// Reads the chunks one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        /// What goes into one chunk of base64: 1,024 lines.
        private static let inputSize = Base64Lines.lineInput * 1024
        /// The largest piece of what is there already.
        private static let pieceSize = 64 * 1024

        private var segments: ArraySlice<BodySegment>
        private var source: (any AsyncIteratorProtocol<[UInt8], any Error>)?
        private var fileName = ""
        private var expected: Int64?
        private var delivered: Int64 = 0
        /// What was left of the chunks before, less than one piece.
        private var carry: [UInt8] = []
        private var current: [UInt8] = []
        private var position = 0
        /// What is left of bytes that are sent as they are.
        private var whole: ArraySlice<UInt8>?

        init(_ segments: [BodySegment]) { self.segments = segments[...] }

        /// The next chunk, never an empty one; nil at the end.
        /// - Throws: ``MailError`` with ``MailError/Code/contentUnreadable`` when an attachment cannot be read, or has
        ///   another length than it said.
        public mutating func next() async throws -> [UInt8]? {
            while true {
                if let rest = whole {
                    let piece = rest.prefix(Self.pieceSize)
                    whole = piece.count < rest.count ? rest.dropFirst(piece.count) : nil
                    return Array(piece)
                }
                if source != nil {
                    if let chunk = try await nextEncoded() { return chunk }
                    source = nil
                    continue
                }
                switch segments.popFirst() {
                case nil: return nil
                case .bytes(let bytes):
                    if bytes.count <= Self.pieceSize {
                        if !bytes.isEmpty { return bytes }
                    } else {
                        whole = bytes[...]
                    }
                case .base64(let content, let name):
                    try open(content, name)
                }
            }
        }

        private mutating func open(_ content: HTTPBody, _ name: String) throws {
            fileName = name
            expected = content.length
            delivered = 0
            (carry, current, position) = ([], [], 0)
            do {
                source = Self.iterator(of: try content.chunks())
            } catch {
                throw unreadable("cannot be opened", error)
            }
        }

        private static func iterator<S: AsyncSequence<[UInt8], any Error>>(
            of chunks: S
        ) -> any AsyncIteratorProtocol<[UInt8], any Error> {
            chunks.makeAsyncIterator()
        }

        /// A chunk of whole lines, or the last one; nil at the end of the content.
        private mutating func nextEncoded() async throws -> [UInt8]? {
            try Task.checkCancellation()
            while true {
                let rest = current.count - position
                if carry.isEmpty, rest >= Self.inputSize {
                    defer { position += Self.inputSize }
                    return Self.encode(current, position..<position + Self.inputSize)
                }
                let taken = Swift.min(Self.inputSize - carry.count, rest)
                carry += current[position..<position + taken]
                position += taken
                if carry.count == Self.inputSize { return encodeCarry() }
                // Let go before the next one comes, so that one is in memory at a time.
                (current, position) = ([], 0)
                guard let chunk = try await nextChunk() else {
                    guard carry.isEmpty else { return encodeCarry() }
                    if let expected, delivered != expected { throw wrongLength }
                    return nil
                }
                current = chunk
            }
        }

        private mutating func encodeCarry() -> [UInt8] {
            defer { carry.removeAll(keepingCapacity: true) }
            return Self.encode(carry, 0..<carry.count)
        }

        private static func encode(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
            var output: [UInt8] = []
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe Base64Lines.append(UnsafeRawBufferPointer(rebasing: bytes[range]), to: &output)
            }
            return output
        }

        private mutating func nextChunk() async throws -> [UInt8]? {
            do {
                guard var iterator = source else { return nil }
                let next = try await iterator.next(isolation: #isolation)
                source = iterator
                guard let chunk = next else { return nil }
                delivered += Int64(chunk.count)
                if let expected, delivered > expected { throw wrongLength }
                return chunk
            } catch let error as CancellationError {
                throw error
            } catch let error as MailError {
                throw error
            } catch {
                throw unreadable("cannot be read", error)
            }
        }

        private var wrongLength: MailError {
            unreadable("has another length than the \(expected ?? 0) bytes that were announced", nil)
        }

        private func unreadable(_ what: String, _ error: (any Error)?) -> MailError {
            MailError(.contentUnreadable, "The attachment \(fileName) \(what).", underlyingError: error)
        }
    }

    /// Begins from the first byte.
    public func makeAsyncIterator() -> Iterator { Iterator(segments) }
}
