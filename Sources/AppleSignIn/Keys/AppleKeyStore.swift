import FoundationEssentials
public import GroundworkCore
package import GroundworkCrypto
import GroundworkCurl
public import GroundworkHTTP

/// Apple's public keys, fetched when needed and kept in memory. One for the whole process is best.
///
/// A key that is known is found without waiting, without a fetch and without leaving the caller's task. At most one
/// fetch runs at a time; all who need its result share it. A bad answer, whatever it is, never displaces good keys.
public final class AppleKeyStore: Sendable {
    private struct State {
        var cache: KeyCache
        var waiters: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var nextWaiter: UInt64 = 0
        var lastError: AppleSignInError?
    }

    /// How keys are fetched and how long they are believed.
    public let configuration: Configuration
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let random: any RandomSource
    private let state: Locked<State>
    /// More tasks than this do not wait for one fetch.
    private static let maximumWaiters = 10_000

    /// Makes a store. Nothing is fetched before the first token; `seedPath` is read now.
    public init(
        _ configuration: Configuration = Configuration(),
        transport: (any HTTPTransport)? = nil,
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom()
    ) {
        self.configuration = configuration
        self.transport = transport ?? CurlHTTPTransport.shared
        self.time = time
        self.random = random
        var cache = KeyCache(configuration: configuration)
        if let path = configuration.seedPath, let seed = KeySeed(contentsOfFile: path), let set = seed.keys {
            cache.seed(set, age: .seconds(time.now.timeIntervalSince(seed.confirmedAt)), now: time.monotonic)
        }
        state = Locked(State(cache: cache))
    }

    /// Fetches the keys now, so that the first user does not wait.
    /// - Throws: ``AppleSignInError`` with ``AppleSignInError/Code/keysUnavailable``, or `CancellationError`.
    public func refresh() async throws {
        startFetch()
        try await waitForFetch()
        if let error = state.withLock({ $0.lastError }) { throw error }
    }

    /// The key of a token, if it is known: without waiting, on the caller's thread.
    package func knownKey(_ keyID: String) -> RSAPublicKey? {
        guard case .use(let key, let refresh) = state.withLock({ $0.cache.answer(for: keyID, now: time.monotonic) })
        else { return nil }
        if refresh { startFetch() }
        return key
    }

    /// The key of a token.
    /// - Throws: ``AppleSignInError`` with `unknownKey` or `keysUnavailable`, or `CancellationError`.
    package func key(_ keyID: String) async throws -> RSAPublicKey {
        // Twice: before and after a fetch.
        for isSecond in [false, true] {
            switch state.withLock({ $0.cache.answer(for: keyID, now: time.monotonic) }) {
            case .use(let key, let refresh):
                if refresh { startFetch() }
                return key
            case .unknown:
                throw Self.unknownKey
            case .unavailable(let delay):
                throw unavailable(after: delay)
            case .fetch:
                if isSecond { throw state.withLock({ $0.lastError }) ?? Self.unknownKey }
                startFetch()
                try await waitForFetch()
            }
        }
        throw Self.unknownKey
    }

    private static let unknownKey = AppleSignInError(
        .unknownKey,
        "The token names a key that Apple does not publish; it was made by somebody else, or its key was withdrawn."
    )

    private func unavailable(after delay: Duration) -> AppleSignInError {
        var error = state.withLock { $0.lastError } ?? AppleSignInError(.keysUnavailable, "Apple's keys cannot be had.")
        error.message += " The next try is due in \(Int(delay.seconds.rounded(.up))) s."
        return error
    }

    // MARK: - One fetch at a time

    private func startFetch() {
        let starts = state.withLock { state in
            guard !state.cache.isFetching else { return false }
            state.cache.began()
            return true
        }
        guard starts else { return }
        // Not the caller's child: others wait for it too. It ends by its own time limit.
        Task { await fetch() }
    }

    private func fetch() async {
        let outcome: Result<(set: JWKSet, body: [UInt8]), AppleSignInError>
        do {
            outcome = .success(try await KeyRequest(configuration).send(over: transport))
        } catch {
            outcome = .failure(
                error as? AppleSignInError
                    ?? AppleSignInError(
                        .keysUnavailable,
                        "Apple's keys at \(configuration.endpoints.keys) cannot be had: \(error)",
                        isRetryable: true,
                        underlyingError: error
                    )
            )
        }
        if case .success(let answer) = outcome, let path = configuration.seedPath {
            // A seed that cannot be written costs the next start one fetch, nothing more.
            try? KeySeed(confirmedAt: time.now, body: answer.body).write(toFile: path)
        }
        let waiters = state.withLock { state in
            switch outcome {
            case .success(let answer):
                state.cache.succeeded(answer.set, now: time.monotonic)
                state.lastError = nil
            case .failure(let error):
                state.cache.failed(now: time.monotonic, random: random)
                state.lastError = error
            }
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    private func waitForFetch() async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal: (any Error)?? = state.withLock { state in
                    if Task.isCancelled { return .some(CancellationError()) }
                    guard state.cache.isFetching else { return .some(nil) }
                    guard state.waiters.count < Self.maximumWaiters else {
                        return .some(
                            AppleSignInError(
                                .keysUnavailable,
                                "Too many sign-ins wait for Apple's keys; try again.",
                                isRetryable: true
                            )
                        )
                    }
                    state.waiters[id] = continuation
                    return nil
                }
                guard let refusal else { return }
                if let refusal { continuation.resume(throwing: refusal) } else { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }
}
