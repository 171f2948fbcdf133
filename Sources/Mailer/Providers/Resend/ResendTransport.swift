public import GroundworkCore
import GroundworkCurl
public import GroundworkHTTP

/// Sends mail through the API of Resend (resend.com/docs/api-reference).
///
///     let transport = try ResendTransport(.init(apiKey: Secret(key)))
///     let receipt = try await transport.send(mail, deadline: nil)
///
/// Every mail goes with its idempotency key, under which Resend sends it once in 24 hours: a mail whose outcome is
/// unknown may be sent again. All recipients of a mail share one outcome, for the API answers once.
///
/// It waits for its turn at the rate limiter, and does not retry. Resend measures opens and clicks by domain, not by
/// mail: a mail that asks for no tracking depends on the domain's settings, which ``check(sender:deadline:)`` looks at.
public final class ResendTransport: MailBatchTransport, MailCancellingTransport, MailCheckingTransport {
    /// `resend`, unless another name was chosen.
    public let name: String
    /// What Resend can do.
    public let capabilities = MailCapabilities.resend
    /// Which account, and how.
    public let configuration: Configuration
    let client: ProviderClient

    /// Makes a transport. Nothing is sent before the first mail.
    /// - Parameters:
    ///   - configuration: the account.
    ///   - name: for logs, receipts and errors.
    ///   - http: what sends the requests; nil takes `CurlHTTPTransport.shared`.
    ///   - time: the clock of deadlines and of schedules.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``.
    public init(
        _ configuration: Configuration,
        name: String = "resend",
        http: (any HTTPTransport)? = nil,
        time: any TimeSource = SystemTime()
    ) throws(MailError) {
        client = try ProviderClient(
            name: name,
            endpoint: configuration.endpoint,
            key: configuration.apiKey,
            keyVariable: "RESEND_API_KEY",
            userAgent: configuration.userAgent,
            timeout: configuration.timeout,
            limiter: configuration.rateLimiter,
            http: http ?? CurlHTTPTransport.shared,
            time: time
        )
        self.name = name
        self.configuration = configuration
    }

    /// Sends one mail, at once or at its scheduled time.
    /// - Throws: ``MailError`` for a mail beyond Resend's limits, a refused key or domain, or when Resend cannot be
    ///   reached; `CancellationError`.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        try await deliver(mail, deadline: deadline)
    }

    /// Sends mails, up to 100 in one request. Those with attachments and those that are scheduled, which Resend takes in
    /// no batch, go alone.
    /// - Throws: ``MailError``, `CancellationError`, as long as nothing was sent.
    public func send(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async throws -> [Result<MailReceipt, any Error>] {
        try await deliver(batch: mails, deadline: deadline)
    }

    /// Calls off a scheduled mail. Doing it twice is harmless.
    /// - Parameters:
    ///   - id: what ``MailOutcome/accepted(id:)`` gave.
    ///   - deadline: when to give up.
    /// - Throws: ``MailError`` with ``MailError/Code/unsupported`` when it is sent already or never was scheduled.
    public func cancel(id: String, deadline: ContinuousClock.Instant?) async throws {
        guard (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x2D || $0 == 0x5F })
        else {
            throw MailError(.unsupported, "The id is none that Resend gives.", transport: name)
        }
        let request = ProviderRequest(method: .post, path: "/emails/\(id)/cancel")
        try await callOff(request, deadline: deadline, refusal: ResendAnswers.refusal(in:))
    }
}
