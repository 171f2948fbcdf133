import GroundworkCore
import GroundworkCrypto
import HTTPTypes

extension FakeApple {
    /// Reads the form of a client and checks who it is, as Apple does: anything wrong is `invalid_client`.
    func authenticate(_ head: HTTPRequest, _ body: [UInt8]) -> Result<[String: String], FakeRefusal> {
        guard head.headerFields[.userAgent]?.isEmpty == false else {
            return .failure(FakeRefusal(LoopbackResponse(status: .badRequest)))
        }
        let type = head.headerFields[.contentType]?.lowercased().prefix { $0 != ";" }
        guard type == "application/x-www-form-urlencoded", let fields = FakeForm.decode(body) else {
            return .failure(FakeRefusal(refusal("invalid_client")))
        }
        guard let clientID = fields["client_id"], let secret = fields["client_secret"],
            isValid(secret, clientID: clientID)
        else { return .failure(FakeRefusal(refusal("invalid_client"))) }
        let behavior = state.withLock { state in
            defer { state.behavior.throttledRequests = max(0, state.behavior.throttledRequests - 1) }
            return state.behavior
        }
        if behavior.throttledRequests > 0 { return .failure(FakeRefusal(LoopbackResponse(status: .tooManyRequests))) }
        if let error = behavior.error {
            return .failure(FakeRefusal(refusal(error.rawValue, behavior.errorDescription)))
        }
        return .success(fields)
    }

    /// The team whose key signed a client secret that was found valid.
    func teamID(ofSecretIn fields: [String: String]) -> String? {
        guard let secret = fields["client_secret"], let jws = try? CompactJWS(parsing: secret),
            let claims = try? AppleClaims(parsing: jws.payload)
        else { return nil }
        return claims.issuer
    }

    private func isValid(_ secret: String, clientID: String) -> Bool {
        guard let jws = try? CompactJWS(parsing: secret), jws.algorithm == "ES256", let keyID = jws.keyID,
            let claims = try? AppleClaims(parsing: jws.payload), claims.malformed == nil
        else { return false }
        let (entry, isRevoked) = state.withLock { ($0.keys[keyID], $0.behavior.revokedKeyIDs.contains(keyID)) }
        guard let entry, !isRevoked, claims.issuer == entry.teamID, claims.subject == clientID,
            claims.audiences == [issuer.issuer], let issuedAt = claims.issuedAt, let expiresAt = claims.expiresAt
        else { return false }
        let now = Double(self.now)
        guard issuedAt <= now, now < expiresAt, expiresAt <= now + 15_777_000 else { return false }
        return jws.withSignature { entry.key.isValid($0, of: $1) }
    }
}
