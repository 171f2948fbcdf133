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
    private let composer: MIMEComposer
    let signer: DKIMSigner?
    private let connector: SMTPConnector
    private let pool: SMTPPool
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
    }

    /// Makes a transport from `SMTP_URL`, or `SMTP_HOST` and its companions; see
    /// ``SMTPConfiguration/init(environment:)``.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``, which names the variable.
    public convenience init(environment: [String: String]) throws(MailError) {
        try self.init(try SMTPConfiguration(environment: environment))
    }

    deinit { pool.closeUnused() }

    /// Sends one mail.
    /// - Throws: ``MailError`` when no connection came about, the mail cannot be read, or the server says beforehand that it
    ///   cannot take it (``MailError/Code/limitExceeded``, ``MailError/Code/unsupported``); `CancellationError`.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        let group = SMTPJobGroup()
        return try await bounded(group, deadline) { try await result(of: submit(mail, in: group), mail).get() }
    }

    /// Sends many mails, over as few connections as the configuration allows; in the order of `mails`, as far as one
    /// connection goes. Only some of them are in memory at a time.
    /// - Returns: for each mail its receipt, or the error that sending it alone would have thrown.
    public func send(
        _ mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async -> [Result<MailReceipt, any Error>] {
        let group = SMTPJobGroup()
        return await bounded(group, deadline) {
            var results: [Result<MailReceipt, any Error>] = []
            results.reserveCapacity(mails.count)
            var jobs: [Result<SMTPJob, any Error>] = []
            for mail in mails {
                jobs.append(await submit(mail, in: group))
                guard jobs.count == Self.window else { continue }
                // The last of them first: by then the others are over as a rule, and this task is not woken for each.
                _ = try? await jobs[Self.window / 2 - 1].get().outcome()
                for job in jobs.prefix(Self.window / 2) {
                    results.append(await result(of: job, mails[results.count]))
                }
                jobs.removeFirst(Self.window / 2)
            }
            for job in jobs { results.append(await result(of: job, mails[results.count])) }
            return results
        }
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

    /// How many mails of one call are under way at most.
    private static let window = 256

    /// Composes a mail and gives it to the pool.
    private func submit(_ mail: OutgoingMail, in group: SMTPJobGroup) async -> Result<SMTPJob, any Error> {
        do {
            let namesKey = capabilities.supports(.idempotency)
            let message = SMTPMessage(
                envelope: mail.envelope,
                content: try await SMTPContent(mail, composer, signer, clock, namesKey: namesKey),
                notifications: configuration.deliveryNotifications,
                envelopeID: mail.idempotencyKey.rawValue
            )
            let job = SMTPJob(message)
            group.add(job)
            pool.submit(job)
            return .success(job)
        } catch {
            return .failure(error)
        }
    }

    private func result(
        of job: Result<SMTPJob, any Error>,
        _ mail: OutgoingMail
    ) async -> Result<MailReceipt, any Error> {
        do {
            return .success(receipt(mail, try await job.get().outcome()))
        } catch {
            return .failure(translated(error))
        }
    }

    /// Runs `body`; its mails end at the deadline, and when the task is cancelled.
    private func bounded<Value>(
        _ group: SMTPJobGroup,
        _ deadline: ContinuousClock.Instant?,
        _ body: () async throws -> Value
    ) async rethrows -> Value {
        let end = deadline ?? clock.monotonic.advanced(by: configuration.sendTimeout)
        let timer = Task { [clock] in
            try await clock.sleep(until: end)
            group.abort(.deadline)
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            group.abort(.cancelled)
        }
    }

    private func receipt(_ mail: OutgoingMail, _ outcomes: [MailOutcome]) -> MailReceipt {
        MailReceipt(
            recipients: zip(mail.envelope.recipients, outcomes).map { MailReceipt.Recipient($0, $1) },
            transport: name,
            messageID: mail.message.messageID
        )
    }

    private func translated(_ error: any Error) -> any Error {
        if let failure = error as? SMTPFailure { return MailError(failure, transport: name) }
        guard var error = error as? MailError, error.transport == nil else { return error }
        error.transport = name
        return error
    }
}
