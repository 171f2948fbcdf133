import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto
import HTTPTypes

/// An Apple in the test's own process, on loopback: authorize with a small consent page, token, revoke, keys, migration
/// of users and notifications, as strict as the real one. For tests only.
///
///     let apple = try await FakeApple.start()
///     let service = AppleClient.service(servicesID: "com.example.web", redirectURI: "https://example.com/callback")
///     let client = try AppleSignInClient(apple.configuration(clients: [service]))
///     let start = try client.authorization(for: service)
///     let body = try apple.consent(to: start.url)          // what Apple posts to the redirect URI
///     let result = try await client.finish(AppleCallback(formBody: body), pending: …)
///     await apple.stop()
///
/// There is no switch that skips a check: apps under test verify its tokens like Apple's, against its keys.
public final class FakeApple: Sendable {
    struct Grant {
        let clientID: String
        let redirectURI: String?
        let challenge: String?
        let user: FakeAppleUser
        let nonce: String?
        let expiresAt: Int
        var isUsed = false
    }

    struct State {
        var behavior = Behavior()
        var keys: [String: (teamID: String, key: P256PublicKey)] = [:]
        var codes: [String: Grant] = [:]
        var refreshTokens: [String: (grant: Grant, validatedAt: Int)] = [:]
        var revoked: Set<String> = []
        var consents: Set<String> = []
        var calls: [String] = []
        var migration = Migration()
    }

    /// The Team ID of ``configuration(clients:)``.
    public static let teamID = "FAKETEAM01"
    /// The Key ID of ``configuration(clients:)``.
    public static let keyID = "FAKEKEY001"

    /// Signs tokens; its keys can be rotated.
    public let issuer: FakeAppleIssuer
    /// The `.p8` text of the key of ``configuration(clients:)``.
    public let privateKeyPEM: Secret<String>
    /// The authority of its certificate, with TLS.
    public var certificateAuthorityPEM: String? { server.certificateAuthorityPEM }
    let state = Locked(State())
    let time: any TimeSource
    private let server: LoopbackHTTPServer

    private init(
        server: LoopbackHTTPServer,
        issuer: FakeAppleIssuer,
        privateKeyPEM: Secret<String>,
        time: any TimeSource
    ) {
        self.server = server
        self.issuer = issuer
        self.privateKeyPEM = privateKeyPEM
        self.time = time
    }

    /// Starts a fake Apple on a free port of loopback.
    /// - Parameters:
    ///   - tls: TLS with a throw-away certificate, for browsers; nil speaks plain HTTP.
    ///   - name: the host name in its URLs, with TLS; it must resolve to loopback for whoever calls.
    ///   - port: the port; 0 takes a free one.
    ///   - time: where the time comes from.
    /// - Throws: errors of the socket and the cryptographic library.
    public static func start(
        tls: LoopbackHTTPServer.TLS? = nil,
        name: String? = nil,
        port: UInt16 = 0,
        time: any TimeSource = SystemTime()
    ) async throws -> FakeApple {
        let box = Locked<FakeApple?>(nil)
        var configuration = LoopbackHTTPServer.Configuration()
        configuration.tls = tls
        configuration.port = port
        let server = try await LoopbackHTTPServer.start(configuration) { request in
            guard let apple = box.withLock({ $0 }) else { return LoopbackResponse(status: .serviceUnavailable) }
            return try await apple.answer(request)
        }
        let base = name.map { "https://\($0):\(server.port)" } ?? server.url
        let key = try P256PrivateKey()
        let apple = FakeApple(
            server: server,
            issuer: try FakeAppleIssuer(issuer: base, time: time),
            privateKeyPEM: Secret(try pem(key)),
            time: time
        )
        apple.state.withLock { $0.keys[keyID] = (teamID, key.publicKey) }
        box.withLock { $0 = apple }
        return apple
    }

    /// Stops it.
    public func stop() async {
        await server.stop()
    }

    /// Where it is: give this to the configuration under test.
    public var endpoints: AppleEndpoints { AppleEndpoints(base: issuer.issuer) }

    /// A configuration with its team and key.
    public func configuration(clients: [AppleClient]) throws -> AppleSignInConfiguration {
        let key = AppleSigningKey(keyID: Self.keyID, privateKey: try ApplePrivateKey(privateKeyPEM))
        return try AppleSignInConfiguration(
            teams: [AppleTeam(teamID: Self.teamID, keys: [key])],
            clients: clients,
            endpoints: endpoints
        )
    }

    /// Makes another key in its developer portal.
    public func makeKey(keyID: String, teamID: String = FakeApple.teamID) throws -> AppleSigningKey {
        let key = try P256PrivateKey()
        state.withLock { $0.keys[keyID] = (teamID, key.publicKey) }
        return AppleSigningKey(keyID: keyID, privateKey: try ApplePrivateKey(Secret(try Self.pem(key))))
    }

    /// Changes how it behaves.
    public func update(_ change: (inout Behavior) -> Void) {
        state.withLock { change(&$0.behavior) }
    }

    /// The paths that were called, in order.
    public var calls: [String] { state.withLock { $0.calls } }

    /// A sign-in on a device: what an app sends to its server.
    /// - Parameters:
    ///   - bundleID: the app on the device.
    ///   - nonce: as the app hands it to Apple: SHA-256 in hexadecimal of the raw one.
    public func nativeSignIn(
        bundleID: String,
        nonce: String?
    ) throws -> (code: Secret<String>, identityToken: String) {
        let behavior = state.withLock { $0.behavior }
        let token = try issuer.identityToken(
            for: behavior.user,
            audience: bundleID,
            nonce: nonce,
            stringBooleans: behavior.stringBooleans,
            clockOffset: behavior.clockOffset
        )
        return (Secret(issueCode(clientID: bundleID, redirectURI: nil, challenge: nil, nonce: nonce)), token)
    }

    /// A notification about the user, as the body of Apple's POST.
    public func notification(_ kind: AppleNotification.Kind, audience: String, id: String? = nil) throws -> [UInt8] {
        try issuer.notification(kind, about: state.withLock { $0.behavior.user }, audience: audience, id: id)
    }

    var now: Int { Int(time.now.timeIntervalSince1970) + state.withLock { $0.behavior.clockOffset } }

    func issueCode(clientID: String, redirectURI: String?, challenge: String?, nonce: String?) -> String {
        let code = "c" + Hex.encode(SystemRandom().bytes(16)) + ".0.fake"
        let expiresAt = now + 300
        state.withLock { state in
            state.codes[code] = Grant(
                clientID: clientID,
                redirectURI: redirectURI,
                challenge: challenge,
                user: state.behavior.user,
                nonce: nonce,
                expiresAt: expiresAt
            )
        }
        return code
    }

    private static func pem(_ key: P256PrivateKey) throws -> String {
        let text = Base64.encode(try key.pkcs8())
        var lines: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return "-----BEGIN PRIVATE KEY-----\n" + lines.joined(separator: "\n") + "\n-----END PRIVATE KEY-----\n"
    }
}
