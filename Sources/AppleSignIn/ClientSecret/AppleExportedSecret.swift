public import FoundationEssentials
public import GroundworkCore

/// A client secret that lives outside of this process.
public struct AppleExportedSecret: Sendable {
    /// The secret itself.
    public let secret: Secret<String>
    /// The client that it is for.
    public let clientID: String
    /// The key that signed it; when the key is revoked, the secret dies with it.
    public let keyID: String
    /// When it dies.
    public let expiresAt: Date

    init(secret: Secret<String>, clientID: String, keyID: String, expiresAt: Date) {
        self.secret = secret
        self.clientID = clientID
        self.keyID = keyID
        self.expiresAt = expiresAt
    }

    /// Reads a secret that somebody made, to learn when it dies. Its signature is not looked at.
    /// - Throws: ``AppleSignInError`` with `malformedToken` when it is no client secret.
    public init(reading secret: Secret<String>) throws(AppleSignInError) {
        let found: (clientID: String, keyID: String, expiresAt: Double)? = secret.withValue { text in
            guard let jws = try? CompactJWS(parsing: text), jws.algorithm == "ES256", let keyID = jws.keyID,
                let claims = try? AppleClaims(parsing: jws.payload), let subject = claims.subject,
                let expiresAt = claims.expiresAt
            else { return nil }
            return (subject, keyID, expiresAt)
        }
        guard let found else {
            throw AppleSignInError(
                .malformedToken,
                "The text is no client secret for Sign in with Apple: a JWT signed with ES256, with sub and exp."
            )
        }
        self.init(
            secret: secret,
            clientID: found.clientID,
            keyID: found.keyID,
            expiresAt: Date(timeIntervalSince1970: found.expiresAt)
        )
    }
}
