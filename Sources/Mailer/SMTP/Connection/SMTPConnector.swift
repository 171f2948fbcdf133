import GroundworkCore
import GroundworkSockets

/// Makes connections on which messages can be sent.
struct SMTPConnector: Sendable {
    let configuration: SMTPConfiguration
    /// Nil without TLS.
    let context: TLSContext?

    init(_ configuration: SMTPConfiguration) throws(SocketError) {
        self.configuration = configuration
        guard configuration.security.isImplicit || configuration.security.startsTLS else {
            context = nil
            return
        }
        switch configuration.trust {
        case .system: context = try TLSContext(clientTrusting: .system)
        case .certificates(let pem): context = try TLSContext(clientTrusting: .certificates(pem: pem))
        }
    }

    /// Connects, secures the connection, greets and logs in.
    /// - Throws: ``SMTPFailure``; ``MailError`` when a token cannot be had; `CancellationError`.
    func open() async throws -> SMTPConnection {
        let (host, port) = (configuration.host, configuration.port)
        let login = try await login()
        let socket = try await SMTPConnection.translate("\(host):\(port)", "to accept a connection") {
            try await SocketStream.connectRacing(
                host: host,
                port: port,
                deadline: .now + configuration.timeouts.connect
            )
        }
        socket.allowBriefWaits()
        do {
            return try await handshake(over: socket, login)
        } catch {
            socket.close()
            throw error
        }
    }

    /// The credentials; a token is fetched now, by code that is not ours.
    private func login() async throws -> SASLLogin? {
        guard let credentials = configuration.credentials else { return nil }
        let (host, port) = (configuration.host, configuration.port)
        guard credentials.isFetched else { return try await credentials.login(host: host, port: port) }
        do {
            return try await waiting(until: .now + configuration.timeouts.connect, time: SystemTime()) {
                try await credentials.login(host: host, port: port)
            }
        } catch let error as MailError {
            throw error
        } catch is CancellationError where Task.isCancelled {
            throw CancellationError()
        } catch is DeadlineExceeded {
            throw MailError(
                .authenticationFailed,
                "The token for \(host) was not there after \(configuration.timeouts.connect); see what keeps it.",
                isRetryable: true
            )
        } catch {
            throw MailError(
                .authenticationFailed,
                "The token for \(configuration.host) could not be had; see the error below.",
                isRetryable: true,
                underlyingError: error
            )
        }
    }

    private func handshake(over socket: SocketStream, _ login: SASLLogin?) async throws -> SMTPConnection {
        let host = configuration.host
        var settings = SMTPHandshake.Settings(
            clientName: configuration.clientName,
            security: configuration.security,
            login: login,
            mechanisms: configuration.mechanisms
        )
        settings.sendsCredentialsInClear = configuration.dangerouslySendsCredentialsInClear
        var stream: any ByteStream = socket
        if configuration.security.isImplicit { stream = try await secured(socket) }
        var handshake = SMTPHandshake(settings, host: host, isSecure: configuration.security.isImplicit)
        var parser = SMTPReplyParser()
        while true {
            let limit = handshake.awaitsGreeting ? configuration.timeouts.greeting : configuration.timeouts.command
            let reply = try await SMTPConnection.reply(from: stream, &parser, host: host, deadline: .now + limit)
            var action = try handshake.received(reply, isLast: !parser.hasBufferedBytes)
            if action == .startTLS {
                stream = try await secured(socket)
                parser = SMTPReplyParser()
                action = handshake.secured()
            }
            switch action {
            case .send(let bytes):
                try await SMTPConnection.translate(host, "to take a command") {
                    try await stream.write(bytes, deadline: .now + configuration.timeouts.block)
                }
            case .ready(let capabilities):
                return SMTPConnection(stream, configuration, capabilities, isSecure: handshake.isSecure)
            case .startTLS: break
            }
        }
    }

    private func secured(_ socket: SocketStream) async throws -> TLSStream {
        let host = configuration.host
        guard let context else { throw SMTPFailure(.tlsFailed, "TLS with \(host) was not set up.") }
        return try await SMTPConnection.translate(host, "for the TLS handshake") {
            try await TLSStream.open(
                over: socket,
                context: context,
                host: host,
                deadline: .now + configuration.timeouts.handshake
            )
        }
    }
}
