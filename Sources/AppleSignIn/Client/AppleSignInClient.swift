import FoundationEssentials
public import GroundworkCore
import GroundworkCurl
public import GroundworkHTTP

/// The server side of Sign in with Apple: sends users to Apple, takes them back, and looks after their accounts.
///
///     let apple = try AppleSignInClient(AppleSignInConfiguration(environment: environment))
///     let identity = try await apple.verify(tokenFromTheApp, nonce: .sha256Hex(nonce))
///
/// One for the whole process; it is a value and all its copies share keys, secrets and connections.
public struct AppleSignInClient: Sendable {
    /// Who you are at Apple.
    public let configuration: AppleSignInConfiguration
    /// Verifies what Apple signs.
    public let verifier: AppleTokenVerifier
    /// The client secrets.
    public let secrets: AppleClientSecrets
    /// Seals the state of sign-ins; nil when the app remembers them itself.
    public let stateSealer: AppleStateSealer?
    /// Makes sealed states good for one use.
    public let replayStore: any AppleReplayStore
    /// The time for one call of Apple's endpoints, its tries included.
    public var timeout: Duration = .seconds(20)
    let transport: any HTTPTransport
    let time: any TimeSource
    let random: any RandomSource

    /// Puts the parts together.
    /// - Parameters:
    ///   - configuration: who you are at Apple.
    ///   - stateSealer: to remember sign-ins in their own state; nil when the app remembers them.
    ///   - replayStore: where used states and notifications are remembered; the memory of this process by default.
    ///   - keys: Apple's keys; nil makes a store for the configuration's endpoints.
    ///   - transport: sends requests; nil takes the shared one on libcurl.
    ///   - time: where the time comes from.
    ///   - random: for the jitter of retries.
    ///   - onWarning: told when a key is refused or an exported secret nears its end.
    /// - Throws: ``AppleSignInError`` with `invalidConfiguration`.
    public init(
        _ configuration: AppleSignInConfiguration,
        stateSealer: AppleStateSealer? = nil,
        replayStore: (any AppleReplayStore)? = nil,
        keys: AppleKeyStore? = nil,
        transport: (any HTTPTransport)? = nil,
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom(),
        onWarning: @escaping @Sendable (AppleSignInWarning) -> Void = { _ in }
    ) throws(AppleSignInError) {
        self.configuration = configuration
        self.stateSealer = stateSealer
        self.replayStore = replayStore ?? InMemoryAppleReplayStore(time: time)
        self.transport = transport ?? CurlHTTPTransport.shared
        self.time = time
        self.random = random
        secrets = AppleClientSecrets(configuration, time: time, onWarning: onWarning)
        var keyConfiguration = AppleKeyStore.Configuration()
        keyConfiguration.endpoints = configuration.endpoints
        let keys = keys ?? AppleKeyStore(keyConfiguration, transport: self.transport, time: time, random: random)
        guard keys.configuration.endpoints.issuer == configuration.endpoints.issuer else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The store of keys and the configuration are for different issuers."
            )
        }
        verifier = try AppleTokenVerifier(audiences: configuration.audiences, keys: keys, time: time)
    }

    /// Verifies an identity token that an app sent.
    /// - Throws: ``AppleSignInError``, `CancellationError`.
    public func verify(
        _ identityToken: String,
        nonce: AppleNoncePolicy,
        client: AppleClient? = nil
    ) async throws -> AppleIdentity {
        try await verifier.verify(identityToken, nonce: nonce, audience: client?.clientID)
    }
}
