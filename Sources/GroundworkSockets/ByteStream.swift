/// A connection that carries bytes both ways, in clear or through TLS.
///
/// At most one task reads and one task writes at a time. Every wait ends at its deadline with
/// ``SocketError/Code/timedOut``, and at once when the task is cancelled; after a wait that ended so, reading may go
/// on but writing may not: part of the bytes may be under way.
package protocol ByteStream: AnyObject, Sendable {
    /// The next bytes, at least one and at most `limit`; none when the other side has sent its last.
    /// - Throws: ``SocketError``, `CancellationError`.
    func read(upTo limit: Int, deadline: ContinuousClock.Instant?) async throws -> [UInt8]

    /// Sends all bytes, in order; returns when the system has taken the last of them.
    /// - Throws: ``SocketError``, `CancellationError`.
    func write(_ bytes: ArraySlice<UInt8>, deadline: ContinuousClock.Instant?) async throws

    /// Tells the other side that no more bytes follow; reading goes on.
    func closeWrite(deadline: ContinuousClock.Instant?) async throws

    /// Returns when the other side has closed its half of the connection or all of it.
    func waitUntilHungUp(deadline: ContinuousClock.Instant?) async throws

    /// Returns when the other side's system has acknowledged all bytes written.
    func waitUntilDelivered(deadline: ContinuousClock.Instant?) async throws

    /// Ends the connection. Waits of other tasks throw ``SocketError/Code/closed``. Harmless when repeated.
    func close()

    /// Ends the connection so that the other side sees a reset.
    func reset()
}

extension ByteStream {
    /// Sends all bytes, in order.
    package func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant?) async throws {
        try await write(bytes[...], deadline: deadline)
    }
}
