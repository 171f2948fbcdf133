public import GroundworkCore
import GroundworkCurl
public import GroundworkHTTP

/// Sends mail through the API of SendGrid (twilio.com/docs/sendgrid/api-reference/mail-send).
///
///     var configuration = SendGridTransport.Configuration(apiKey: Secret(key))
///     configuration.region = .europe
///     let transport = try SendGridTransport(configuration)
///
/// SendGrid has no idempotency keys: a mail whose outcome is unknown must not be sent again. Each mail carries its stable
/// Message-ID, by which a receiver may notice a double. All recipients of a mail share one outcome.
///
/// It waits for its turn at the rate limiter, and does not retry.
public final class SendGridTransport: MailBatchTransport, MailCancellingTransport, MailCheckingTransport {
    /// `sendgrid`, unless another name was chosen.
    public let name: String
    /// What SendGrid can do.
    public let capabilities = MailCapabilities.sendGrid
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
        name: String = "sendgrid",
        http: (any HTTPTransport)? = nil,
        time: any TimeSource = SystemTime()
    ) throws(MailError) {
        client = try ProviderClient(
            name: name,
            endpoint: configuration.region.endpoint,
            key: configuration.apiKey,
            keyVariable: "SENDGRID_API_KEY",
            userAgent: configuration.userAgent,
            timeout: configuration.timeout,
            limiter: configuration.rateLimiter,
            http: http ?? CurlHTTPTransport.shared,
            time: time
        )
        if let pool = configuration.ipPool, !(2...64).contains(pool.count) || !MailText.isClean(pool) {
            throw MailError(.invalidConfiguration, "The name of an IP pool has 2 to 64 characters.", transport: name)
        }
        self.name = name
        self.configuration = configuration
    }

    /// Sends one mail, at once or at its scheduled time.
    ///
    /// The id of a scheduled mail is SendGrid's message id, a slash, and the batch id by which ``cancel(id:deadline:)``
    /// calls it off. Events have it as ``MailEvent/mailID``, for the batch id goes with the mail's metadata.
    /// - Throws: ``MailError`` for a mail beyond SendGrid's limits, a refused key or sender, or when SendGrid cannot be
    ///   reached; `CancellationError`.
    public func send(_ mail: OutgoingMail, deadline: ContinuousClock.Instant?) async throws -> MailReceipt {
        try await deliver(mail, deadline: deadline)
    }

    /// Sends mails. Those that differ in receivers, subject, headers and metadata only, and have no receiver in common, go
    /// together as personalizations of one request, up to 1,000 receivers; all others alone, for SendGrid takes one text
    /// in a request.
    /// - Throws: ``MailError``, `CancellationError`, as long as nothing was sent.
    public func send(
        batch mails: [OutgoingMail],
        deadline: ContinuousClock.Instant?
    ) async throws -> [Result<MailReceipt, any Error>] {
        try await deliver(batch: mails, deadline: deadline)
    }

    /// Calls off a scheduled mail (POST /v3/user/scheduled_sends), for which the key needs the scope
    /// `user.scheduled_sends.create`. SendGrid wants that ten minutes ahead at least.
    /// - Parameters:
    ///   - id: what ``MailOutcome/accepted(id:)`` gave for the scheduled mail, or the batch id alone.
    ///   - deadline: when to give up.
    /// - Throws: ``MailError`` with ``MailError/Code/unsupported`` when it has no batch id or cannot be called off.
    public func cancel(id: String, deadline: ContinuousClock.Instant?) async throws {
        let batch = String(id.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
        guard SendGridBatchID.isOne(batch) else {
            throw MailError(
                .unsupported,
                "The mail was not scheduled with a batch id; set scheduledMailsCanBeCancelled before it is sent.",
                transport: name
            )
        }
        var json = JSONWriter()
        json.object {
            $0.member("batch_id", batch)
            $0.member("status", "cancel")
        }
        var request = ProviderRequest.post("/v3/user/scheduled_sends", json)
        request.tellsRate = false
        // Whoever cancels twice is told that it was cancelled before.
        try await callOff(request, deadline: deadline, refusal: SendGridAnswers.refusal(in:)) {
            $0.text.firstRange(of: "already exists") != nil
        }
    }
}
