import CGroundworkCurl
import GroundworkCore
import GroundworkHTTP

/// One exchange as the engine's thread drives it.
final class CurlTransfer {
    /// Where the bytes of the response go.
    private enum Destination { case stream, sink(any HTTPBodySink), collected(limit: Int) }

    let exchange: Exchange
    let handle: EasyHandle
    unowned let loop: EngineLoop
    var clock: TransferClock
    private var headReader: ResponseHeadReader
    private var upload: UploadReader?
    private var destination = Destination.stream
    /// Why a callback refused; stands above what libcurl says of it.
    private(set) var failure: (any Error)?
    private(set) var head: HTTPResponse?
    private var unpublishedHead: HTTPResponse?
    private var pending: [UInt8] = []
    private var buffers = ChunkBuffers()
    private(set) var received: Int64 = 0
    /// The length of the response's body, where its head says it.
    private var expected: Int64?
    /// The socket, where a large body comes through it by TLS and nothing else does.
    private(set) var bulkSocket: Int32?
    private(set) var gathering = ReceiveGathering()
    private var isDirty = false
    private var mustPause = false
    private var isReceivePaused = false
    private var isSendPaused = false
    /// How often a connection stood ready for this request; more than once means that libcurl repeats it.
    private(set) var attempts = 0
    private var requestBytesBefore = 0
    private var isFinished = false

    init(_ exchange: Exchange, handle: EasyHandle, loop: EngineLoop) {
        self.exchange = exchange
        self.handle = handle
        self.loop = loop
        clock = TransferClock(exchange.request.options, began: exchange.began)
        headReader = ResponseHeadReader(limit: exchange.request.options.maximumHeadBytes)
        upload = UploadReader(exchange.request.upload)
    }

    private var chunkSize: Int { loop.chunkSize }

    private var isSecure: Bool { exchange.request.url.hasPrefix("https:") }

    /// Whether anything of the request can have reached the server.
    var sent: HTTPTransportError.Sent {
        guard attempts > 0 else { return .nothing }
        return handle.requestBytes > requestBytesBefore || head != nil ? .possibly : .nothing
    }

    // MARK: Connecting

    func connectingBegins() {
        clock.connectingBegins()
        scheduleCheck()
    }

    /// Called before the request is written to a connection. False stops libcurl.
    ///
    /// libcurl repeats a request by itself when a connection that was kept alive is lost before any answer, whatever
    /// the method, and without a seek when it has no body. This is the one place where each repetition passes.
    func connectionIsReady() -> Bool {
        exchange.request.options.probe?.sendingBegins()
        attempts += 1
        if attempts == 1 {
            requestBytesBefore = handle.requestBytes
        } else {
            let isAllowed =
                switch exchange.request.replay {
                case .always: true
                case .ifNothingSent: handle.requestBytes == requestBytesBefore
                default: false
                }
            guard isAllowed, upload?.rewind() ?? true else {
                failure = CurlFailure.lostConnection(exchange.request, sent: sent, detail: "the connection was closed")
                return false
            }
        }
        clock.requestBegins(hasBody: !(upload?.isDone ?? true))
        scheduleCheck()
        return true
    }

    func rewindBody() -> Bool {
        guard exchange.request.replay == .always else { return false }
        return upload?.rewind() ?? true
    }

    // MARK: Sending

