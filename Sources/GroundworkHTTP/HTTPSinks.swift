/// Writes a body into a file, from an offset on.
public final class HTTPFileSink: HTTPBodySink {
    private let file: OpenFile
    private let limit: Int64?
    private let start: Int64
    private let written = Locked<Int64>(0)

    /// Opens or creates a file; nothing of it is cut off.
    /// - Parameters:
    ///   - path: the file; one that is created can be read and written by its owner only.
    ///   - offset: where the first byte goes.
    ///   - limit: the most bytes that are taken.
    /// - Throws: `SystemCallError`.
    public convenience init(path: String, offset: Int64 = 0, limit: Int64? = nil) throws {
        self.init(file: try OpenFile(path, flags: OpenFile.writeCreate), offset: offset, limit: limit)
    }

    package init(file: OpenFile, offset: Int64, limit: Int64? = nil) {
        self.file = file
        self.limit = limit
        start = offset
    }

    /// How many bytes were written so far.
    public var bytesWritten: Int64 { written.withLock { $0 } }

    /// Writes the next bytes.
    public func write(_ bytes: RawSpan) throws {
        let position = written.withLock { $0 }
        if let limit, Int64(bytes.byteCount) > limit - position {
            throw HTTPTransportError(
                .responseTooLarge,
                "The response's body is larger than the \(limit) bytes expected for \(file.path)."
            )
        }
        try unsafe bytes.withUnsafeBytes { unsafe try file.write($0, at: start + position) }
        written.withLock { $0 += Int64(bytes.byteCount) }
    }
}

/// Collects a body in memory, up to a limit.
public final class HTTPMemorySink: HTTPBodySink {
    private let limit: Int
    private let collected = Locked<[UInt8]>([])

    /// Makes a sink that holds at most `limit` bytes.
    public init(limit: Int) {
        self.limit = limit
    }

    /// What was collected so far.
    public var bytes: [UInt8] { collected.withLock { $0 } }

    /// Appends the next bytes.
    public func write(_ bytes: RawSpan) throws {
        try collected.withLock { collected throws(HTTPTransportError) in
            guard bytes.byteCount <= limit - collected.count else {
                throw HTTPTransportError(
                    .responseTooLarge,
                    "The response's body is larger than the \(limit) bytes that this call accepts."
                )
            }
            unsafe bytes.withUnsafeBytes { unsafe collected.append(contentsOf: $0) }
        }
    }
}

/// Hands each piece of a body to a closure: a counter, a parser.
public final class HTTPClosureSink: HTTPBodySink {
    private let body: @Sendable (RawSpan) throws -> Void

    /// Makes a sink from a closure, called by one thread at a time.
    public init(_ body: @escaping @Sendable (RawSpan) throws -> Void) {
        self.body = body
    }

    /// Calls the closure.
    public func write(_ bytes: RawSpan) throws { try body(bytes) }
}
