/// Sends an app's mail.
///
///     let mailer = try Mailer(environment: ProcessInfo.processInfo.environment)
///     try await mailer.sendVerificationEmail(to: "ada@example.org", token: token)
///
/// Or put together by hand:
///
///     var configuration = Mailer.Configuration(from: try Mailbox("Shop <shop@example.org>"))
///     configuration.brand = MailBrand(name: "Shop", appURL: try MailAppURL("https://shop.example.org"))
///     let mailer = try Mailer(configuration, transport: transport)
///
/// What ``send(_:timeout:)`` returns has an outcome for each recipient. The calls that send one mail to one person throw
/// unless it was accepted, so that a refusal cannot be overlooked.
public struct Mailer: Sendable {
    /// Who sends and how it looks.
    public let configuration: Configuration
    /// What delivers the mails.
    public let delivery: MailDelivery

    /// Makes a mailer on a delivery of your own.
    public init(_ configuration: Configuration, delivery: MailDelivery) {
        self.configuration = configuration
        self.delivery = delivery
    }

    /// Makes a mailer on one transport, with retries.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``.
    public init(
        _ configuration: Configuration,
        transport: any MailTransport,
        delivery settings: MailDelivery.Configuration = MailDelivery.Configuration()
    ) throws(MailError) {
        self.init(configuration, delivery: try MailDelivery(routes: [MailRoute(transport)], settings))
    }

    /// Sends a message.
    /// - Parameters:
    ///   - message: the message. Without a `Reply-To` it gets that of the configuration.
    ///   - timeout: the time for everything, tries and waits included; nil takes ``Configuration/timeout``.
    /// - Returns: what became of it for each recipient: look at it, or call ``MailReceipt/requireAccepted()``.
    /// - Throws: ``MailError`` when nothing was sent to anybody; `CancellationError` likewise.
    public func send(_ message: MailMessage, timeout: Duration? = nil) async throws -> MailReceipt {
        try await delivery.send(try outgoing(message), deadline: deadline(timeout))
    }

    /// Sends many messages: several in one request where the provider takes them so. A message whose idempotency key an
    /// earlier one has is the same mail, and is refused.
    /// - Returns: for each message, in order, its receipt, or the error that sending it alone would have thrown.
    public func send(batch messages: [MailMessage], timeout: Duration? = nil) async -> [Result<MailReceipt, any Error>]
    {
        var results: [Result<MailReceipt, any Error>] = messages.map { _ in .failure(CancellationError()) }
        var mails: [OutgoingMail] = []
        var places: [Int] = []
        for (index, message) in messages.enumerated() {
            do {
                mails.append(try outgoing(message))
                places.append(index)
            } catch {
                results[index] = .failure(error)
            }
        }
        let sent = await delivery.send(batch: mails, deadline: deadline(timeout))
        for (place, result) in zip(places, sent) { results[place] = result }
        return results
    }

    /// Takes no more mail, waits for what is under way, and closes the connections that are kept; for the end of a
    /// process. Harmless when repeated.
    public func shutdown() async { await delivery.shutdown() }

    /// Proves the configuration, and asks every transport whether it would work. No mail is sent.
    /// - Throws: `CancellationError`; whatever is wrong is a finding.
    public func check(timeout: Duration? = nil) async throws -> MailCheckReport {
        let found = try await delivery.check(sender: configuration.from, deadline: deadline(timeout))
        return MailCheckReport(findings: configuration.findings + found)
    }

    func outgoing(_ message: MailMessage) throws(MailError) -> OutgoingMail {
        var message = message
        if message.replyTo.isEmpty, let address = configuration.replyTo { message.replyTo = [address] }
        return try OutgoingMail(message, time: delivery.time, random: delivery.random)
    }

    func deadline(_ timeout: Duration?) -> ContinuousClock.Instant {
        delivery.time.monotonic.advanced(by: timeout ?? configuration.timeout)
    }
}
