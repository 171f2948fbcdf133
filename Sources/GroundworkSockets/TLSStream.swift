import CGroundworkOpenSSL
import GroundworkCore

/// A connection through TLS.
package final class TLSStream: ByteStream {
    /// The library's state of one connection; freed with the last reference.
    @safe private final class Session {
        let pointer: OpaquePointer
        /// Set when a record may be under way in part: nothing can be written any more.
        var isBroken = false

        init(_ pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

        deinit { unsafe SSL_free(pointer) }
    }

    private let base: SocketStream
    private let context: TLSContext
    private let peer: String
    private let session: Locked<Session>

    /// Does the handshake over a connection that has carried no TLS yet, which then belongs to the result.
    ///
    /// - Parameters:
    ///   - host: for a client the name or numeric address that the server's certificate must be for.
    /// - Throws: ``SocketError``: ``SocketError/Code/certificateRejected`` when the server is not whom it should be;
    ///   `CancellationError`. The connection is closed then.
    package static func open(
        over base: SocketStream,
        context: TLSContext,
        host: String,
        deadline: ContinuousClock.Instant?
    ) async throws -> TLSStream {
        do {
            let stream = try TLSStream(base, context, host)
            try await stream.handshake(deadline: deadline)
            return stream
        } catch {
            base.close()
            throw error
        }
    }

    private init(_ base: SocketStream, _ context: TLSContext, _ host: String) throws(SocketError) {
        let opened = try base.handle.withDescriptor { descriptor -> Session? in
            let pointer = unsafe gw_tls_open(context.pointer, descriptor, context.isServer ? 1 : 0)
            return unsafe pointer.map { unsafe Session($0) }
        }
        guard let opened else { throw SocketError(.tlsFailed, "TLS cannot be set up: \(TLSContext.takeReason()).") }
        if !context.isServer {
            let isNumeric = SocketAddress(numeric: host, port: 0) != nil
            // A final dot belongs to the name in DNS, but not in certificates.
            let name = host.hasSuffix(".") && !isNumeric ? String(host.dropLast()) : host
            guard !name.isEmpty, !name.utf8.contains(0),
                unsafe gw_tls_expect_host(opened.pointer, name, isNumeric ? 1 : 0) == 1
            else {
                throw SocketError(.invalidConfiguration, "\(host) is no host name that a certificate can be for.")
            }
        }
        self.base = base
        self.context = context
        peer = host
        session = Locked(opened)
    }

    deinit { base.close() }

    /// The version agreed on, such as `TLSv1.3`.
    package var version: String { session.withLock { unsafe String(cString: gw_tls_version($0.pointer)) } }

    private enum Step {
        case done(Int)
        case ended
        case waits(SocketHandle.Directions)
    }

    /// Runs one call of the library while the descriptor is surely open, and reads its outcome.
    private func step(_ call: (Session) -> gw_tls_step) throws -> Step {
        let result = try base.handle.withDescriptor { _ in
            session.withLock { session -> Result<Step, SocketError> in
                let step = call(session)
                switch Int(step.outcome) {
                case GW_TLS_DONE: return .success(.done(step.count))
                case GW_TLS_ENDED: return .success(.ended)
                case GW_TLS_WANTS_READ: return .success(.waits(.readable))
                case GW_TLS_WANTS_WRITE: return .success(.waits(.writable))
                case GW_TLS_LOST where step.number != 0:
                    return .failure(SocketStream.lost("TLS", -Int(step.number)))
                case GW_TLS_LOST:
                    return .failure(
                        SocketError(.connectionLost, "The connection to \(peer) ended without TLS being closed.")
                    )
                default: return .failure(failure(session))
                }
            }
        }
        return try result.get()
    }

    private func failure(_ session: Session) -> SocketError {
        let reason = TLSContext.takeReason()
        guard !context.isServer, let rejection = unsafe gw_tls_rejection(session.pointer) else {
            return SocketError(.tlsFailed, "TLS with \(peer) failed: \(reason).")
        }
        let text = unsafe String(cString: rejection)
        return SocketError(
            .certificateRejected,
            "The certificate of \(peer) is rejected: \(text). Check the host name, or trust the authority that signed it."
        )
    }

    private func handshake(deadline: ContinuousClock.Instant?) async throws {
        try Task.checkCancellation()
        while true {
            switch try step({ unsafe gw_tls_handshake($0.pointer) }) {
            case .done: return
            case .ended: throw SocketError(.connectionLost, "\(peer) ended the connection within the TLS handshake.")
            case .waits(let directions): try await base.handle.wait(for: directions, deadline: deadline)
            }
        }
    }

    package func read(upTo limit: Int, deadline: ContinuousClock.Instant?) async throws -> [UInt8] {
        try Task.checkCancellation()
        while true {
            var outcome = Step.done(0)
            let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: max(1, limit)) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                let capacity = buffer.count
                outcome = try step { unsafe gw_tls_read($0.pointer, base, capacity) }
                if case .done(let read) = outcome { count = read }
            }
            switch outcome {
            case .done: return bytes.compacted
            case .ended: return []
            case .waits(let directions): try await base.handle.wait(for: directions, deadline: deadline)
            }
        }
    }

    package func write(_ bytes: ArraySlice<UInt8>, deadline: ContinuousClock.Instant?) async throws {
        guard !session.withLock({ $0.isBroken }) else {
            throw SocketError(.connectionLost, "A write to \(peer) was broken off before: no other can follow.")
        }
        do {
            var rest = bytes
            while !rest.isEmpty {
                try Task.checkCancellation()
                let outcome = try unsafe rest.withUnsafeBytes { buffer in
                    guard let base = buffer.baseAddress else { return Step.done(0) }
                    let count = buffer.count
                    return try step { unsafe gw_tls_write($0.pointer, base, count) }
                }
                switch outcome {
                case .done(let count): rest = rest.dropFirst(count)
                case .ended: throw SocketError(.connectionLost, "\(peer) ended the connection.")
                case .waits(let directions): try await base.handle.wait(for: directions, deadline: deadline)
                }
            }
        } catch {
            session.withLock { $0.isBroken = true }
            throw error
        }
    }

    package func closeWrite(deadline: ContinuousClock.Instant?) async throws {
        if !session.withLock({ $0.isBroken }) {
            while case .waits(let directions) = try step({ unsafe gw_tls_shutdown($0.pointer) }) {
                try await base.handle.wait(for: directions, deadline: deadline)
            }
        }
        try await base.closeWrite(deadline: deadline)
    }

    package func waitUntilHungUp(deadline: ContinuousClock.Instant?) async throws {
        try await base.waitUntilHungUp(deadline: deadline)
    }

    package func waitUntilDelivered(deadline: ContinuousClock.Instant?) async throws {
        try await base.waitUntilDelivered(deadline: deadline)
    }

    package func close() { base.close() }

    package func reset() { base.reset() }
}
