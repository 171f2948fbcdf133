import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import HTTPTypes

extension FakeApple {
    func token(_ head: HTTPRequest, _ body: [UInt8]) -> LoopbackResponse {
        let fields: [String: String]
        switch authenticate(head, body) {
        case .success(let form): fields = form
        case .failure(let refusal): return refusal.response
        }
        switch fields["grant_type"] {
        case "authorization_code": return exchange(fields)
        case "refresh_token": return refresh(fields)
        case "client_credentials": return migrationToken(fields)
        default: return refusal("unsupported_grant_type")
        }
    }

    /// Revoking what is revoked or unknown is answered alike: 200 and no body.
    func revoke(_ head: HTTPRequest, _ body: [UInt8]) -> LoopbackResponse {
        switch authenticate(head, body) {
        case .failure(let refusal): return refusal.response
        case .success(let fields):
            guard let token = fields["token"], !token.isEmpty else { return refusal("invalid_request") }
            state.withLock { state in
                state.revoked.insert(token)
                if let grant = state.refreshTokens.removeValue(forKey: token)?.grant {
                    state.consents.remove("\(grant.user.subject) \(grant.clientID)")
                }
            }
            return LoopbackResponse(status: .ok)
        }
    }

    private func exchange(_ fields: [String: String]) -> LoopbackResponse {
        guard let code = fields["code"], let clientID = fields["client_id"] else { return refusal("invalid_request") }
        let now = self.now
        guard let grant = state.withLock({ $0.codes[code] }) else { return refusal("invalid_grant") }
        if grant.isUsed { return refusal("invalid_grant", "The code has already been used.") }
        if now >= grant.expiresAt { return refusal("invalid_grant", "The code has expired or has been revoked.") }
        if grant.clientID != clientID {
            return refusal("invalid_grant", "client_id mismatch. The code was not issued to \(clientID).")
        }
        if grant.redirectURI != fields["redirect_uri"] {
            return refusal(
                "invalid_grant",
                "redirect_uri mismatch. The code was not issued to \(fields["redirect_uri"] ?? "")."
            )
        }
        if let challenge = grant.challenge {
            let digest = try? Digest.hash(.sha256, Array((fields["code_verifier"] ?? "").utf8))
            guard digest.map({ Base64.encodeURL($0) }) == challenge else {
                return refusal("invalid_grant", "The code_verifier does not match.")
            }
        }
        let refreshToken = "r" + Hex.encode(SystemRandom().bytes(24)) + ".0.fake"
        let isFirst = state.withLock { state in
            if state.codes[code]?.isUsed != false { return false }
            state.codes[code]?.isUsed = true
            state.refreshTokens[refreshToken] = (grant, 0)
            return true
        }
        guard isFirst else { return refusal("invalid_grant", "The code has already been used.") }
        return tokens(grant, refreshToken: refreshToken)
    }

    private func refresh(_ fields: [String: String]) -> LoopbackResponse {
        guard let token = fields["refresh_token"], let clientID = fields["client_id"] else {
            return refusal("invalid_request")
        }
        let now = self.now
        let revoked = FakeRefusal(refusal("invalid_grant"))
        let outcome: Result<Grant, FakeRefusal> = state.withLock { state in
            guard let entry = state.refreshTokens[token], entry.grant.clientID == clientID else {
                return .failure(revoked)
            }
            if state.behavior.throttlesRefreshes, entry.validatedAt > 0, now - entry.validatedAt < 86_400 {
                return .failure(FakeRefusal(LoopbackResponse(status: .tooManyRequests)))
            }
            state.refreshTokens[token]?.validatedAt = now
            return .success(entry.grant)
        }
        switch outcome {
        case .success(let grant): return tokens(grant, refreshToken: nil)
        case .failure(let refusal): return refusal.response
        }
    }

    private func tokens(_ grant: Grant, refreshToken: String?) -> LoopbackResponse {
        let behavior = state.withLock { $0.behavior }
        let access = "a" + Hex.encode(SystemRandom().bytes(24)) + ".0.fake"
        let hash = (try? Digest.hash(.sha256, Array(access.utf8))).map { Base64.encodeURL($0.prefix(16)) } ?? ""
        guard
            let identity = try? issuer.identityToken(
                for: grant.user,
                audience: grant.clientID,
                nonce: grant.nonce,
                stringBooleans: behavior.stringBooleans,
                clockOffset: behavior.clockOffset,
                extra: [#""at_hash":"\#(hash)""#]
            )
        else { return LoopbackResponse(status: .internalServerError) }
        let refresh = refreshToken.map { #""refresh_token":"\#($0)","# } ?? ""
        return json(
            .ok,
            #"{"access_token":"\#(access)","token_type":"Bearer","expires_in":3600,\#(refresh)"id_token":"\#(identity)"}"#
        )
    }
}

/// An answer on its way out of a function.
struct FakeRefusal: Error {
    let response: LoopbackResponse

    init(_ response: LoopbackResponse) { self.response = response }
}
