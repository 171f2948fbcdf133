import GroundworkCore
import GroundworkHTTP

/// The time limits of one exchange, as a value: told what happens, it says when which limit passes.
struct TransferClock {
    private enum Phase {
        /// Waits for a connection that is in use, or has not begun.
        case waiting
        case connecting(since: Int64)
        case sending
        /// All of the request is sent.
        case answering(since: Int64)
        case receiving
    }

    private let total: Int64?
    private let connectionWait: Int64?
    private let connect: Int64
    private let responseHead: Int64?
    private let stall: Int64?
    private var phase = Phase.waiting
    private var lastMove: Int64
    private var lastUploaded: Int64 = 0
    private let time: () -> Int64

    init(_ options: HTTPRequestOptions, began: Int64, time: @escaping () -> Int64 = EngineClock.now) {
        func milliseconds(_ duration: Duration) -> Int64 { Int64(duration.clampedMilliseconds) }
        total = options.totalTimeout.map { began + milliseconds($0) }
        connectionWait = options.connectionWaitTimeout.map { began + milliseconds($0) }
        connect = milliseconds(options.connectTimeout)
        responseHead = options.responseHeadTimeout.map(milliseconds)
        stall = options.stallTimeout.map(milliseconds)
        lastMove = began
        self.time = time
    }

    var now: Int64 { time() }

    mutating func connectingBegins() {
        if case .connecting = phase { return }
        phase = .connecting(since: now)
    }

    mutating func requestBegins(hasBody: Bool) {
        lastMove = now
        lastUploaded = 0
        phase = hasBody ? .sending : .answering(since: lastMove)
    }

    mutating func requestEnds() {
        lastMove = now
        if case .sending = phase { phase = .answering(since: lastMove) }
    }

    mutating func bodyBegins() {
        lastMove = now
        phase = .receiving
    }

    /// A byte moved, or the caller caught up.
    mutating func moved() { lastMove = now }

    /// Notes how much of the body is with the operating system: what libcurl still holds is not sent yet.
    mutating func uploaded(_ uploaded: Int64, of handed: Int64) {
        if uploaded != lastUploaded {
            lastUploaded = uploaded
            lastMove = now
        }
        if case .answering(let since) = phase, uploaded < handed {
            phase = .answering(since: max(since, lastMove))
        }
    }

    /// The next limit that passes if nothing happens.
    /// - Parameter waitsForCaller: whether the caller's own slowness is what stops the bytes.
    func deadline(waitsForCaller: Bool) -> (Int64, HTTPTransportError.Timeout)? {
        var next: (Int64, HTTPTransportError.Timeout)?
        func consider(_ time: Int64?, _ timeout: HTTPTransportError.Timeout) {
            guard let time, time < next?.0 ?? .max else { return }
            next = (time, timeout)
        }
        consider(total, .total)
        switch phase {
        case .waiting: consider(connectionWait, .connectionWait)
        case .connecting(let since): consider(since + connect, .connect)
        case .answering(let since):
            if let responseHead {
                consider(since + responseHead, .responseHead)
            } else {
                consider(stall.map { max(since, lastMove) + $0 }, .stall)
            }
        case .sending, .receiving:
            if !waitsForCaller { consider(stall.map { lastMove + $0 }, .stall) }
        }
        return next
    }
}
