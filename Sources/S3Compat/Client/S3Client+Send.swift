import FoundationEssentials
import GroundworkCrypto
import HTTPTypes

/// Addressing, signing and retrying: every request goes through here.
extension S3Client {
    /// A request as one attempt sends it.
    struct Prepared: Sendable {
        var request: HTTPRequest
        var options: HTTPRequestOptions
        /// What was known when it was signed.
        var region: String
        var skew: Double
    }

    /// Sends a request until it succeeds or the policy ends.
    ///
    /// `exchange` sends one attempt and throws ``S3Error`` for an answer that is an error. The credentials, the date and
    /// the region are new in each attempt.
    func perform<Result: Sendable>(
        _ request: S3Request,
        _ exchange: (Prepared) async throws -> Result
    ) async throws -> Result {
        try await perform({ request }) { prepared, _ in try await exchange(prepared) }
    }

    /// The same with a request that may differ from attempt to attempt.
    func perform<Result: Sendable>(
        _ makeRequest: () -> S3Request,
        _ exchange: (Prepared, S3Request) async throws -> Result
    ) async throws -> Result {
        let start = time.monotonic
        var state = RetryState(policy: configuration.retry, startedAt: start)
        var corrections = 0
        var mayHaveHappened = false
        while true {
            try Task.checkCancellation()
            let request = makeRequest()
            var error: S3Error
            var sent: Prepared?
            do {
                let prepared = try await prepare(request, deadline: state.deadline)
                sent = prepared
                let result = try await exchange(prepared, request)
                state.succeeded(budget: budget)
                log(request, attempt: state.attempts + 1, since: start, error: nil)
                return result
            } catch is CancellationError {
                throw CancellationError()
            } catch let failure {
                error = S3Error(failure, request: request, provider: provider)
            }
            mayHaveHappened = mayHaveHappened || error.mayHaveHappened
            error.mayHaveHappened = mayHaveHappened
            error.attempts = state.attempts + 1
            log(request, attempt: state.attempts + 1, since: start, error: error)
            if corrections < 2, let sent, correct(by: error, request: request, sent: sent) {
                corrections += 1
                continue
            }
            let verdict: RetryVerdict = error.isRetryable ? .transient(after: error.retryAfter) : .permanent
            let decision = state.failed(verdict, now: time.monotonic, budget: budget, random: configuration.random)
            guard case .retry(let delay) = decision else { throw error }
            try await time.sleep(for: delay)
        }
    }

    /// Sends a request whose answer is small, and gives its head and body. An `<Error>` of status 200 is an error.
    func collect(_ request: S3Request, upTo limit: Int = 16 << 20) async throws -> (head: HTTPResponse, body: [UInt8]) {
        try await perform(request) { prepared in
            let answer = try await configuration.transport.send(
                prepared.request,
                body: request.body,
                options: prepared.options
            )
            return (answer.head, try await success(of: answer, request: request, upTo: limit))
        }
    }

    /// The body of an answer that is a success.
    /// - Throws: ``S3Error`` for one that is none, and for an `<Error>` document inside a success.
    func success(
        of answer: HTTPStreamedResponse,
        request: S3Request,
        upTo limit: Int
    ) async throws -> [UInt8] {
        guard answer.head.status.kind == .successful else { throw try await error(of: answer, request: request) }
        let body = try await answer.body.collect(upTo: limit)
        guard let document = S3ErrorDocument(body) else { return body }
        throw S3Error(
            document: document,
            response: answer.head,
            operation: request.operation,
            resource: request.resource(provider: provider)
        )
    }

    /// Reads the error out of an answer that is no success.
    func error(of answer: HTTPStreamedResponse, request: S3Request) async throws -> S3Error {
        var body: [UInt8] = []
        do {
            // An error that is longer than this, or whose body breaks off, is still an error of its status.
            for try await chunk in answer.body {
                body.append(contentsOf: chunk.prefix(64 * 1024 - body.count))
                if body.count >= 64 * 1024 { break }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {}
        return S3Error(
            response: answer.head,
            body: body,
            operation: request.operation,
            resource: request.resource(provider: provider)
        )
    }

    /// Learns from an error what makes the next attempt right.
    /// - Returns: whether this attempt did not know it: another request may have learned it meanwhile.
    private func correct(by error: S3Error, request: S3Request, sent: Prepared) -> Bool {
        if let time = error.serverTime {
            let isSkewed = error.code == .requestTimeTooSkewed || error.code.rawValue == "RequestExpired"
            if isSkewed { return learn(serverTime: time, used: sent.skew, tolerance: 60) }
            // The answer to HEAD has no body that could tell the reason.
            if error.httpStatus == 403, error.serverCode == nil, request.method == .head,
                learn(serverTime: time, used: sent.skew, tolerance: 300)
            {
                return true
            }
        }
        guard provider.learnsRegion, let bucket = request.bucket, let region = error.region,
            let status = error.httpStatus, [301, 307, 400, 403].contains(status), S3Provider.isRegionName(region),
            provider.endpoint.family != .aws || S3Provider.isAWSRegion(region)
        else { return false }
        return learn(region: region, of: bucket, used: sent.region)
    }

    /// Addresses and signs one attempt.
    private func prepare(_ request: S3Request, deadline: ContinuousClock.Instant?) async throws -> Prepared {
        let credentials = try await configuration.credentials.credentials()
        guard !credentials.accessKeyID.isEmpty, credentials.secretAccessKey.withValue({ !$0.isEmpty }) else {
            throw S3Error.configuration("The access key ID or the secret access key is empty.")
        }
        let region = region(of: request.bucket)
        let skew = learned.withLock { $0.skew }
        let (host, path) = provider.address(bucket: request.bucket, key: request.key, region: region)
        var input = SigV4Signer.Input(
            method: request.method.rawValue,
            host: host,
            path: path,
            payloadHash: request.payloadHash
        )
        input.query = request.query
        input.headers = request.headers
        let signed = try signer.sign(input, credentials: credentials, region: region, date: now(skew: skew))
        var fields = HTTPFields()
        for (name, value) in request.headers + signed.headers {
            guard let fieldName = HTTPField.Name(name), HTTPField.isValidValue(value) else {
                throw S3Error.argument(
                    "The header field \(S3Request.printable(name)) has a name or value that HTTP forbids."
                )
            }
            fields.append(HTTPField(name: fieldName, value: value))
        }
        var options = configuration.request
        options.replay = request.replay
        options.version = request.isBulk ? .http1 : configuration.request.version
        options.maximumBodyBytes = nil
        if let deadline, !request.streams {
            let rest = time.monotonic.duration(to: deadline)
            options.totalTimeout = min(options.totalTimeout ?? rest, max(rest, .milliseconds(1)))
        }
        let message = HTTPRequest(
            method: request.method,
            scheme: provider.endpoint.scheme,
            authority: host,
            path: signed.target,
            headerFields: fields
        )
        return Prepared(request: message, options: options, region: region, skew: skew)
    }
}
