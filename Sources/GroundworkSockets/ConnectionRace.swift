package import GroundworkCore

extension SocketStream {
    /// Connects to a host by name or numeric address, trying its addresses one after the other without waiting long for
    /// any (happy eyeballs, RFC 8305): the next attempt begins when one has failed or was under way for `stagger`, and
    /// the first connection wins.
    /// - Parameter stagger: the head start of each attempt (RFC 8305, section 5).
    /// - Throws: ``SocketError``: of the first address when all fail; `CancellationError`.
    package static func connectRacing(
        host: String,
        port: UInt16,
        deadline: ContinuousClock.Instant?,
        stagger: Duration = .milliseconds(250),
        time: any TimeSource = SystemTime()
    ) async throws -> SocketStream {
        let addresses = try await NameResolver.addresses(of: host, port: port, deadline: deadline)
        return try await connectRacing(
            addresses,
            host: host,
            port: port,
            deadline: deadline,
            stagger: stagger,
            time: time
        )
    }

    private enum Turn: Sendable {
        case connected(SocketStream)
        case failed(any Error)
        /// The attempt with this number has had its head start.
        case next(Int)
    }

    /// Connects to the first of some addresses that answers. They are tried in their order.
    package static func connectRacing(
        _ addresses: [SocketAddress],
        host: String,
        port: UInt16,
        deadline: ContinuousClock.Instant?,
        stagger: Duration,
        time: any TimeSource
    ) async throws -> SocketStream {
        if addresses.count == 1 {
            return try await connect(to: addresses[0], host: host, port: port, deadline: deadline)
        }
        return try await withThrowingTaskGroup(of: Turn.self) { group in
            var rest = addresses[...]
            var started = 0
            var running = 0
            var failure: (any Error)?
            func begin() {
                guard let address = rest.popFirst() else { return }
                running += 1
                started += 1
                let number = started
                group.addTask {
                    do {
                        return .connected(try await connect(to: address, host: host, port: port, deadline: deadline))
                    } catch {
                        return .failed(error)
                    }
                }
                guard !rest.isEmpty else { return }
                group.addTask {
                    try? await time.sleep(for: stagger)
                    return .next(number)
                }
            }
            begin()
            while let turn = try await group.next() {
                switch turn {
                case .connected(let stream):
                    group.cancelAll()
                    // One that connected at the same time is not needed.
                    while let late = try await group.next() {
                        if case .connected(let superfluous) = late { superfluous.close() }
                    }
                    return stream
                case .failed(let error):
                    running -= 1
                    failure = failure ?? error
                    if error is CancellationError { rest = [] }
                    begin()
                case .next(let number):
                    if number == started { begin() }
                }
                if running == 0 { break }
            }
            group.cancelAll()
            try Task.checkCancellation()
            throw failure ?? SocketError(.nameResolutionFailed, "The host name \(host) has no address.")
        }
    }
}
