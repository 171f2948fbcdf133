import GroundworkCore
import GroundworkSockets

/// Connections to one server, and the messages that wait for one.
final class SMTPPool: Sendable {
    struct Unused {
        var connection: SMTPConnection
        let since: ContinuousClock.Instant
    }

    struct State {
        /// The one used last is at the end.
        var unused: [Unused] = []
        var waiting = SMTPQueue()
        /// Tasks that send, or make a connection to do so.
        var workers = 0
        /// Those of them that have a connection.
        var connected = 0
        var isShutDown = false
        /// Whether one of those that wait may have been given up since they were counted.
        var hasAbandoned = false
        var reaper: Task<Void, Never>?
        /// Those who wait for the last worker to end.
        var observers: [CheckedContinuation<Void, Never>] = []

        /// A worker ends; returns those who waited for the last one.
        mutating func removeWorker() -> [CheckedContinuation<Void, Never>] {
            workers -= 1
            guard workers == 0 else { return [] }
            defer { observers = [] }
            return observers
        }
    }

    let configuration: SMTPConfiguration
    private let connector: SMTPConnector
    let time: any TimeSource
    let state = Locked(State())

    init(_ connector: SMTPConnector, time: any TimeSource) {
        configuration = connector.configuration
        self.connector = connector
        self.time = time
    }

    /// Takes a message in; its job tells the outcome.
    func submit(_ job: SMTPJob) {
        guard !job.isFinished else { return }
        enum Decision { case start(SMTPConnection?), waits, refused(SMTPFailure) }
        var expired: SMTPConnection?
        let decision = state.withLock { state -> Decision in
            if state.isShutDown { return .refused(SMTPFailure(.shutDown, "The SMTP transport was shut down.")) }
            if let unused = state.unused.popLast() {
                state.workers += 1
                guard !isExpired(unused) else {
                    expired = unused.connection
                    return .start(nil)
                }
                state.connected += 1
                return .start(unused.connection)
            }
            if state.workers < max(1, configuration.maximumConnections) {
                state.workers += 1
                return .start(nil)
            }
            if state.waiting.count >= configuration.maximumWaiting, state.hasAbandoned {
                state.hasAbandoned = false
                state.waiting.removeFinished()
            }
            guard state.waiting.count < configuration.maximumWaiting else {
                return .refused(
                    SMTPFailure(.overloaded, "\(configuration.maximumWaiting) messages wait for \(configuration.host).")
                )
            }
            state.waiting.append(job)
            return .waits
        }
        if let expired { leave(expired) }
        switch decision {
        case .start(let connection): Task { await work(job, connection) }
        case .waits:
            // Whoever takes it out of the queue puts another in its place.
            job.setCancellation { [weak self] in self?.state.withLock { $0.hasAbandoned = true } }
        case .refused(let failure): job.finish(.failure(failure))
        }
    }

    /// Sends one message after the other until none waits.
    private func work(_ first: SMTPJob, _ unused: SMTPConnection?) async {
        var connection = unused
        var job: SMTPJob? = first
        while let current = job {
            if let full = connection, !full.isUsable || full.messageCount >= full.maximumMessages { drop(&connection) }
            if connection == nil, !current.isFinished {
                do {
                    connection = try await open(for: current)
                    state.withLock { $0.connected += 1 }
                } catch {
                    // Given up meanwhile: the error says nothing about the server.
                    job = current.isFinished ? next(orPark: &connection) : afterFailure(of: current, error, &connection)
                    continue
                }
            }
            let ending = await send(current, through: &connection)
            job = ending.rest ?? next(orPark: &connection)
            ending.tell()
        }
    }

    /// Opens a connection, in a task of its own that ends when the message is given up.
    private func open(for job: SMTPJob) async throws -> SMTPConnection {
        let task = Task { try await connector.open() }
        job.setCancellation { task.cancel() }
        return try await task.value
    }

    private func send(
        _ job: SMTPJob,
        through connection: inout SMTPConnection?
    ) async -> SMTPConnection.Ending {
        guard var current = connection else { return SMTPConnection.Ending() }
        let successor = { @Sendable [self] () -> SMTPJob? in
            configuration.pipelinesAcrossMessages ? takeSuccessor() : nil
        }
        guard case .chunks = job.message.content.bytes else {
            defer { connection = current }
            return await current.deliver(job, successor: successor)
        }
        // In a task of its own, which is cancelled when the message is given up while its content is waited for.
        let task = Task { [current] in
            var connection = current
            let ending = await connection.deliver(job, successor: successor)
            return (connection, ending)
        }
        job.setCancellation { task.cancel() }
        let (after, ending) = await task.value
        connection = after
        return ending
    }

    private func takeSuccessor() -> SMTPJob? {
        state.withLock { $0.waiting.popFirst { if case .whole = $0.message.content.bytes { true } else { false } } }
    }

    /// The next message; when none waits the worker ends, and its connection is kept for later.
    private func next(orPark connection: inout SMTPConnection?) -> SMTPJob? {
        if let full = connection, !full.isUsable || full.messageCount >= full.maximumMessages { drop(&connection) }
        let kept = connection
        var superfluous: SMTPConnection?
        let (job, observers) = state.withLock { state -> (SMTPJob?, [CheckedContinuation<Void, Never>]) in
            if let job = state.waiting.popFirst() { return (job, []) }
            if let kept {
                state.connected -= 1
                if state.isShutDown || configuration.idleTimeout <= .zero {
                    superfluous = kept
                } else {
                    park(kept, in: &state)
                }
            }
            return (nil, state.removeWorker())
        }
        if let superfluous { leave(superfluous) }
        for observer in observers { observer.resume() }
        return job
    }

    /// No connection came about. The message waits for the others if there are any: a server may allow fewer than we.
    private func afterFailure(of job: SMTPJob, _ error: any Error, _ connection: inout SMTPConnection?) -> SMTPJob? {
        let isLasting = !Self.mayPass(error)
        var victims: [SMTPJob] = []
        var kept: SMTPConnection?
        let (next, observers) = state.withLock { state -> (SMTPJob?, [CheckedContinuation<Void, Never>]) in
            if !isLasting, let unused = state.unused.popLast() {
                state.connected += 1
                kept = unused.connection
                return (job, [])
            }
            if !isLasting, state.connected > 0 {
                state.waiting.prepend(job)
                return (nil, state.removeWorker())
            }
            victims = [job]
            // Wrong credentials are not tried once for each message that waits.
            if isLasting { victims += state.waiting.removeAll() }
            if let next = state.waiting.popFirst() { return (next, []) }
            return (nil, state.removeWorker())
        }
        connection = kept
        for victim in victims { victim.finish(.failure(error)) }
        for observer in observers { observer.resume() }
        return next
    }

    private static func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let failure as SMTPFailure: failure.isTransient
        case let error as MailError: error.isRetryable
        default: error is CancellationError
        }
    }

    private func drop(_ connection: inout SMTPConnection?) {
        guard let dropped = connection.take() else { return }
        state.withLock { $0.connected -= 1 }
        leave(dropped)
    }

    func leave(_ connection: SMTPConnection) {
        guard connection.isUsable else { return connection.stream.close() }
        Task {
            var connection = connection
            await connection.quit()
        }
    }

    func isExpired(_ unused: Unused) -> Bool {
        unused.since.duration(to: time.monotonic) >= configuration.idleTimeout
    }
}
