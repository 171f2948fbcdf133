import AppleSignIn
import GroundworkCore

/// The examples of the README, line by line. They are compiled, not run.
func readme(
    environment: [String: String],
    stateKey: Secret<[UInt8]>,
    service: AppleClient,
    body: [UInt8],
    cookie: Secret<String>?,
    tokenOfTheApp: String,
    nonce: String
) async throws {
    let configuration = try AppleSignInConfiguration(environment: environment)  // APPLE_TEAM_ID, APPLE_KEY_ID, …
    let apple = try AppleSignInClient(configuration, stateSealer: AppleStateSealer(key: stateKey))
    let start = try apple.authorization(for: service)  // send the user to start.url, and set start.cookie
    let result = try await apple.finish(AppleCallback(formBody: body), cookie: cookie)  // what Apple posted
    let identity = try await apple.verify(tokenOfTheApp, nonce: .sha256Hex(nonce))  // a native app's token
    _ = (start, result, identity)
}
