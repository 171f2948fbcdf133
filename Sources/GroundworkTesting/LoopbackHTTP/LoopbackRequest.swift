public import HTTPTypes

/// A request that reached a ``LoopbackHTTPServer``.
public struct LoopbackRequest: Sendable {
    /// Method, authority and fields; `path` is the request target byte for byte. `Host` is also among the fields.
    public let head: HTTPRequest
    /// The body, which streams as it is read.
    public let body: LoopbackRequestBody
    /// Counts the server's connections from 1: requests with the same number came over the same connection.
    public let connectionID: Int
}

/// The body of a request to a ``LoopbackHTTPServer``, read from the connection only as fast as it is consumed.
///
/// Each chunk is handed out once; a second iteration goes on where the first stopped. Reading it answers
/// `Expect: 100-continue`. It must be read before the handler returns.
public struct LoopbackRequestBody: AsyncSequence, Sendable {
    /// A chunk of the body, never empty.
    public typealias Element = [UInt8]
    /// ``LoopbackRequestError`` or `CancellationError`.
    public typealias Failure = any Error

    /// The declared length; nil for a chunked body.
    public let length: Int64?
    let connection: LoopbackConnection

    /// Reads the body chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        let connection: LoopbackConnection

        /// The next chunk; nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            try await connection.nextBodyChunk()
        }
    }

    /// An iterator that begins at the first byte not yet read.
    public func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }

    /// Reads the rest of the body into memory.
    /// - Parameter limit: the most bytes that are held.
    /// - Throws: ``LoopbackRequestError`` with status 413 beyond the limit.
    public func collect(upTo limit: Int = 64 * 1024 * 1024) async throws -> [UInt8] {
        if let length, length > Int64(limit) { throw LoopbackRequestError.tooLarge(limit) }
        var collected: [UInt8] = []
        for try await chunk in self {
            guard chunk.count <= limit - collected.count else { throw LoopbackRequestError.tooLarge(limit) }
            if collected.isEmpty { collected = chunk } else { collected += chunk }
        }
        return collected
    }
}

/// A request that cannot be served. Thrown by a handler, it is answered with its status and message.
public struct LoopbackRequestError: Error, Sendable, CustomStringConvertible {
    /// The status of the answer.
    public let status: HTTPResponse.Status
    /// The text of the answer.
    public let description: String

    /// Makes an error.
    public init(_ status: HTTPResponse.Status, _ description: String) {
        self.status = status
        self.description = description
    }

    static func tooLarge(_ limit: Int) -> LoopbackRequestError {
        LoopbackRequestError(.contentTooLarge, "The body has more than the \(limit) bytes that are accepted.")
    }
}
