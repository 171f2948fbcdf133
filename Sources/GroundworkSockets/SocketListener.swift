import CGroundworkSockets

/// A TCP socket that waits for connections.
package final class SocketListener: Sendable {
    private let handle: SocketHandle
    /// The port, also when the system chose it.
    package let port: UInt16

    /// Listens on an address; port 0 lets the system choose a free one.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressUnavailable``.
    package init(_ address: SocketAddress, backlog: Int32 = 1024) throws(SocketError) {
        let socket = unsafe withUnsafePointer(to: address.raw) { unsafe gw_socket_listen($0, backlog) }
        guard socket >= 0 else {
            throw SocketError(
                .addressUnavailable,
                "Cannot listen on port \(address.port) of \(address) (port 0 takes a free one)",
                call: "listen",
                result: Int(socket)
            )
        }
        port = UInt16(clamping: gw_socket_local_port(socket))
        handle = try SocketStream.register(socket)
    }

    deinit { handle.close() }

    /// The next connection.
    /// - Throws: ``SocketError``, `CancellationError`. ``SocketError/Code/systemFailure`` may pass: the process has no
    ///   descriptor left until it closes one.
    package func accept(deadline: ContinuousClock.Instant? = nil) async throws -> SocketStream {
        try Task.checkCancellation()
        while true {
            let socket = try handle.withDescriptor { gw_socket_accept($0) }
            if socket >= 0 { return try SocketStream(adopting: socket) }
            if SocketStream.wouldBlock(Int(socket)) {
                try await handle.wait(for: .readable, deadline: deadline)
            } else if socket != -GW_CONNECTION_ABORTED {
                throw SocketError(
                    .systemFailure,
                    "A connection cannot be accepted",
                    call: "accept",
                    result: Int(socket)
                )
            }
        }
    }

    /// Stops listening; a task that waits for a connection gets ``SocketError/Code/closed``.
    package func close() { handle.close() }
}
