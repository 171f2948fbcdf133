import CGroundworkSockets
import GroundworkCore

/// A TCP connection in clear.
package final class SocketStream: ByteStream {
    let handle: SocketHandle

    /// Takes over a connected, non-blocking socket.
    init(adopting socket: Int32) throws(SocketError) {
        handle = try SocketStream.register(socket)
    }

    private init(_ handle: SocketHandle) { self.handle = handle }

    deinit { handle.close() }

    static func register(_ socket: Int32) throws(SocketError) -> SocketHandle {
        switch SocketPoller.shared {
        case .success(let poller): return try poller.register(socket)
        case .failure(let error):
            _ = gw_close(socket)
            throw error
        }
    }

    /// Connects to a host by name or numeric address; its addresses are tried in turn, each for its share of the time.
    /// - Throws: ``SocketError``, `CancellationError`.
    package static func connect(
        host: String,
        port: UInt16,
        deadline: ContinuousClock.Instant?
    ) async throws -> SocketStream {
        let addresses = try await NameResolver.addresses(of: host, port: port, deadline: deadline)
        var failure: (any Error)?
        for (index, address) in addresses.enumerated() {
            let share = deadline.map { end in
                let now = ContinuousClock.now
                return now + now.duration(to: end) / (addresses.count - index)
            }
            do {
                return try await connect(to: address, host: host, port: port, deadline: share)
            } catch let error as SocketError {
                failure = error
            }
        }
        throw failure ?? SocketError(.nameResolutionFailed, "The host name \(host) has no address.")
    }

    static func connect(
        to address: SocketAddress,
        host: String,
        port: UInt16,
        deadline: ContinuousClock.Instant?
    ) async throws -> SocketStream {
        let name = "\(host):\(port)" + (address.description == host ? "" : " (\(address))")
        let socket = unsafe withUnsafePointer(to: address.raw) { unsafe gw_socket_connect($0) }
        guard socket >= 0 else {
            throw SocketError(
                .connectionFailed,
                "No connection to \(name)",
                call: "connect",
                result: Int(socket)
            )
        }
        let stream = SocketStream(try register(socket))
        do {
            try await stream.handle.wait(for: .writable, deadline: deadline)
        } catch let error as SocketError where error.code == .timedOut {
            throw SocketError(.timedOut, "The connection to \(name) did not come about in time.")
        }
        let result = try stream.handle.withDescriptor { gw_socket_error($0) }
        guard result == 0 else {
            throw SocketError(
                .connectionFailed,
                "No connection to \(name)",
                call: "connect",
                result: Int(result)
            )
        }
        return stream
    }

    /// Lets reads wait for a moment on their thread before they suspend. For dialogues, where an answer is due.
    package func allowBriefWaits() { handle.allowBriefWaits() }

    package func read(upTo limit: Int, deadline: ContinuousClock.Instant?) async throws -> [UInt8] {
        try Task.checkCancellation()
        while true {
            var result = 0
            let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: max(1, limit)) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                let capacity = buffer.count
                result = try handle.withDescriptor { unsafe gw_socket_receive($0, base, capacity) }
                count = max(0, result)
            }
            if result >= 0 { return bytes.compacted }
            guard SocketStream.wouldBlock(result) else { throw SocketStream.lost("recv", result) }
            if try handle.waitBriefly(deadline: deadline) { continue }
            try await handle.wait(for: .readable, deadline: deadline)
        }
    }

    package func write(_ bytes: ArraySlice<UInt8>, deadline: ContinuousClock.Instant?) async throws {
        var rest = bytes
        while !rest.isEmpty {
            try Task.checkCancellation()
            let result = try unsafe rest.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                let count = buffer.count
                return try handle.withDescriptor { unsafe gw_socket_send($0, base, count) }
            }
            if result >= 0 {
                rest = rest.dropFirst(result)
            } else if SocketStream.wouldBlock(result) {
                try await handle.wait(for: .writable, deadline: deadline)
            } else {
                throw SocketStream.lost("send", result)
            }
        }
    }

    package func closeWrite(deadline: ContinuousClock.Instant?) async throws {
        _ = try handle.withDescriptor { gw_socket_shutdown_write($0) }
    }

    package func waitUntilHungUp(deadline: ContinuousClock.Instant?) async throws {
        try await handle.wait(for: .hungUp, deadline: deadline)
    }

    package func waitUntilDelivered(deadline: ContinuousClock.Instant?) async throws {
        // The system has no event for this.
        while try handle.withDescriptor({ gw_socket_unacknowledged($0) }) > 0 {
            if let deadline, deadline <= .now {
                throw SocketError(.timedOut, "The other side did not take all bytes in time.")
            }
            try await SystemTime().sleep(for: .milliseconds(1))
        }
    }

    package func close() { handle.close() }

    package func reset() {
        _ = try? handle.withDescriptor { gw_socket_reset($0) }
        handle.close()
    }

    static func wouldBlock(_ result: Int) -> Bool { result == -Int(GW_WOULD_BLOCK) }

    static func lost(_ call: String, _ result: Int) -> SocketError {
        SocketError(.connectionLost, "The connection was lost", call: call, result: result)
    }
}

extension [UInt8] {
    /// The same bytes; in an allocation of their own size when they fill little of this one.
    var compacted: [UInt8] { capacity > 4096 && count < capacity / 4 ? [UInt8](self[...]) : self }
}
