import CGroundworkCurl
import Glibc
import GroundworkCore

/// The engine's epoll set. Belongs to the engine's thread.
@safe final class EnginePoller {
    private struct Watch {
        var wanted: UInt32 = 0
        var registered: UInt32 = 0
        /// Opened through us, so that its closing is seen too.
        var isConnection = false
    }

    private let epoll: Int32
    private let wakeDescriptor: Int32
    private var watches: [Int32: Watch] = [:]
    private static let capacity = 128
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: EnginePoller.capacity)

    init(wakeDescriptor: Int32) throws(SystemCallError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .last("epoll_create1") }
        self.wakeDescriptor = wakeDescriptor
        guard control(EPOLL_CTL_ADD, wakeDescriptor, EPOLLIN.rawValue | EPOLLET.rawValue) == 0 else {
            let error = SystemCallError.last("epoll_ctl")
            close(epoll)
            throw error
        }
    }

    deinit { close(epoll) }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) -> Int32 {
        gw_epoll_control(epoll, operation, descriptor, events)
    }

    func openSocket(family: Int32, type: Int32, protocol number: Int32) -> Int32 {
        let descriptor = Glibc.socket(family, type | Int32(SOCK_CLOEXEC.rawValue), number)
        if descriptor >= 0 { watches[descriptor] = Watch(isConnection: true) }
        return descriptor
    }

    func closeSocket(_ descriptor: Int32) -> Int32 {
        watches[descriptor] = nil
        return close(descriptor)
    }

    /// Has the kernel report a socket only once so many bytes wait there. A refusal means that it reports earlier.
    func setLowWaterMark(_ bytes: Int32, of descriptor: Int32) {
        var bytes = bytes
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVLOWAT, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Does what libcurl's socket callback asks for.
    ///
    /// A connection that libcurl does not watch for now stays registered until an event comes: most are used again at
    /// once, and that saves two system calls for each request.
    func watch(_ descriptor: Int32, action: Int32) {
        var watch = watches[descriptor] ?? Watch()
        switch action {
        case CURL_POLL_IN: watch.wanted = EPOLLIN.rawValue
        case CURL_POLL_OUT: watch.wanted = EPOLLOUT.rawValue
        case CURL_POLL_INOUT: watch.wanted = EPOLLIN.rawValue | EPOLLOUT.rawValue
        default: watch.wanted = 0
        }
        if watch.wanted == 0 {
            if watch.isConnection {
                watches[descriptor] = watch
            } else {
                if watch.registered != 0 { _ = control(EPOLL_CTL_DEL, descriptor, 0) }
                watches[descriptor] = nil
            }
            return
        }
        if watch.registered != watch.wanted {
            let operation = watch.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
            if control(operation, descriptor, watch.wanted) != 0 {
                _ = control(operation == EPOLL_CTL_ADD ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, watch.wanted)
            }
            watch.registered = watch.wanted
        }
        watches[descriptor] = watch
    }

    /// Calls `body` once or more for each socket that is ready now, without waiting.
    func serveReady(_ body: (Int32, Int32) -> Void) {
        // The kernel takes turns among the sockets that are ready, so this many rounds reach all of them.
        for _ in 0...watches.count / Self.capacity {
            guard wait(milliseconds: 0, body) == Self.capacity else { return }
        }
    }

    /// Waits, and calls `body` with each socket that is ready and libcurl's mask for it. Returns how many events came.
    @discardableResult
    func wait(milliseconds: Int32, _ body: (Int32, Int32) -> Void) -> Int {
        let count = unsafe epoll_wait(epoll, &events, Int32(events.count), milliseconds)
        guard count > 0 else { return 0 }
        for index in 0..<Int(count) {
            let descriptor = unsafe gw_epoll_descriptor(&events[index])
            let flags = unsafe gw_epoll_events(&events[index])
            if descriptor == wakeDescriptor { continue }
            guard var watch = watches[descriptor] else { continue }
            if watch.wanted == 0 {
                _ = control(EPOLL_CTL_DEL, descriptor, 0)
                watch.registered = 0
                watches[descriptor] = watch
                continue
            }
            var mask: Int32 = 0
            if flags & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_IN }
            if flags & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
            if flags & EPOLLERR.rawValue != 0 { mask |= CURL_CSELECT_ERR }
            body(descriptor, mask)
        }
        return Int(count)
    }
}
