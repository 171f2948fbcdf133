public import GroundworkCore

/// The answer of Apple's token endpoint (Apple, `TokenResponse`).
public struct AppleTokens: Sendable {
    /// For revoking and migrating; good for an hour.
    public let accessToken: Secret<String>
    /// Good until the user withdraws consent. Nil in the answer to a refresh. Store it encrypted.
    public let refreshToken: Secret<String>?
    /// The identity token, not verified yet.
    public let identityToken: Secret<String>?
    /// How long the access token lives.
    public let expiresIn: Duration

    init(parsing body: [UInt8]) throws(JSONError) {
        var access: String?
        var refresh: String?
        var identity: String?
        var seconds: Double?
        var type: String?
        var reader = try JSONReader(body)
        try reader.readObject { reader, key throws(JSONError) in
            switch key {
            case "access_token" where try reader.peek() == .string: access = try reader.readString()
            case "refresh_token" where try reader.peek() == .string: refresh = try reader.readString()
            case "id_token" where try reader.peek() == .string: identity = try reader.readString(upTo: 16 * 1024)
            case "token_type" where try reader.peek() == .string: type = try reader.readString(upTo: 64)
            case "expires_in" where try reader.peek() == .number: seconds = try reader.readNumber()
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        guard let access, !access.isEmpty else { throw JSONError("there is no access_token", at: 0) }
        // RFC 6749, section 7.1: a type that is not understood must not be used; its case does not matter.
        guard type?.lowercased() == "bearer" else { throw JSONError("the token_type is not bearer", at: 0) }
        accessToken = Secret(access)
        refreshToken = refresh.flatMap { $0.isEmpty ? nil : Secret($0) }
        identityToken = identity.map { Secret($0) }
        expiresIn = .seconds(min(max(seconds ?? 0, 0), 31_536_000))
    }

    /// Verifies the identity token of this answer: issuer, audience, times, nonce, and `at_hash` if present.
    /// - Throws: ``AppleSignInError``, also when the answer has no identity token.
    public func identity(
        verifiedBy verifier: AppleTokenVerifier,
        nonce: AppleNoncePolicy,
        client: AppleClient
    ) async throws -> AppleIdentity {
        guard let token = identityToken?.withValue({ $0 }) else {
            throw AppleSignInError(.unexpectedAnswer, "Apple's answer holds no identity token.")
        }
        return try await verifier.verify(
            token,
            nonce: nonce,
            audience: client.clientID,
            accessToken: accessToken
        )
    }
}
