import CGroundworkSockets
import GroundworkCore

/// The one thread of the process that waits for sockets and deadlines, and wakes the tasks that wait for them.
///
/// It starts with the first socket and stays; with no sockets it sleeps.
final class SocketPoller: Sendable {
    /// The poller, or why there is none.
    static let shared: Result<SocketPoller, SocketError> = {
        do throws(SocketError) {
            let poller = try SocketPoller()
            try poller.start()
            return .success(poller)
        } catch {
            return .failure(error)
        }
    }()

    private struct State {
        var handles: [UInt64: SocketHandle] = [:]
        var lastTag: UInt64 = 0
        var timers = TimerHeap()
        /// When the thread wakes by itself; nil while it is awake and will look at the timers anyway.
        var wakesAt: ContinuousClock.Instant?
    }

    private static let longestSleep = Duration.seconds(3600)

    let descriptor: Int32
    private let alarm: Int32
    private let state = Locked(State())

    private init() throws(SocketError) {
        descriptor = gw_poller_create()
        guard descriptor >= 0 else {
            throw SocketError(
                .systemFailure,
                "No poller for sockets",
                call: "epoll_create1",
                result: Int(descriptor)
            )
        }
        alarm = gw_alarm_create(descriptor, 0)
        guard alarm >= 0 else {
            _ = gw_close(descriptor)
            throw SocketError(.systemFailure, "No alarm for the poller", call: "eventfd", result: Int(alarm))
        }
    }

    private func start() throws(SocketError) {
        let context = unsafe Unmanaged.passRetained(self)
        let body: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<SocketPoller>.fromOpaque(context).takeRetainedValue().run()
        }
        let result = unsafe gw_thread_start("gw-sockets", body, context.toOpaque())
        guard result == 0 else {
            unsafe context.release()
            throw SocketError(
                .systemFailure,
                "No thread for the poller",
                call: "pthread_create",
                result: Int(result)
            )
        }
    }

    /// Takes over an open, non-blocking socket; it is closed when this fails.
    func register(_ socket: Int32) throws(SocketError) -> SocketHandle {
        let handle = state.withLock { state in
            state.lastTag += 1
            let handle = SocketHandle(socket, tag: state.lastTag, poller: self)
            state.handles[state.lastTag] = handle
            return handle
        }
        let result = gw_poller_add(descriptor, socket, handle.tag)
        guard result >= 0 else {
            handle.close()
            throw SocketError(.systemFailure, "A socket cannot be watched", call: "epoll_ctl", result: Int(result))
        }
        return handle
    }

    /// Forgets a socket that is about to be closed.
    func unregister(_ handle: SocketHandle) {
        state.withLock { $0.handles[handle.tag] = nil }
        _ = gw_poller_remove(descriptor, handle.descriptor)
    }

    /// Calls `expire` of the handle at the deadline.
    func schedule(_ deadline: ContinuousClock.Instant, for tag: UInt64) {
        let mustWake = state.withLock { state in
            state.timers.insert(TimerHeap.Entry(deadline: deadline, tag: tag))
            guard let wakesAt = state.wakesAt, deadline < wakesAt else { return false }
            state.wakesAt = nil
            return true
        }
        if mustWake { _ = gw_alarm_ring(alarm) }
    }

    private func run() {
        var events = [gw_event](repeating: gw_event(), count: 64)
        while true {
            expireTimers()
            let timeout = state.withLock { state in
                let now = ContinuousClock.now
                let wakesAt = min(state.timers.first?.deadline ?? .now + Self.longestSleep, now + Self.longestSleep)
                state.wakesAt = wakesAt
                return now.duration(to: wakesAt).clampedMilliseconds
            }
            let capacity = Int32(events.count)
            let count = unsafe events.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return Int32(0) }
                return unsafe gw_poller_wait(descriptor, base, capacity, Int32(clamping: timeout))
            }
            let ready = state.withLock { state in
                state.wakesAt = nil
                return events.prefix(max(0, Int(count))).map { (state.handles[$0.tag], $0) }
            }
            for (handle, event) in ready {
                if let handle {
                    handle.signal(SocketHandle.Directions(rawValue: event.flags))
                } else if event.tag == 0 {
                    _ = gw_alarm_clear(alarm)
                }
            }
        }
    }

    private func expireTimers() {
        while true {
            let now = ContinuousClock.now
            let due = state.withLock { state in
                state.timers.removeFirst(due: now).map { ($0, state.handles[$0.tag]) }
            }
            guard let (entry, handle) = due else { return }
            if let next = handle?.expire(scheduled: entry.deadline, now: now) { schedule(next, for: entry.tag) }
        }
    }
}
