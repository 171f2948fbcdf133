import GroundworkCore
import GroundworkSockets

/// A small SMTP server on 127.0.0.1 for tests. **For tests only**: it relays nothing and keeps all mail in memory.
///
/// It speaks ESMTP with PIPELINING, STARTTLS or TLS from the start, AUTH, SIZE, 8BITMIME, SMTPUTF8 and DSN, is strict
/// about what clients send, and does wrong on demand:
///
///     var configuration = LoopbackSMTPServer.Configuration()
///     configuration.faults = [.at(.data, .reply("451 4.3.0 Try again later"), occurrence: 1)]
///     let server = try await LoopbackSMTPServer.start(configuration)
///     // … send to 127.0.0.1 and server.port …
///     let mail = server.messages.first
///     await server.stop()
public final class LoopbackSMTPServer: Sendable {
    /// What a server has seen so far.
    struct Log {
        var messages: [LoopbackSMTPMessage] = []
        var commands: [LoopbackSMTPCommand] = []
        var violations: [String] = []
        var connections = 0
        var occurrences: [LoopbackSMTPFault.Step: Int] = [:]
    }

    /// The port that the server listens on.
    public let port: UInt16
    /// The certificate of the authority to trust, as PEM; nil without TLS.
    public let certificateAuthorityPEM: String?
    private let listener: SocketListener
    private let task: Task<Void, Never>
    private let log: Locked<Log>

    private init(listener: SocketListener, authority: String?, log: Locked<Log>, task: Task<Void, Never>) {
        port = listener.port
        certificateAuthorityPEM = authority
        self.listener = listener
        self.log = log
        self.task = task
    }

    deinit {
        listener.close()
        task.cancel()
    }

    /// Listens and serves until ``stop()``.
    /// - Throws: an error that names the port when it cannot be listened on.
    public static func start(_ configuration: Configuration = Configuration()) async throws -> LoopbackSMTPServer {
        var context: TLSContext?
        var authority: String?
        if configuration.security != .none {
            let certificate = try ThrowAwayCertificate(
                hosts: configuration.certificateHosts,
                isExpired: configuration.isCertificateExpired
            )
            authority = certificate.authorityPEM
            context = try certificate.privateKeyPEM.withValue { key in
                try TLSContext(serverWith: certificate.certificatePEM, privateKey: key)
            }
        }
        let listener = try SocketListener(try .loopback(port: configuration.port))
        let log = Locked(Log())
        let task = Task { [context] in
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled, let stream = try? await listener.accept() {
                    let number = log.withLock { log in
                        log.connections += 1
                        return log.connections
                    }
                    group.addTask {
                        await LoopbackSMTPSession(configuration, context, log, number).serve(stream)
                        stream.close()
                    }
                }
                group.cancelAll()
            }
        }
        return LoopbackSMTPServer(listener: listener, authority: authority, log: log, task: task)
    }

    /// The messages that were taken, in order.
    public var messages: [LoopbackSMTPMessage] { log.withLock { $0.messages } }

    /// The commands that came, in order.
    public var commands: [LoopbackSMTPCommand] { log.withLock { $0.commands } }

    /// How many connections were made.
    public var connectionCount: Int { log.withLock { $0.connections } }

    /// What clients did that no client may, in words: bare line ends, lines too long, 8-bit text without `BODY`, more
    /// than one command at a time without PIPELINING.
    public var violations: [String] { log.withLock { $0.violations } }

    /// Whether the reply at a step was due at least once.
    public func hasReached(_ step: LoopbackSMTPFault.Step) -> Bool { log.withLock { $0.occurrences[step] != nil } }

    /// Stops listening, ends all connections and returns when all have ended. Harmless when repeated.
    public func stop() async {
        listener.close()
        task.cancel()
        await task.value
    }
}
