import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// Posts forms to Apple's endpoints: client authentication, tries, and the meaning of errors.
struct TokenEndpoint {
    let client: AppleSignInClient

    /// No answer is longer.
    static let maximumBytes = 64 * 1024

    init(_ client: AppleSignInClient) {
        self.client = client
    }

    /// Posts a form with the client's credentials and returns the body of a 200.
    func post(
        to endpoint: String,
        _ fields: [(String, String)],
        client app: AppleClient,
        isRepeatable: Bool,
        tellsLostAnswers: Bool = false,
        bearer: Secret<String>? = nil
    ) async throws -> [UInt8] {
        var tried: Set<Int> = []
        while true {
            try Task.checkCancellation()
            let (secret, keyIndex) = try client.secrets.current(for: app, avoiding: tried)
            do {
                return try await post(
                    to: endpoint,
                    fields,
                    client: app,
                    secret: secret,
                    isRepeatable: isRepeatable,
                    tellsLostAnswers: tellsLostAnswers,
                    bearer: bearer
                )
            } catch let error as AppleSignInError where error.code == .invalidClient {
                // The secret was refused before anything was looked at: the same form may go again with another key.
                guard try client.secrets.refused(app, keyIndex: keyIndex, tried: &tried) else { throw error }
            }
        }
    }

    /// Posts a form with one secret, whatever Apple says to it.
    /// - Parameter tellsLostAnswers: whether the error after the last try is `outcomeUnknown` when a request of any try
    ///   may have reached Apple and was not answered.
    func post(
        to endpoint: String,
        _ fields: [(String, String)],
        client app: AppleClient,
        secret: Secret<String>,
        isRepeatable: Bool,
        tellsLostAnswers: Bool = false,
        bearer: Secret<String>? = nil
    ) async throws -> [UInt8] {
        let form = fields + [("client_id", app.clientID), ("client_secret", secret.withValue { $0 })]
        return try await send(
            FormCoding.encode(form),
            to: endpoint,
            isRepeatable: isRepeatable,
            tellsLostAnswers: tellsLostAnswers,
            bearer: bearer
        )
    }

    private func send(
        _ form: [UInt8],
        to endpoint: String,
        isRepeatable: Bool,
        tellsLostAnswers: Bool,
        bearer: Secret<String>?
    ) async throws -> [UInt8] {
        var request = try HTTPRequest(endpoint: endpoint, method: .post)
        request.headerFields[.contentType] = "application/x-www-form-urlencoded"
        request.headerFields[.accept] = "application/json"
        // Apple refuses requests without one.
        request.headerFields[.userAgent] = "swift-groundwork"
        if let bearer { request.headerFields[.authorization] = bearer.withValue { "Bearer \($0)" } }
        var policy = RetryPolicy()
        policy.maximumAttempts = 3
        policy.totalTimeout = client.timeout
        var retries = RetryState(policy: policy, startedAt: client.time.monotonic)
        var isAnswerLost = false
        while true {
            var options = HTTPRequestOptions()
            options.replay = isRepeatable ? .always : .never
            let left = retries.deadline.map { client.time.monotonic.duration(to: $0) } ?? client.timeout
            options.totalTimeout = max(left, .milliseconds(1))
            let failure: AppleSignInError
            do {
                let (head, body) = try await client.transport.collect(
                    request,
                    body: .bytes(form),
                    options: options,
                    upTo: Self.maximumBytes
                )
                if head.status == .ok { return body }
                failure = AppleErrorAnswer.error(status: head.status.code, body: body)
            } catch let error as HTTPTransportError {
                isAnswerLost = isAnswerLost || error.sent != .nothing
                failure = Self.error(error, isRepeatable: isRepeatable)
            }
            let isUnknown = tellsLostAnswers && isAnswerLost
            let canRepeat = isRepeatable || failure.code == .throttled || failure.code == .notSent
            guard failure.isRetryable, canRepeat else { throw failure.publicForm(isUnknown: isUnknown) }
            switch retries.failed(
                .transient(),
                now: client.time.monotonic,
                budget: nil,
                random: AnyRandom(client.random)
            ) {
            case .retry(let delay): try await client.time.sleep(for: delay)
            case .stop: throw failure.publicForm(isUnknown: isUnknown)
            }
        }
    }

    private static func error(_ error: HTTPTransportError, isRepeatable: Bool) -> AppleSignInError {
        if error.sent == .nothing {
            return AppleSignInError(
                .notSent,
                "Apple cannot be reached: \(error)",
                isRetryable: error.isRetryable,
                underlyingError: error
            )
        }
        if isRepeatable {
            return AppleSignInError(
                .unavailable,
                "Apple did not answer: \(error)",
                isRetryable: true,
                underlyingError: error
            )
        }
        return AppleSignInError(
            .outcomeUnknown,
            "Apple's answer was lost, and a code is good for one exchange only; let the user sign in again. \(error)",
            underlyingError: error
        )
    }
}

/// The random source behind its protocol, for generic parameters.
private struct AnyRandom: RandomSource {
    let source: any RandomSource

    init(_ source: any RandomSource) { self.source = source }

    func next() -> UInt64 { source.next() }
}

extension AppleSignInError.Code {
    /// Inside the package: nothing was sent, so that even a code may be sent again.
    static let notSent = AppleSignInError.Code("notSent")
}

extension AppleSignInError {
    fileprivate func publicForm(isUnknown: Bool) -> AppleSignInError {
        guard isRetryable || code == .notSent else { return self }
        var error = self
        if isUnknown { error.code = .outcomeUnknown } else if code == .notSent { error.code = .unavailable }
        return error
    }
}
