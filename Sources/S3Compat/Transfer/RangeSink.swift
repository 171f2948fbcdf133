import HTTPTypes

/// Writes one range of an object into a file, and knows how far it came.
final class RangeSink: HTTPBodySink {
    private let file: OpenFile
    /// What is still to come, by the object's offsets; these are the file's too.
    private let rest: Locked<Range<Int64>>
    private let accepts: @Sendable (HTTPResponse) throws -> Range<Int64>?

    /// - Parameter accepts: says which bytes an answer carries; nil for one that is an error.
    init(file: OpenFile, range: Range<Int64>, accepts: @escaping @Sendable (HTTPResponse) throws -> Range<Int64>?) {
        self.file = file
        self.accepts = accepts
        rest = Locked(range)
    }

    /// What is still to come.
    var remaining: Range<Int64> { rest.withLock { $0 } }

    func accept(_ head: HTTPResponse) throws -> Bool {
        guard let range = try accepts(head) else { return false }
        rest.withLock { $0 = range }
        return true
    }

    func write(_ bytes: RawSpan) throws {
        let rest = remaining
        guard Int64(bytes.byteCount) <= rest.upperBound - rest.lowerBound else {
            throw S3Error(.unexpectedResponse, "The store sent more bytes than it announced.")
        }
        try unsafe bytes.withUnsafeBytes { unsafe try file.write($0, at: rest.lowerBound) }
        self.rest.withLock { $0 = (rest.lowerBound + Int64(bytes.byteCount))..<rest.upperBound }
    }
}
