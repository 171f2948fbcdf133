/// The dialogue up to the first message: greeting, `EHLO`, `STARTTLS`, `AUTH`. A value without input or output: replies
/// go in, actions come out.
package struct SMTPHandshake: Sendable {
    /// What decides the course.
    package struct Settings: Sendable {
        /// How the client names itself.
        package var clientName: SMTPClientName
        package var security: SMTPSecurity
        package var login: SASLLogin?
        /// In order of preference.
        package var mechanisms: [SASLMechanism]
        package var sendsCredentialsInClear = false

        package init(
            clientName: SMTPClientName,
            security: SMTPSecurity,
            login: SASLLogin? = nil,
            mechanisms: [SASLMechanism] = []
        ) {
            self.clientName = clientName
            self.security = security
            self.login = login
            self.mechanisms = mechanisms
        }
    }

    /// What to do next.
    package enum Action: Sendable, Equatable {
        /// Send these bytes, then wait for a reply.
        case send([UInt8])
        /// Do the TLS handshake, then call ``SMTPHandshake/secured()``.
        case startTLS
        /// Messages may follow.
        case ready(SMTPCapabilities)
    }

    private enum State: Sendable {
        case greeting, ehlo, helo, startTLS, securing, done
        case authenticating(SMTPAuthentication)
    }

    private let settings: Settings
    private let host: String
    private var state = State.greeting
    private(set) package var isSecure: Bool
    private var capabilities = SMTPCapabilities()

    /// - Parameters:
    ///   - host: the server's name, for messages.
    ///   - isSecure: whether the connection goes through TLS from its start.
    package init(_ settings: Settings, host: String, isSecure: Bool) {
        self.settings = settings
        self.host = host
        self.isSecure = isSecure
    }

    /// Whether the server's greeting is waited for.
    package var awaitsGreeting: Bool { if case .greeting = state { true } else { false } }

    /// Takes a reply.
    /// - Parameter isLast: whether no byte has come behind the reply. In this part of the dialogue the server never has
    ///   a reason to send more than it was asked for; after its consent to `STARTTLS`, what it sent in clear would be
    ///   taken for part of the protected dialogue (CVE-2011-0411).
    package mutating func received(_ reply: SMTPReply, isLast: Bool) throws(SMTPFailure) -> Action {
        guard isLast else {
            throw SMTPFailure(
                .protocolViolation,
                "\(host) sent more than one reply to one command, before TLS or login."
            )
        }
        if reply.closesConnection { throw refused(reply) }
        switch state {
        case .greeting:
            guard reply.code == 220 else { throw refused(reply) }
            return sayHello()
        case .ehlo:
            if reply.isPositive {
                capabilities = SMTPCapabilities(ehlo: reply)
                return try proceed()
            }
            guard reply.isPermanent else { throw refused(reply) }
            // A server that knows no EHLO (RFC 5321, section 3.2).
            state = .helo
            return .send(Array("HELO \(settings.clientName.text)\r\n".utf8))
        case .helo:
            guard reply.isPositive else { throw refused(reply) }
            capabilities = SMTPCapabilities()
            return try proceed()
        case .startTLS:
            if reply.code == 220 {
                state = .securing
                return .startTLS
            }
            guard settings.security.isOpportunistic, !reply.isIntermediate, !reply.isPositive else {
                throw SMTPFailure(.tlsUnavailable, "\(host) offers STARTTLS but refuses it: \(reply).", reply: reply)
            }
            return try logIn()
        case .authenticating(var exchange):
            let answer = try exchange.received(reply, host: host)
            guard let answer else { return finish() }
            state = .authenticating(exchange)
            return .send(answer)
        case .securing, .done:
            throw SMTPFailure(.protocolViolation, "\(host) sent a reply that nobody asked for.", reply: reply)
        }
    }

    /// The TLS handshake is done: what was learnt in clear is forgotten (RFC 3207, section 4.2).
    package mutating func secured() -> Action {
        isSecure = true
        capabilities = SMTPCapabilities()
        return sayHello()
    }

    private mutating func sayHello() -> Action {
        state = .ehlo
        return .send(Array("EHLO \(settings.clientName.text)\r\n".utf8))
    }

    /// The capabilities are known: TLS first, then the login.
    private mutating func proceed() throws(SMTPFailure) -> Action {
        if !isSecure, settings.security.startsTLS, capabilities.startTLS {
            state = .startTLS
            return .send(Array("STARTTLS\r\n".utf8))
        }
        guard isSecure || !settings.security.requiresTLS else {
            throw SMTPFailure(
                .tlsUnavailable,
                "\(host) offers no STARTTLS, which is required. Use the port for TLS (smtps://, 465) if it has one."
            )
        }
        return try logIn()
    }

    private mutating func logIn() throws(SMTPFailure) -> Action {
        guard let login = settings.login else { return finish() }
        guard isSecure || settings.sendsCredentialsInClear else {
            throw SMTPFailure(
                .credentialsNeedTLS,
                "No TLS protects the connection to \(host), and credentials are never sent in clear. Require TLS."
            )
        }
        let offered = capabilities.authentication
        guard let mechanism = settings.mechanisms.first(where: { offered.contains($0.name) && $0.fits(login) }) else {
            let names = offered.isEmpty ? "no login" : MailText.replacingControls(in: offered.joined(separator: ", "))
            throw SMTPFailure(
                .authenticationUnavailable,
                "\(host) offers \(names); the credentials fit none of it that is allowed."
            )
        }
        let (exchange, command) = try SMTPAuthentication.begin(mechanism, login)
        state = .authenticating(exchange)
        return .send(command)
    }

    private mutating func finish() -> Action {
        state = .done
        return .ready(capabilities)
    }

    private func refused(_ reply: SMTPReply) -> SMTPFailure {
        SMTPFailure(.refused, "\(host) does not serve: \(reply).", reply: reply)
    }
}
