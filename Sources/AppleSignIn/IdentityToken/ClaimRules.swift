import GroundworkCore

/// What the claims of everything that Apple signs must satisfy: a function of claims and time.
struct ClaimRules {
    let issuer: String
    let audiences: Set<String>
    /// The only one of ``audiences`` that counts; nil for each of them.
    let audience: String?
    let leeway: Duration

    func check(_ claims: AppleClaims, now: Double) throws(AppleSignInError) {
        if let name = claims.malformed {
            throw AppleSignInError(.malformedClaims, "The claim \(name) of the token has the wrong type.")
        }
        guard let claimed = claims.issuer, claimed.isExactly(issuer) else {
            throw AppleSignInError(.wrongIssuer, "The token's issuer (iss) is not \(issuer).")
        }
        // Every audience must be ours: a token for others as well is a token for others (OpenID Connect, 3.1.3.7).
        guard !claims.audiences.isEmpty, claims.audiences.allSatisfy(isAccepted) else {
            let accepted = audience.map { [$0] } ?? audiences.sorted()
            throw AppleSignInError(
                .wrongAudience,
                "The token's audience (aud) is none of those accepted here (\(accepted.joined(separator: ", "))):"
                    + " native apps have their bundle ID there, web and Android the Services ID."
            )
        }
        guard let issuedAt = claims.issuedAt, let expiresAt = claims.expiresAt else {
            throw AppleSignInError(.malformedClaims, "The token does not say when it was made or expires (iat, exp).")
        }
        let slack = leeway.seconds
        guard now < expiresAt + slack else {
            throw AppleSignInError(
                .expiredToken,
                "The token expired \(Int(min(now - expiresAt, 1e9))) s ago; sign in again."
            )
        }
        guard issuedAt <= now + slack, (claims.notBefore ?? issuedAt) <= now + slack else {
            throw AppleSignInError(
                .tokenFromFuture,
                "The token is from the future: check the clock of this machine (NTP)."
            )
        }
    }
    private func isAccepted(_ claimed: String) -> Bool {
        if let audience, !audience.isExactly(claimed) { return false }
        return audiences.contains { $0.isExactly(claimed) }
    }
}
