import GroundworkCore
import GroundworkSockets

/// One connection of a server.
struct LoopbackSMTPSession {
    typealias Step = LoopbackSMTPFault.Step

    /// The connection is over, by plan or because the client left.
    struct Over: Error {}

    let configuration: LoopbackSMTPServer.Configuration
    let context: TLSContext?
    let log: Locked<LoopbackSMTPServer.Log>
    let number: Int
    var isSecure = false
    var userName: String?
    var isGreeted = false
    /// The message under way, once `MAIL` was accepted.
    var message: LoopbackSMTPMessage?

    init(
        _ configuration: LoopbackSMTPServer.Configuration,
        _ context: TLSContext?,
        _ log: Locked<LoopbackSMTPServer.Log>,
        _ number: Int
    ) {
        self.configuration = configuration
        self.context = context
        self.log = log
        self.number = number
    }

    /// Serves until either side has enough.
    func serve(_ socket: SocketStream) async {
        var session = self
        var wire = LoopbackSMTPWire(socket, idleTimeout: configuration.idleTimeout)
        do {
            if configuration.security == .implicitTLS { try await session.secure(socket, &wire) }
            _ = try await session.answer(.greeting, "220 loopback.test ESMTP", &wire)
            while try await session.serveCommand(socket, &wire) {}
        } catch {
            // The client left, was too slow, or the plan says so.
        }
        wire.stream.close()
    }

    mutating func secure(_ socket: SocketStream, _ wire: inout LoopbackSMTPWire) async throws {
        guard let context else { throw Over() }
        let deadline = ContinuousClock.now + configuration.idleTimeout
        wire.replace(with: try await TLSStream.open(over: socket, context: context, host: "", deadline: deadline))
        isSecure = true
        isGreeted = false
    }

    /// Sends the reply that is due at a step, or does what the plan says instead.
    /// - Parameter taking: is called before the usual reply goes out, so that a client who has the reply finds done what
    ///   it says.
    /// - Returns: whether the usual reply went out, so that what the command asks for is to be done.
    func answer(
        _ step: Step,
        _ usual: String,
        _ wire: inout LoopbackSMTPWire,
        taking: () -> Void = {}
    ) async throws -> Bool {
        let reply = usual.isEmpty ? [] : Self.bytes(usual)
        let action = fault(at: step)
        if action?.takes ?? true { taking() }
        switch action {
        case nil: try await wire.send(reply)
        case .append(let bytes): try await wire.send(reply + bytes)
        case .prepend(let bytes): try await wire.send(bytes + reply)
        case .delay(let duration):
            try await SystemTime().sleep(for: duration)
            try await wire.send(reply)
        case .trickle(let pause):
            for byte in reply {
                try await SystemTime().sleep(for: pause)
                try await wire.send([byte])
            }
        case .reply(let text):
            try await wire.send(Self.bytes(text))
            return false
        case .send(let bytes):
            try await wire.send(bytes)
            return false
        case .replyAndClose(let text):
            try await wire.send(Self.bytes(text))
            throw Over()
        case .stall:
            try await wire.stream.waitUntilHungUp(deadline: .now + configuration.idleTimeout)
            throw Over()
        case .abort:
            wire.stream.reset()
            throw Over()
        case .close, .takeAndClose: throw Over()
        }
        return true
    }

    private func fault(at step: Step) -> LoopbackSMTPFault.Action? {
        let occurrence = log.withLock { log in
            log.occurrences[step, default: 0] += 1
            return log.occurrences[step]
        }
        return configuration.faults.first { fault in
            fault.step == step && (fault.occurrence == nil || fault.occurrence == occurrence)
        }?.action
    }

    func violate(_ text: String) { log.withLock { $0.violations.append(text) } }

    static func bytes(_ text: String) -> [UInt8] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { Array($0.utf8) + [0x0D, 0x0A] }
    }
}
