import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// Sends requests to one provider's API and tells what is sure: nothing sent, answered, or lost on the way.
struct ProviderClient: Sendable {
    /// The transport's name.
    let name: String
    let endpoint: ProviderEndpoint
    let authorization: ProviderAuthorization
    let userAgent: String
    let timeout: Duration
    let limiter: MailRateLimiter
    let http: any HTTPTransport
    let time: any TimeSource

    /// The name that goes with requests for which none was chosen. Resend refuses requests without one.
    static let defaultUserAgent = "swift-groundwork-mailer"

    /// Checks what every provider's configuration has.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``, without the key.
    init(
        name: String,
        endpoint: String,
        key: Secret<String>,
        keyVariable: String,
        authorization: (Secret<String>) -> ProviderAuthorization = ProviderAuthorization.bearer,
        userAgent: String,
        timeout: Duration,
        limiter: MailRateLimiter?,
        http: any HTTPTransport,
        time: any TimeSource
    ) throws(MailError) {
        let key = key.map { $0.trimmingASCIIWhitespace() }
        let isUsable = key.withValue {
            (1...1024).contains($0.utf8.count) && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
        guard isUsable else {
            throw MailError(
                .invalidConfiguration,
                "The API key is empty or has characters that no key has; set \(keyVariable) to the key as \(name) shows it.",
                transport: name
            )
        }
        guard timeout > .zero else {
            throw MailError(.invalidConfiguration, "The time-out must be longer than zero.", transport: name)
        }
        let agent = userAgent.trimmingASCIIWhitespace()
        guard agent.utf8.count <= 256, agent.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw MailError(
                .invalidConfiguration,
                "The User-Agent has 1 to 256 printable ASCII characters.",
                transport: name
            )
        }
        self.name = name
        self.endpoint = try ProviderEndpoint(endpoint, transport: name)
        self.authorization = authorization(key)
        self.userAgent = agent.isEmpty ? Self.defaultUserAgent : agent
        self.timeout = timeout
        self.limiter = limiter ?? MailRateLimiter(time: time)
        self.http = http
        self.time = time
    }

    /// Sends a request once, after waiting for its turn.
    /// - Throws: ``MailError`` when it was surely not carried out, `CancellationError` when it was not sent. A transport
    ///   of one's own does not say how far a cancelled request came, so that it counts as sent.
    func exchange(_ request: ProviderRequest, deadline: ContinuousClock.Instant?) async throws -> ProviderExchange {
        if let deadline, deadline <= time.monotonic { throw tooLate }
        try await limiter.acquire(deadline: deadline)
        try Task.checkCancellation()
        var left = timeout
        if let deadline { left = min(left, time.monotonic.duration(to: deadline)) }
        guard left > .zero else { throw tooLate }
        var options = HTTPRequestOptions()
        options.replay = request.method == .get ? .always : .never
        options.totalTimeout = left
        options.connectTimeout = min(options.connectTimeout, left)
        let probe = HTTPSendProbe()
        options.probe = probe
        let head = try await head(of: request)
        do {
            let response = try await http.send(head, body: request.body, options: options)
            let answer = await read(response)
            // A window of another call, such as a check, says nothing of those that send.
            limiter.observe(request.tellsRate ? answer.hint : MailRateHint(retryAfter: answer.hint.retryAfter))
            return .answered(answer)
        } catch let error as HTTPTransportError {
            return try lost(error)
        } catch let error as MailError {
            throw error
        } catch is CancellationError {
            if probe.isUnsent { throw CancellationError() }
            return .lost("the task was cancelled before \(name) had answered")
        } catch {
            // The contract leaves no room for it: it may have come before or after the request went out.
            return .lost("the HTTP transport failed with an error of its own, \(type(of: error))")
        }
    }

    private var tooLate: MailError {
        MailError(.deadlineExceeded, "The deadline passed before the request was sent.", transport: name)
    }

    private func head(of request: ProviderRequest) async throws -> HTTPRequest {
        var head = HTTPRequest(
            method: request.method,
            scheme: endpoint.scheme,
            authority: endpoint.authority,
            path: endpoint.basePath + request.path,
            headerFields: request.fields
        )
        head.headerFields[.accept] = "application/json"
        head.headerFields[.userAgent] = userAgent
        if request.body != nil { head.headerFields[.contentType] = request.contentType }
        try await authorization.apply(&head, request.body)
        return head
    }

    /// Reads the answer's body as far as it comes and fits.
    private func read(_ response: HTTPStreamedResponse) async -> ProviderAnswer {
        var body: [UInt8] = []
        var isComplete = true
        do {
            for try await chunk in response.body {
                guard chunk.count <= ProviderAnswer.longestBody - body.count else {
                    isComplete = false
                    break
                }
                body += chunk
            }
        } catch {
            isComplete = false
        }
        return ProviderAnswer(
            status: response.head.status.code,
            fields: response.head.headerFields,
            body: body,
            isComplete: isComplete,
            hint: MailRateHint(response.head.headerFields, now: time.now)
        )
    }

    /// What a failure below HTTP means.
    private func lost(_ error: HTTPTransportError) throws -> ProviderExchange {
        if let mailError = error.underlyingError as? MailError { throw mailError }
        if error.underlyingError is CancellationError {
            if error.sent == .nothing { throw CancellationError() }
            return .lost("the task was cancelled before \(name) had answered")
        }
        switch error.code {
        case .bodySourceFailed, .bodyLengthMismatch, .bodyAlreadyConsumed:
            // The request broke off in its body, so that nobody can have carried it out.
            throw MailError(
                .contentUnreadable,
                "An attachment cannot be read, or has another length than it said; nothing was sent.",
                transport: name,
                underlyingError: error
            )
        default: break
        }
        guard error.sent == .nothing else { return .lost("no answer came from \(name): \(error.code)") }
        let code: MailError.Code =
            switch error.code {
            case .tlsFailed: .tlsFailed
            case .invalidRequest: .invalidConfiguration
            default: .connectionFailed
            }
        throw MailError(
            code,
            "\(name) cannot be reached, and nothing was sent: \(error)",
            transport: name,
            isRetryable: error.isRetryable || error.code == .timedOut,
            underlyingError: error
        )
    }
}
