public import HTTPTypes

/// What a ``LoopbackHTTPServer`` answers.
///
/// The server adds `Date`, `Content-Length` or `Transfer-Encoding`, and `Connection`; a length or date given here wins.
public struct LoopbackResponse: Sendable {
    /// The body of a response.
    public struct Body: Sendable {
        enum Base: Sendable {
            case bytes([UInt8])
            case stream(length: Int64?, any AsyncSequence<[UInt8], any Error> & Sendable)
        }

        let base: Base

        /// No byte.
        public static var empty: Body { Body(base: .bytes([])) }

        /// Bytes in memory.
        public static func bytes(_ bytes: [UInt8]) -> Body { Body(base: .bytes(bytes)) }

        /// The UTF-8 bytes of a text.
        public static func text(_ text: String) -> Body { .bytes(Array(text.utf8)) }

        /// Chunks, sent as fast as the client takes them.
        /// - Parameters:
        ///   - length: the sum of their lengths; nil sends them with the chunked coding. With fewer bytes the
        ///     connection ends early, the surplus is not sent.
        ///   - chunks: the chunks.
        public static func stream(
            length: Int64?,
            _ chunks: any AsyncSequence<[UInt8], any Error> & Sendable
        ) -> Body {
            Body(base: .stream(length: length, chunks))
        }

        var length: Int64? {
            switch base {
            case .bytes(let bytes): Int64(bytes.count)
            case .stream(let length, _): length
            }
        }
    }

    /// A fault that the server commits instead of, or in the middle of, the answer.
    public struct Fault: Sendable, Hashable {
        enum Base: Hashable {
            case closeWithoutAnswer, hang
            case resetAfterBodyBytes(Int)
            case truncateBody(afterBytes: Int)
            case raw([UInt8])
        }

        let base: Base

        /// Closes the connection without a byte of an answer.
        public static let closeWithoutAnswer = Fault(base: .closeWithoutAnswer)
        /// Never answers; the connection stays open until the client closes it or the server stops.
        public static let hang = Fault(base: .hang)

        /// Sends the head and so many bytes of the body, then resets the connection.
        public static func resetAfterBodyBytes(_ count: Int) -> Fault { Fault(base: .resetAfterBodyBytes(count)) }

        /// Sends the head with the whole body's length and so many bytes of it, then closes in an orderly way.
        public static func truncateBody(afterBytes count: Int) -> Fault {
            Fault(base: .truncateBody(afterBytes: count))
        }

        /// Sends these bytes in place of the answer, head included, and closes: for answers that are no HTTP.
        public static func raw(_ bytes: [UInt8]) -> Fault { Fault(base: .raw(bytes)) }
    }

    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headerFields: HTTPFields
    /// The body; not sent in answer to HEAD and with the statuses 1xx, 204 and 304.
    public var body: Body
    /// The fault to commit, if any.
    public var fault: Fault?

    /// Makes an answer.
    public init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: Body = .empty) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }
}