    func sendBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        do {
            guard let step = unsafe try upload?.read(into: buffer) else { return 0 }
            clock.moved()
            switch step {
            case .starved:
                isSendPaused = true
                return Int(CURL_READFUNC_PAUSE)
            case .bytes(let count):
                if upload?.isDone ?? true {
                    clock.requestEnds()
                    scheduleCheck()
                }
                return count
            }
        } catch {
            failure = CurlFailure.bodySource(error, exchange.request)
            return Int(CURL_READFUNC_ABORT)
        }
    }

    // MARK: Receiving

    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        clock.moved()
        let step = unsafe headReader.read(Span<UInt8>(_bytes: bytes.bytes))
        switch step {
        case .more: return bytes.count
        case .tooLarge:
            let limit = exchange.request.options.maximumHeadBytes
            return refuse(
                .responseTooLarge,
                "The head of the response is larger than \(limit) bytes or has more than "
                    + "\(ResponseHeadReader.maximumFieldLines) fields."
            )
        case .malformed:
            return refuse(.invalidResponse, "The head of the response is not HTTP.")
        case .complete(let head):
            self.head = head
            expected = head.headerFields[.contentLength].flatMap { Int64($0) }
            // Without TLS libcurl reads a whole buffer at a time anyway, and gathering only delays.
            let isWorthwhile = isSecure && expected ?? 0 >= ReceiveGathering.worthwhile
            bulkSocket = isWorthwhile ? handle.ownSocket : nil
            clock.bodyBegins()
            scheduleCheck()
            do {
                try route(head)
            } catch {
                failure = error
                return 0
            }
            return bytes.count
        }
    }

    private func route(_ head: HTTPResponse) throws {
        guard let sink = exchange.sink else {
            unpublishedHead = head
            markDirty()
            return
        }
        if try sink.accept(head) {
            destination = .sink(sink)
        } else {
            destination = .collected(limit: exchange.request.options.maximumCollectedBytes)
        }
        if isSendPaused { markDirty() }
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if mustPause {
            isReceivePaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        let count = Int64(bytes.count)
        if let limit = exchange.request.options.maximumBodyBytes, count > limit - received {
            return refuse(.responseTooLarge, "The body of the response is larger than \(limit) bytes.")
        }
        switch destination {
        case .stream:
            if pending.isEmpty { reserve(bytes.count) }
            unsafe pending.append(contentsOf: bytes)
            if pending.count >= chunkSize { publish() } else { markDirty() }
        case .sink:
            if pending.capacity == 0 { reserve(bytes.count) }
            unsafe pending.append(contentsOf: bytes)
            if pending.count < chunkSize { markDirty() } else if writeOut() != nil { return 0 }
        case .collected(let limit):
            guard bytes.count <= limit - pending.count else {
                return refuse(.responseTooLarge, "The body of the refused response is larger than \(limit) bytes.")
            }
            unsafe pending.append(contentsOf: bytes)
        }
        received += count
        clock.moved()
        if bulkSocket != nil, let expected { receivedInBulk(bytes.count, left: expected - received) }
        return bytes.count
    }

    /// Spares the engine some of the times that it is woken.
    private func receivedInBulk(_ count: Int, left: Int64) {
        guard let mark = gathering.received(count, left: left), let bulkSocket else { return }
        loop.poller.setLowWaterMark(mark, of: bulkSocket)
        let readsAhead = handle.readAhead(gathering.isGathering)
        if gathering.isGathering { loop.beginsGathering(self, on: bulkSocket, readsAhead: readsAhead) }
    }

    /// Whether libcurl is to be called for records that were read ahead.
    var holdsRecords: Bool { !isReceivePaused && handle.holdsRecords }

    /// Looks whether bytes wait that the kernel still gathers. Returns the socket if they must be fetched now.
    func stopGatheringIfIdle() -> Int32? {
        guard let mark = gathering.looked(), let bulkSocket else { return nil }
        loop.poller.setLowWaterMark(mark, of: bulkSocket)
        _ = handle.readAhead(false)
        return isReceivePaused || mustPause ? nil : bulkSocket
    }

    /// Makes room for what is to come, without holding much more than that.
    private func reserve(_ count: Int) {
        let wanted = min(expected.map { $0 - received } ?? Int64(4 * count), Int64(chunkSize + 16 * 1024))
        pending = buffers.next(capacity: max(count, Int(max(0, wanted))))
    }

    private func refuse(_ code: HTTPTransportError.Code, _ message: String) -> Int {
        failure = HTTPTransportError(code, message, request: exchange.request.original, sent: .possibly)
        return 0
    }

    // MARK: Going on

    private func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        loop.markDirty(self)
    }

    /// Ends a round: what came in goes to the exchange's task or to its sink.
    /// - Returns: why the exchange ends here.
    func endRound() -> (any Error)? {
        isDirty = false
        guard !isFinished else { return nil }
        if let error = writeOut() { return error }
        publish()
        // An early refusal (413) ends the upload, but libcurl waits for a paused one to be resumed.
        if isSendPaused, let head, head.status.code >= 300 { resumeSending() }
        return nil
    }

    /// Hands the sink what came in since the last time, in one piece: libcurl has it in pieces of 16 KiB, and to write
    /// each of them to a file costs more than to join them.
    private func writeOut() -> (any Error)? {
        guard case .sink(let sink) = destination, !pending.isEmpty else { return nil }
        defer { pending.removeAll(keepingCapacity: true) }
        do {
            try unsafe sink.write(pending.span.bytes)
            return nil
        } catch {
            failure = error
            return error
        }
    }

    private func publish() {
        guard unpublishedHead != nil || !pending.isEmpty, case .stream = destination else { return }
        let head = unpublishedHead
        let chunk = pending
        unpublishedHead = nil
        pending = []
        buffers.handOut(chunk)
        mustPause = exchange.response.publish(head: head, chunk: chunk)
    }

    /// The reader of the response has room again.
    func resumeReceiving() {
        mustPause = false
        guard isReceivePaused else {
            // libcurl was never paused. Until now the reader stopped the bytes; from here on it is the server again.
            clock.moved()
            scheduleCheck()
            return
        }
        isReceivePaused = false
        unpause()
        if let bulkSocket { loop.fetchHeld(bulkSocket) }
    }

    /// The producer of the request's body has bytes again.
    func resumeSending() {
        guard isSendPaused else { return }
        isSendPaused = false
        unpause()
    }

    private func unpause() {
        clock.moved()
        let paused = (isReceivePaused ? CURLPAUSE_RECV : 0) | (isSendPaused ? CURLPAUSE_SEND : 0)
        // May call back at once with what libcurl holds.
        unsafe curl_easy_pause(handle.raw, paused)
        scheduleCheck()
    }

    // MARK: Time

    func scheduleCheck() {
        if let (deadline, _) = deadline(clock.now) { loop.checkDeadlines(by: deadline) }
    }

    /// When this exchange must be looked at, and which limit passes then.
    func deadline(_ now: Int64) -> (Int64, HTTPTransportError.Timeout)? {
        if let upload { clock.uploaded(handle.uploadedBytes, of: upload.handed) }
        return clock.deadline(waitsForCaller: isSendPaused || isReceivePaused || mustPause)
    }

    func timedOut(_ timeout: HTTPTransportError.Timeout) -> HTTPTransportError {
        CurlFailure.timedOut(timeout, exchange.request, sent: sent)
    }

    // MARK: The end

    func finish(_ outcome: Result<Void, any Error>) {
        isFinished = true
        upload = nil
        // What came before a failure belongs to the sink, too; after one of its own nothing is left.
        let lastError = writeOut()
        let outcome = outcome.flatMap { lastError.map { .failure($0) } ?? .success(()) }
        let result: Result<ResponseChannel.SinkResult?, any Error> = outcome.map {
            guard let head else { return nil }
            return switch destination {
            case .stream: .init(head: head, refusedBody: nil, bytesWritten: 0)
            case .sink: .init(head: head, refusedBody: nil, bytesWritten: received)
            case .collected: .init(head: head, refusedBody: pending, bytesWritten: 0)
            }
        }
        if case .stream = destination {
            exchange.finish(result, head: unpublishedHead, chunk: pending)
        } else {
            exchange.finish(result)
        }
        unpublishedHead = nil
        pending = []
    }
}
