import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTesting

/// A client that seals its states, a clock that the test moves, and callbacks as Apple would post them.
struct SealedBench {
    static let service = SecretBench.web
    static let other = AppleClient.service(servicesID: "com.example.other", redirectURI: "https://example.com/other")
    let time = ManualTime()
    let client: AppleSignInClient

    init(
        key: UInt8 = 7,
        previous: [UInt8] = [],
        clients: [AppleClient] = [SealedBench.service, SealedBench.other],
        lifetime: Duration = .seconds(600)
    ) async throws {
        func bytes(_ value: UInt8) -> Secret<[UInt8]> { Secret([UInt8](repeating: value, count: 32)) }
        var sealer = try AppleStateSealer(key: bytes(key), previousKeys: previous.map(bytes), time: time)
        sealer.lifetime = lifetime
        let signing = AppleSigningKey(
            keyID: "KEY0000000",
            privateKey: try ApplePrivateKey(Secret(try await OpenSSLKeys.p256()))
        )
        client = try AppleSignInClient(
            try AppleSignInConfiguration(
                teams: [AppleTeam(teamID: "TEAM012345", keys: [signing])],
                clients: clients
            ),
            stateSealer: sealer,
            time: time
        )
    }

    static func callback(state: String) throws -> AppleCallback {
        try AppleCallback(formBody: Array("state=\(state)&code=c.0.abc".utf8))
    }

    /// The code of the error that a state leads to; nil when it is accepted.
    func code(_ state: String, cookie: Secret<String>?) async -> AppleSignInError.Code? {
        do {
            _ = try await client.pendingAuthorization(of: try Self.callback(state: state), cookie: cookie)
            return nil
        } catch {
            return (error as? AppleSignInError)?.code ?? AppleSignInError.Code("\(error)")
        }
    }
}
