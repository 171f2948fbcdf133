import GroundworkCore
import GroundworkSockets
import GroundworkTesting
import MailerTesting
import Testing

@testable import Mailer

/// A small mail.
func outgoingMail(
    from: String = "shop@example.org",
    to recipients: [String] = ["ada@example.org"],
    subject: String = "Hello",
    text: String = "Good day.\r\n"
) throws -> OutgoingMail {
    let message = try MailMessage(
        from: Mailbox(from),
        to: MailAddressList(recipients.map { try Mailbox($0) }),
        subject: subject,
        text: text
    )
    return try OutgoingMail(message)
}

/// The commands of a message without size, as a server with no extension gets them.
func plainCommands(_ recipients: [String]) throws -> SMTPEnvelopeCommands {
    SMTPEnvelopeCommands(
        MailEnvelope(
            sender: try EnvelopeAddress("a@example.org"),
            recipients: try recipients.map { try EnvelopeAddress($0) }
        )
    )
}

extension SMTPConfiguration {
    /// For a server on this machine; steps may take ten seconds.
    static func loopback(_ server: LoopbackSMTPServer, _ security: SMTPSecurity = .none) -> SMTPConfiguration {
        var configuration = loopback(port: server.port, security)
        if let pem = server.certificateAuthorityPEM { configuration.trust = .certificates(pem: pem) }
        return configuration
    }

    static func loopback(port: UInt16, _ security: SMTPSecurity = .none) -> SMTPConfiguration {
        var configuration = SMTPConfiguration(host: "localhost", port: port, security: security)
        configuration.host = security == .none ? "127.0.0.1" : "localhost"
        let limit = Duration.seconds(20)
        configuration.timeouts.connect = limit
        configuration.timeouts.handshake = limit
        configuration.timeouts.greeting = limit
        configuration.timeouts.command = limit
        configuration.timeouts.data = limit
        configuration.timeouts.block = limit
        configuration.timeouts.endOfData = limit
        configuration.sendTimeout = .seconds(60)
        return configuration
    }
}

/// Runs a server for as long as `body` runs.
func withLoopbackServer(
    _ change: (inout LoopbackSMTPServer.Configuration) -> Void = { _ in },
    _ body: (LoopbackSMTPServer) async throws -> Void
) async throws {
    var configuration = LoopbackSMTPServer.Configuration()
    change(&configuration)
    let server = try await LoopbackSMTPServer.start(configuration)
    do {
        try await body(server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

/// Serves each connection with `serve`, which speaks no SMTP by itself, for as long as `body` runs.
func withRawServer(
    _ serve: @escaping @Sendable (SocketStream) async throws -> Void,
    _ body: (UInt16) async throws -> Void
) async throws {
    let listener = try SocketListener(try .loopback())
    let task = Task {
        await withDiscardingTaskGroup { group in
            while let stream = try? await listener.accept() {
                group.addTask {
                    try? await serve(stream)
                    stream.close()
                }
            }
            group.cancelAll()
        }
    }
    let result: Result<Void, any Error>
    do { result = .success(try await body(listener.port)) } catch { result = .failure(error) }
    task.cancel()
    listener.close()
    await task.value
    try result.get()
}

extension SocketStream {
    func send(_ text: String) async throws { try await write(Array(text.utf8), deadline: .now + .seconds(20)) }

    /// Reads until the client has sent a line end, and drops what came.
    func skipLine() async throws {
        while true {
            let bytes = try await read(upTo: 4096, deadline: .now + .seconds(20))
            if bytes.isEmpty { throw SocketError(.connectionLost, "The client left.") }
            if bytes.last == 0x0A { return }
        }
    }
}

/// The code of the ``MailError`` that `body` throws; nil when it throws none or another.
func mailErrorCode(_ body: () async throws -> Void) async -> MailError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? MailError)?.code
    }
}

/// The outcomes of one mail, without waiting for anything else.
func outcomes(_ transport: SMTPTransport, _ mail: OutgoingMail) async throws -> [MailOutcome] {
    try await transport.send(mail, deadline: nil).recipients.map(\.outcome)
}

/// Sends content that was not composed here.
func sendRaw(_ bytes: SMTPContent.Bytes, _ configuration: SMTPConfiguration) async throws -> [MailOutcome] {
    let pool = SMTPPool(try SMTPConnector(configuration), time: SystemTime())
    let job = SMTPJob(SMTPMessage(envelope: try outgoingMail().envelope, content: SMTPContent(bytes: bytes)))
    pool.submit(job)
    let answers = try await job.outcome()
    await pool.shutDown()
    return answers.map(\.outcome)
}

/// A small message as the pool takes it.
func smtpJob(_ recipients: [String] = ["ada@example.org"]) throws -> SMTPJob {
    let content = SMTPContent(bytes: .whole(Array("Subject: a\r\n\r\nb\r\n".utf8)))
    return SMTPJob(SMTPMessage(envelope: try outgoingMail(to: recipients).envelope, content: content))
}

/// Content that comes in pieces.
func chunks(_ bytes: [UInt8], of count: Int) -> SMTPContent.Bytes {
    .chunks(
        AsyncThrowingStream<[UInt8], any Error> { continuation in
            for start in stride(from: 0, to: bytes.count, by: count) {
                continuation.yield(Array(bytes[start..<min(bytes.count, start + count)]))
            }
            continuation.finish()
        }
    )
}

extension MailOutcome {
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
    var isRetryable: Bool { if case .retryable = self { true } else { false } }
    var isRejected: Bool { if case .rejected = self { true } else { false } }
}
