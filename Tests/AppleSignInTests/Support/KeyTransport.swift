import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// Answers requests for keys from memory, counts them, and can misbehave.
final class KeyTransport: HTTPTransport {
    struct State {
        var answer: @Sendable () -> [UInt8]
        var status = HTTPResponse.Status.ok
        var fails = false
        var calls = 0
        var gate: [CheckedContinuation<Void, Never>]?
    }

    let state: Locked<State>

    init(_ answer: @escaping @Sendable () -> [UInt8]) { state = Locked(State(answer: answer)) }

    var calls: Int { state.withLock { $0.calls } }

    func set(_ answer: [UInt8], status: HTTPResponse.Status = .ok) {
        state.withLock {
            $0.answer = { answer }
            $0.status = status
        }
    }

    func send(
        _ request: HTTPRequest,
        body: HTTPBody?,
        options: HTTPRequestOptions
    ) async throws -> HTTPStreamedResponse {
        state.withLock { $0.calls += 1 }
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard state.gate != nil else { return false }
                state.gate?.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
        let (answer, status, fails) = state.withLock { ($0.answer, $0.status, $0.fails) }
        if fails { throw HTTPTransportError(.connectionFailed, "refused", request: request) }
        return HTTPStreamedResponse(head: HTTPResponse(status: status), body: HTTPResponseBody(bytes: answer()))
    }

    func close() { state.withLock { $0.gate = [] } }

    func open() {
        let waiting = state.withLock { state in
            defer { state.gate = nil }
            return state.gate ?? []
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// An issuer, a verifier of its tokens and a clock that the test moves.
struct VerifierBench {
    static let audience = "com.example.app"
    let issuer: FakeAppleIssuer
    let transport: KeyTransport
    let keys: AppleKeyStore
    let verifier: AppleTokenVerifier
    let time: ManualTime

    init(_ change: (inout AppleKeyStore.Configuration) -> Void = { _ in }) throws {
        let time = ManualTime()
        let issuer = try FakeAppleIssuer(issuer: "https://appleid.apple.com", time: time)
        var configuration = AppleKeyStore.Configuration()
        change(&configuration)
        self.time = time
        self.issuer = issuer
        transport = KeyTransport { issuer.keySet }
        keys = AppleKeyStore(configuration, transport: transport, time: time, random: ManualRandom())
        verifier = try AppleTokenVerifier(audiences: [Self.audience, "com.example.web"], keys: keys, time: time)
    }

    func token(nonce: String? = "n", extra: [String] = []) throws -> String {
        try issuer.identityToken(for: FakeAppleUser(), audience: Self.audience, nonce: nonce, extra: extra)
    }

    /// A payload whose members can be replaced.
    func payload(_ changes: [String: String?] = [:]) -> String {
        let now = Int(time.now.timeIntervalSince1970)
        var members: [String: String] = [
            "iss": "\"https://appleid.apple.com\"", "aud": "\"\(Self.audience)\"", "sub": "\"001.user\"",
            "iat": "\(now)", "exp": "\(now + 600)", "nonce": "\"n\"", "nonce_supported": "true",
        ]
        for (name, value) in changes { members[name] = value }
        return "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    func code(_ token: String, nonce: AppleNoncePolicy = .raw("n")) async -> AppleSignInError.Code? {
        do {
            _ = try await verifier.verify(token, nonce: nonce)
            return nil
        } catch {
            return (error as? AppleSignInError)?.code
        }
    }
}
