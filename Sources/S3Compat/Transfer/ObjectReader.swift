import HTTPTypes

/// Reads an object's bytes, and opens it anew where the connection breaks off, pinned to the same content by its ETag.
final class ObjectReader: Sendable {
    private struct State {
        var iterator: HTTPResponseBody.AsyncIterator?
        var position: Int64
        var retry: RetryState
        /// The bytes since the connection was last opened, and how often it was opened anew.
        var gained: Int64 = 0
        var reopenings = 0
    }

    /// A connection that carried so much was a good one: the next failure counts as the first.
    private static let goodProgress: Int64 = 1 << 20
    /// No object is opened anew more often, whatever progress it makes.
    private static let maximumReopenings = 100

    private let bucket: S3Bucket
    private let key: String
    private let etag: String?
    private let headers: [String: String]
    private let end: Int64
    private let state: Locked<State>

    /// - Parameter range: what `body` delivers.
    init(
        _ bucket: S3Bucket,
        key: String,
        head: S3ObjectHead,
        range: Range<Int64>,
        options: S3GetOptions,
        body: HTTPResponseBody
    ) {
        self.bucket = bucket
        self.key = key
        etag = head.info.etag
        headers = options.headers
        end = range.upperBound
        let client = bucket.client
        state = Locked(
            State(
                iterator: body.makeAsyncIterator(),
                position: range.lowerBound,
                retry: RetryState(policy: client.configuration.retry, startedAt: client.time.monotonic)
            )
        )
    }

    /// The next chunk; called by one task at a time.
    func next() async throws -> [UInt8]? {
        while true {
            let (iterator, position) = state.withLock { ($0.iterator, $0.position) }
            do {
                guard var iterator else { return nil }
                if let chunk = try await iterator.next() {
                    guard Int64(chunk.count) <= end - position else {
                        throw bucket.unexpected("GetObject", key: key, "The store sent more bytes than it announced.")
                    }
                    advance(by: chunk.count)
                    return chunk
                }
                guard position < end else {
                    abandon()
                    return nil
                }
                throw S3Error(
                    .connectionLost,
                    "The store sent \(position) of \(end) bytes and ended.",
                    operation: "GetObject",
                    resource: bucket.resource(key),
                    isRetryable: true
                )
            } catch is CancellationError {
                abandon()
                throw CancellationError()
            } catch {
                abandon()
                let request = S3Request("GetObject", .get, bucket: bucket.name, key: key)
                try await reopen(after: S3Error(error, request: request, provider: bucket.provider), at: position)
            }
        }
    }

    /// Lets the connection go.
    func abandon() { state.withLock { $0.iterator = nil } }

    private func advance(by count: Int) {
        let client = bucket.client
        let now = client.time.monotonic
        state.withLock { state in
            state.position += Int64(count)
            state.gained += Int64(count)
            if state.retry.attempts > 0, state.gained >= Self.goodProgress {
                state.retry.succeeded(budget: client.budget)
                state.retry = RetryState(policy: client.configuration.retry, startedAt: now)
            }
        }
    }

    private func reopen(after error: S3Error, at position: Int64) async throws {
        let client = bucket.client
        guard error.isRetryable, let etag, position < end else { throw error }
        let now = client.time.monotonic
        let decision = state.withLock { state -> RetryState.Decision in
            state.gained = 0
            state.reopenings += 1
            guard state.reopenings <= Self.maximumReopenings else { return .stop(.attemptsUsedUp) }
            return state.retry.failed(
                .transient(),
                now: now,
                budget: client.budget,
                random: client.configuration.random
            )
        }
        guard case .retry(let delay) = decision else { throw error }
        try await client.time.sleep(for: delay)
        var options = S3GetOptions()
        options.range = position..<end
        options.ifMatch = etag
        options.headers = headers
        do {
            let (_, range, body) = try await bucket.open(key, options: options)
            guard range == position..<end else {
                throw bucket.unexpected("GetObject", key: key, "The store sent another range than the one asked for.")
            }
            state.withLock { $0.iterator = body.makeAsyncIterator() }
        } catch var error as S3Error where error.code == .preconditionFailed {
            error.message = "The object was replaced while it was being read. Read it again from its start."
            throw error
        }
    }
}
