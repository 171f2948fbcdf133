import CGroundworkCurl
import Glibc
import GroundworkCore
import GroundworkHTTP

/// The engine: one multi handle, driven by one thread, to which all of this belongs.
@safe final class EngineLoop {
    private let settings: EngineSettings
    private let mailbox: EngineMailbox
    private let multi: UnsafeMutableRawPointer
    let poller: EnginePoller
    private var active: [ObjectIdentifier: CurlTransfer] = [:]
    /// Exchanges with something to publish at the end of the round.
    private var dirty: [CurlTransfer] = []
    private var idleHandles: [EasyHandle] = []
    private var commands: [EngineCommand] = []
    private var timer = Int64.max
    private var nextCheck = Int64.max
    /// When to look whether bytes wait that the kernel gathers; never, while it gathers none.
    private var nextLook = Int64.max
    /// Transfers whose connections read ahead, by their sockets.
    private var readers: [Int32: CurlTransfer] = [:]
    /// Sockets of which records may still lie in memory.
    private var held: [Int32] = []
    let chunkSize: Int
    private var isStopping = false
    private var isRetiring = false

    init(_ settings: EngineSettings, mailbox: EngineMailbox) throws {
        guard let multi = unsafe curl_multi_init() else {
            throw HTTPTransportError(.internalFailure, "libcurl could not make a multi handle: out of memory.")
        }
        unsafe self.multi = multi
        self.settings = settings
        self.mailbox = mailbox
        chunkSize = min(max(settings.configuration.chunkSize, 4 << 10), 4 << 20)
        do {
            poller = try EnginePoller(wakeDescriptor: mailbox.wakeDescriptor)
        } catch {
            unsafe curl_multi_cleanup(multi)
            throw error
        }
        let configuration = settings.configuration
        for (option, value) in [
            (CURLMOPT_MAXCONNECTS, max(1, configuration.maximumIdleConnections)),
            (CURLMOPT_MAX_HOST_CONNECTIONS, max(0, configuration.maximumConnectionsPerHost)),
            (CURLMOPT_MAX_TOTAL_CONNECTIONS, max(0, configuration.maximumConnections)),
            (CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)),
        ] {
            unsafe gw_curl_multi_set_long(multi, option, value)
        }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe gw_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        unsafe gw_curl_multi_set_socket_function(multi, CurlCallbacks.socket)
        unsafe gw_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        unsafe gw_curl_multi_set_timer_function(multi, CurlCallbacks.timer)
    }

    /// Runs until it is told to stop.
    func run() {
        while true {
            obey()
            if isStopping || (isRetiring && active.isEmpty) { break }
            if timer <= EngineClock.now() {
                timer = .max
                act(on: CURL_SOCKET_TIMEOUT, 0)
            }
            readMessages()
            publish()
            checkDeadlines()
            fetchGathered()
            fetchHeld()
            poller.wait(milliseconds: timeToSleep()) { descriptor, mask in act(on: descriptor, mask) }
        }
        end()
    }

    private func end() {
        for transfer in Array(active.values) {
            let request = transfer.exchange.request.original
            finish(transfer, .failure(EngineMailbox.shutDownError(request, sent: transfer.sent)))
        }
        idleHandles = []
        unsafe curl_multi_cleanup(multi)
    }

    private func act(on descriptor: Int32, _ mask: Int32) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(multi, descriptor, mask, &running)
        guard mask & CURL_CSELECT_IN != 0, let reader = readers[descriptor] else { return }
        // libcurl takes one record and waits for the socket, which knows nothing of those that were read with it.
        for _ in 0..<Self.recordsInTurn {
            guard reader.holdsRecords else { return }
            let before = reader.received
            unsafe curl_multi_socket_action(multi, descriptor, CURL_CSELECT_IN, &running)
            // What is there is less than a record; the socket reports the rest.
            guard reader.received != before, readers[descriptor] === reader else { return }
        }
        held.append(descriptor)
    }

    /// How many records of one connection are taken before the others have their turn.
    private static let recordsInTurn = 64

    private func fetchHeld() {
        guard !held.isEmpty else { return }
        let descriptors = held
        held.removeAll(keepingCapacity: true)
        for descriptor in descriptors where readers[descriptor] != nil { act(on: descriptor, CURL_CSELECT_IN) }
        readMessages()
        publish()
    }

    /// Has the records looked for that a connection read before its transfer was paused.
    func fetchHeld(_ descriptor: Int32) {
        if readers[descriptor] != nil { held.append(descriptor) }
    }

    private func timeToSleep() -> Int32 {
        guard dirty.isEmpty, held.isEmpty, mailbox.prepareToSleep() else { return 0 }
        let until = min(timer, nextCheck, nextLook)
        guard until != .max else { return -1 }
        return Int32(clamping: max(0, until - EngineClock.now()))
    }

    // MARK: Commands

    private func obey() {
        mailbox.take(into: &commands)
        for command in commands {
            switch command {
            case .start(let exchange): start(exchange)
            case .resumeReceiving(let exchange): active[ObjectIdentifier(exchange)]?.resumeReceiving()
            case .resumeSending(let exchange): active[ObjectIdentifier(exchange)]?.resumeSending()
            case .cancel(let exchange, let error):
                if let transfer = active[ObjectIdentifier(exchange)] { finish(transfer, .failure(error)) }
            case .stop: isStopping = true
            case .retire: isRetiring = true
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    private func start(_ exchange: Exchange) {
        guard let handle = idleHandles.popLast() ?? EasyHandle(settings, loop: self) else {
            exchange.finish(
                .failure(HTTPTransportError(.internalFailure, "libcurl could not make a handle: out of memory."))
            )
            return
        }
        let transfer = CurlTransfer(exchange, handle: handle, loop: self)
        unsafe handle.begin(exchange.request, context: Unmanaged.passUnretained(transfer).toOpaque())
        if let failure = handle.failure {
            let error = CurlFailure.refusedOption(failure, exchange.request)
            exchange.finish(.failure(error))
            return
        }
        active[ObjectIdentifier(exchange)] = transfer
        let code = unsafe curl_multi_add_handle(multi, handle.raw)
        guard code == CURLM_OK else {
            active[ObjectIdentifier(exchange)] = nil
            let reason = unsafe String(cString: curl_multi_strerror(code))
            exchange.finish(.failure(HTTPTransportError(.internalFailure, "libcurl refused the request: \(reason).")))
            return
        }
        transfer.scheduleCheck()
    }

    // MARK: Events

    func setTimer(_ milliseconds: Int) {
        timer = milliseconds < 0 ? .max : EngineClock.now() + Int64(milliseconds)
    }

    /// Makes sure that deadlines are looked at no later than `time`.
    func checkDeadlines(by time: Int64) { nextCheck = min(nextCheck, time) }

    func markDirty(_ transfer: CurlTransfer) { dirty.append(transfer) }

    private func readMessages() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let code = unsafe gw_curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            unsafe gw_curl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
            guard let context = unsafe context else { continue }
            let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            finish(transfer, transfer.outcome(code))
        }
    }

    private func publish() {
        guard !dirty.isEmpty else { return }
        let transfers = dirty
        dirty.removeAll(keepingCapacity: true)
        for transfer in transfers {
            if let error = transfer.endRound() { finish(transfer, .failure(error)) }
        }
    }

    private func checkDeadlines() {
        guard nextCheck <= EngineClock.now() else { return }
        // After a sink that blocked, a stopped process or a paused machine, what came in time still lies in the kernel:
        // it is served before anyone is told that it did not come.
        poller.serveReady { descriptor, mask in act(on: descriptor, mask) }
        readMessages()
        publish()
        let now = EngineClock.now()
        nextCheck = .max
        for transfer in Array(active.values) {
            guard let (deadline, timeout) = transfer.deadline(now) else { continue }
            if deadline <= now {
                finish(transfer, .failure(transfer.timedOut(timeout)))
            } else {
                nextCheck = min(nextCheck, deadline)
            }
        }
    }

    /// A socket was given a low-water mark.
    func beginsGathering(_ transfer: CurlTransfer, on descriptor: Int32, readsAhead: Bool) {
        if readsAhead { readers[descriptor] = transfer }
        nextLook = min(nextLook, EngineClock.now() + ReceiveGathering.patience)
    }

    /// Takes the mark from sockets where nothing came for a while, and fetches what waits there.
    private func fetchGathered() {
        guard nextLook <= EngineClock.now() else { return }
        // Older kernels do not report by themselves what the lower mark makes readable.
        for transfer in Array(active.values) {
            if let socket = transfer.stopGatheringIfIdle() { act(on: socket, CURL_CSELECT_IN) }
        }
        readMessages()
        publish()
        let isGathering = active.values.contains { $0.gathering.isGathering }
        nextLook = isGathering ? EngineClock.now() + ReceiveGathering.patience : .max
    }

    /// Takes the exchange from libcurl and tells its task. Must not be called from inside a callback.
    private func finish(_ transfer: CurlTransfer, _ outcome: Result<Void, any Error>) {
        guard active.removeValue(forKey: ObjectIdentifier(transfer.exchange)) != nil else { return }
        if let socket = transfer.bulkSocket, readers[socket] === transfer { readers[socket] = nil }
        unsafe curl_multi_remove_handle(multi, transfer.handle.raw)
        transfer.handle.end()
        if idleHandles.count < 64 { idleHandles.append(transfer.handle) }
        transfer.finish(outcome)
    }
}
