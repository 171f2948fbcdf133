public import GroundworkCore
import GroundworkSockets

/// Sends mail through an SMTP server (RFC 5321), over connections that are kept and shared.
///
///     var configuration = SMTPConfiguration(host: "smtp.example.com")
///     configuration.credentials = .password(userName: "app", Secret(password))
///     let transport = try SMTPTransport(configuration)
///     let receipt = try await transport.send(mail, deadline: nil)
///
/// Each recipient has an outcome of its own: one that is refused keeps no other from getting the mail. When the
/// connection, the time or the task ends after the mail went out and before the server's answer came, the outcome is
/// ``MailOutcome/unknown(reason:)``; before that the mail was surely not sent.
public final class SMTPTransport: MailTransport {
    /// `smtp`, unless another name was chosen.
    public let name: String
    /// What SMTP can do.
    public let capabilities: MailCapabilities
    /// Which server, and how.
    public let configuration: SMTPConfiguration
    let composer: MIMEComposer
    let signer: DKIMSigner?
    let relay: SMTPRelay
    private let connector: SMTPConnector
    let pool: SMTPPool
    let clock: any TimeSource

    /// Makes a transport. It connects when the first mail is sent.
    /// - Parameters:
    ///   - name: for logs, receipts and errors.
    ///   - configuration: the server, how to reach it, and the limits of its connections.
    ///   - signer: signs each mail; nil where the server does, or nobody.
    ///   - composer: makes the bytes of a message.
    ///   - time: the clock of deadlines and of unused connections.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``.
    public init(
        _ configuration: SMTPConfiguration,
        name: String = "smtp",
        signer: DKIMSigner? = nil,
        composer: MIMEComposer = MIMEComposer(),
        time: any TimeSource = SystemTime()
    ) throws(MailError) {
        do throws(SocketError) {
            connector = try SMTPConnector(configuration)
        } catch {
            throw MailError(.invalidConfiguration, error.message, transport: name)
        }
        self.name = name
        self.configuration = configuration
        self.composer = composer
        self.signer = signer
        clock = time
        pool = SMTPPool(connector, time: time)
        capabilities = .smtp(host: configuration.host)
        relay = SMTPRelay(host: configuration.host)
    }

    /// Makes a transport from `SMTP_URL`, or `SMTP_HOST` and its companions; see
    /// ``SMTPConfiguration/init(environment:)``.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``, which names the variable.
    public convenience init(environment: [String: String]) throws(MailError) {
        try self.init(try SMTPConfiguration(environment: environment))
    }

    deinit { pool.closeUnused() }

    /// Sends one mail.
    /// - Throws: ``MailError`` when no connection came about, when the server takes no such mail or refuses the sender, or
    ///   when the mail cannot be read; `CancellationError`.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        try await send(mail, handover: nil, deadline: deadline)
    }

    /// Sends many mails, over as few connections as the configuration allows; in the order of `mails`, as far as one
    /// connection goes. Only some of them are in memory at a time.
    /// - Parameters:
    ///   - mails: the mails.
    ///   - deadline: the end of everything; nil gives each mail ``SMTPConfiguration/sendTimeout``.
    /// - Returns: for each mail its receipt, or the error that sending it alone would have thrown.
    public func send(
        _ mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async -> [Result<MailReceipt, any Error>] {
        await sendAll(mails, deadline: deadline)
    }

    /// Connects, secures the connection, logs in, says `NOOP`, and says what the server offers. No mail is sent.
    /// - Throws: ``MailError``, which says in words what is wrong and how to mend it.
    public func check() async throws -> SMTPServerReport {
        do {
            var connection = try await connector.open()
            do { try await connection.noop() } catch {
                connection.stream.close()
                throw error
            }
            let report = SMTPServerReport(connection)
            pool.leave(connection)
            return report
        } catch {
            throw translated(error)
        }
    }

    /// Takes no more mail, waits for what is under way, and closes all connections. Harmless when repeated.
    public func shutdown() async { await pool.shutDown() }

    /// How many connections are open and unused.
    public var unusedConnectionCount: Int { pool.unusedCount }

    func translated(_ error: any Error) -> any Error {
        guard let failure = error as? SMTPFailure else { return error }
        return MailError(failure, transport: name)
    }
}
