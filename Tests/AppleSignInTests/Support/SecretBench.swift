import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTesting

/// Two keys of one team, a clock that the test moves, and the warnings that came.
struct SecretBench {
    static let app = AppleClient.app(bundleID: "com.example.app")
    static let web = AppleClient.service(servicesID: "com.example.web", redirectURI: "https://example.com/callback")
    let time = ManualTime()
    let secrets: AppleClientSecrets
    let pem: [String]
    let warnings = Locked<[AppleSignInWarning]>([])

    init(lifetime: Int = 1800, keys: Int = 2) async throws {
        var pem: [String] = []
        for _ in 0..<keys { pem.append(try await OpenSSLKeys.p256()) }
        self.pem = pem
        let configuration = try AppleSignInConfiguration(
            teams: [
                AppleTeam(
                    teamID: "TEAM012345",
                    keys: try pem.enumerated().map { index, text in
                        AppleSigningKey(keyID: "KEY000000\(index)", privateKey: try ApplePrivateKey(Secret(text)))
                    }
                )
            ],
            clients: [Self.app, Self.web]
        )
        secrets = AppleClientSecrets(
            configuration,
            lifetime: lifetime,
            time: time,
            onWarning: { [warnings] warning in warnings.withLock { $0.append(warning) } }
        )
    }

    var now: Int { Int(time.now.timeIntervalSince1970) }

    /// The secret's parts, read without the library's own reader of claims.
    func read(_ secret: Secret<String>) throws -> (header: String, payload: String) {
        let parts = secret.withValue { $0 }.split(separator: ".")
        func text(_ part: Substring) -> String { String(decoding: Base64.decodeURL(part) ?? [], as: UTF8.self) }
        return (text(parts[0]), text(parts[1]))
    }
}
