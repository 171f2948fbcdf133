public import HTTPTypes

/// Where the body of a response goes without passing through an async sequence: a file (``HTTPFileSink``), a hash
/// (``HTTPHashingSink``), memory (``HTTPMemorySink``), a closure (``HTTPClosureSink``).
///
/// A transport calls `accept` once with the head, then `write` for each piece in order, then `finish`; all from one
/// thread at a time, none after one of them threw. A `write` should be short: it may run on the transport's own thread.
///
///     final class Counter: HTTPBodySink {
///         private let count = Atomic<Int>(0)
///         func accept(_ head: HTTPResponse) -> Bool { head.status.code == 200 }
///         func write(_ bytes: RawSpan) { count.add(bytes.byteCount, ordering: .relaxed) }
///         func finish() {}
///     }
public protocol HTTPBodySink: AnyObject, Sendable {
    /// Decides by the head whether the body belongs here. A refused body is returned to the caller instead.
    func accept(_ head: HTTPResponse) throws -> Bool

    /// Takes the next bytes of the body.
    func write(_ bytes: RawSpan) throws

    /// Is told that the body is complete.
    func finish() throws
}

extension HTTPBodySink {
    /// Accepts the successful statuses, 200 to 299.
    public func accept(_ head: HTTPResponse) throws -> Bool { head.status.kind == .successful }

    /// Does nothing.
    public func finish() throws {}
}
