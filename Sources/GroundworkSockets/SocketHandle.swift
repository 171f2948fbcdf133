import CGroundworkSockets
import GroundworkCore

/// A socket's descriptor and the tasks that wait for it.
///
/// The descriptor is closed once nobody uses it any more, so its number is never used for a stranger's socket.
final class SocketHandle: Sendable {
    struct Directions: OptionSet, Sendable {
        let rawValue: UInt32

        static let readable = Directions(rawValue: UInt32(GW_READABLE))
        static let writable = Directions(rawValue: UInt32(GW_WRITABLE))
        static let hungUp = Directions(rawValue: UInt32(GW_HUNG_UP))
    }

    private enum Wake: Sendable {
        case ready, cancelled, expired, closed
        case failed(Int32)
    }

    private struct Waiter {
        let id: UInt64
        let directions: Directions
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Wake, Never>
    }

    private struct State {
        var users = 0
        var isClosed = false
        var lastID: UInt64 = 0
        var waiters: [Waiter] = []
        /// The deadline at which the poller calls `expire`.
        var scheduled: ContinuousClock.Instant?
        /// Nil while brief waits are off.
        var briefWaits: BriefWaits?
    }

    let descriptor: Int32
    let tag: UInt64
    private let poller: SocketPoller
    private let state = Locked(State())

    init(_ descriptor: Int32, tag: UInt64, poller: SocketPoller) {
        self.descriptor = descriptor
        self.tag = tag
        self.poller = poller
    }

    /// Lends the descriptor to a call that does not block.
    func withDescriptor<Result>(_ body: (Int32) -> Result) throws(SocketError) -> Result {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.users += 1 }
            return !state.isClosed
        }
        guard isOpen else { throw .closedHere }
        defer {
            let isLast = state.withLock { state in
                state.users -= 1
                return state.isClosed && state.users == 0
            }
            if isLast { release() }
        }
        return body(descriptor)
    }

    /// Closes the descriptor, at once or after the last call that uses it, and wakes all waiting tasks.
    func close() {
        let (waiters, isUnused) = state.withLock { state -> ([Waiter], Bool) in
            guard !state.isClosed else { return ([], false) }
            state.isClosed = true
            defer { state.waiters = [] }
            return (state.waiters, state.users == 0)
        }
        if isUnused { release() }
        for waiter in waiters { waiter.continuation.resume(returning: .closed) }
    }

    private func release() {
        poller.unregister(self)
        _ = gw_close(descriptor)
    }

    /// Suspends until the socket is ready in one of the directions.
    /// - Throws: ``SocketError``, `CancellationError`.
    func wait(for directions: Directions, deadline: ContinuousClock.Instant?) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(Waiter(id: id, directions: directions, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            take { $0.id == id }.first?.continuation.resume(returning: .cancelled)
        }
        switch wake {
        case .ready: return
        case .cancelled: throw CancellationError()
        case .expired: throw SocketError(.timedOut, "The connection's time limit passed.")
        case .closed: throw SocketError.closedHere
        case .failed(let result):
            throw SocketError(.systemFailure, "A socket cannot be watched", call: "epoll_ctl", result: Int(result))
        }
    }

    /// Lets reads wait for a moment on their thread before they suspend; for dialogues, where an answer is due.
    func allowBriefWaits() { state.withLock { $0.briefWaits = BriefWaits() } }

    /// Blocks the thread for a moment, if that has been worth it on this socket; whether there is something to read now.
    func waitBriefly(deadline: ContinuousClock.Instant?) throws(SocketError) -> Bool {
        let isWorthIt = state.withLock { state in
            guard state.briefWaits != nil, state.waiters.isEmpty else { return false }
            if let deadline, deadline < .now + BriefWaits.limit { return false }
            return state.briefWaits?.begin() ?? false
        }
        guard isWorthIt else { return false }
        let isReady = try withDescriptor { gw_socket_wait_readable($0, BriefWaits.microseconds) > 0 }
        state.withLock { $0.briefWaits?.end(isReady: isReady) }
        return isReady
    }

    private func enqueue(_ waiter: Waiter) {
        var timer: ContinuousClock.Instant?
        let early = state.withLock { state -> Wake? in
            if state.isClosed { return .closed }
            // The flag is set before the handler runs, and the handler needs this lock: no cancellation is missed.
            if Task.isCancelled { return .cancelled }
            if let deadline = waiter.deadline, deadline <= .now { return .expired }
            let interest = state.waiters.reduce(waiter.directions) { $0.union($1.directions) }
            let result = gw_poller_arm(poller.descriptor, descriptor, tag, interest.rawValue)
            guard result >= 0 else { return .failed(result) }
            state.waiters.append(waiter)
            if let deadline = waiter.deadline, state.scheduled.map({ deadline < $0 }) ?? true {
                state.scheduled = deadline
                timer = deadline
            }
            return nil
        }
        if let early { waiter.continuation.resume(returning: early) }
        if let timer { poller.schedule(timer, for: tag) }
    }

    private func take(where matches: (Waiter) -> Bool) -> [Waiter] {
        state.withLock { state in
            let taken = state.waiters.filter(matches)
            state.waiters.removeAll(where: matches)
            return taken
        }
    }

    /// Wakes the tasks that wait for what happened, and arms the descriptor for the others.
    func signal(_ directions: Directions) {
        let ready = state.withLock { state -> [Waiter] in
            let ready = state.waiters.filter { !$0.directions.isDisjoint(with: directions) }
            state.waiters.removeAll { !$0.directions.isDisjoint(with: directions) }
            if !state.waiters.isEmpty, !state.isClosed {
                let interest = state.waiters.reduce(Directions()) { $0.union($1.directions) }
                _ = gw_poller_arm(poller.descriptor, descriptor, tag, interest.rawValue)
            }
            return ready
        }
        for waiter in ready { waiter.continuation.resume(returning: .ready) }
    }

    /// Wakes the tasks whose deadline passed; returns when to call again.
    func expire(scheduled: ContinuousClock.Instant, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (expired, next) = state.withLock { state -> ([Waiter], ContinuousClock.Instant?) in
            // An earlier deadline was scheduled since, and took this one's place.
            guard state.scheduled == scheduled else { return ([], nil) }
            let isExpired = { (waiter: Waiter) in waiter.deadline.map { $0 <= now } ?? false }
            let expired = state.waiters.filter(isExpired)
            state.waiters.removeAll(where: isExpired)
            state.scheduled = state.waiters.compactMap(\.deadline).min()
            return (expired, state.scheduled)
        }
        for waiter in expired { waiter.continuation.resume(returning: .expired) }
        return next
    }
}
