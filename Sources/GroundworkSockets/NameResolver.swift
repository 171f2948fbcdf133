import CGroundworkSockets
import GroundworkCore

/// Looks names up without blocking a task's thread: the system's resolver blocks, so each lookup has its own.
enum NameResolver {
    private static let limit = 64
    private static let running = Locked(0)

    private final class Lookup: Sendable {
        typealias Outcome = Result<[SocketAddress], any Error>

        let name: String
        let port: UInt16
        private let continuation = Locked<CheckedContinuation<Outcome, Never>?>(nil)
        private let early = Locked<Outcome?>(nil)

        init(name: String, port: UInt16) {
            self.name = name
            self.port = port
        }

        func wait(_ newContinuation: CheckedContinuation<Outcome, Never>) {
            let outcome = early.withLock { early -> Outcome? in
                if early == nil { continuation.withLock { $0 = newContinuation } }
                return early
            }
            if let outcome { newContinuation.resume(returning: outcome) }
        }

        /// The first outcome counts.
        func finish(_ outcome: Outcome) {
            let waiting = early.withLock { early -> CheckedContinuation<Outcome, Never>? in
                guard early == nil else { return nil }
                early = outcome
                return continuation.withLock { $0 }
            }
            waiting?.resume(returning: outcome)
        }

        func run() {
            defer { NameResolver.running.withLock { $0 -= 1 } }
            var found = [gw_address](repeating: gw_address(), count: 32)
            let capacity = Int32(found.count)
            let count = unsafe found.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return Int32(0) }
                return unsafe gw_address_resolve(name, port, base, capacity)
            }
            guard count > 0 else {
                let reason = count < 0 ? unsafe String(cString: gw_address_resolve_error(count)) : "no address"
                finish(
                    .failure(
                        SocketError(.nameResolutionFailed, "The host name \(name) does not resolve: \(reason).")
                    )
                )
                return
            }
            finish(.success(SocketAddress.interleaved(found.prefix(Int(count)).map { SocketAddress(raw: $0) })))
        }
    }

    /// The addresses of a host, in the order in which to try them.
    static func addresses(
        of host: String,
        port: UInt16,
        deadline: ContinuousClock.Instant?
    ) async throws -> [SocketAddress] {
        if let numeric = SocketAddress(numeric: host, port: port) { return [numeric] }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SocketError(.invalidConfiguration, "The host name is empty, too long or has characters no name has.")
        }
        let isFree = running.withLock { running in
            guard running < limit else { return false }
            running += 1
            return true
        }
        guard isFree else {
            throw SocketError(
                .nameResolutionFailed,
                "More than \(limit) name lookups are running; is the resolver down?"
            )
        }
        let lookup = Lookup(name: host, port: port)
        try start(lookup)
        do {
            return try await withDeadline(deadline, time: SystemTime()) {
                try await withTaskCancellationHandler {
                    try await withCheckedContinuation { lookup.wait($0) }.get()
                } onCancel: {
                    lookup.finish(.failure(CancellationError()))
                }
            }
        } catch is DeadlineExceeded {
            throw SocketError(.timedOut, "The lookup of the host name \(host) took too long.")
        }
    }

    private static func start(_ lookup: Lookup) throws {
        let context = unsafe Unmanaged.passRetained(lookup)
        let body: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue().run()
        }
        let result = unsafe gw_thread_start("gw-resolver", body, context.toOpaque())
        guard result == 0 else {
            unsafe context.release()
            running.withLock { $0 -= 1 }
            throw SocketError(
                .systemFailure,
                "No thread for a name lookup",
                call: "pthread_create",
                result: Int(result)
            )
        }
    }
}
