import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto

/// Verifies what Apple signs: identity tokens, and the notifications of account changes.
///
/// There is one strict way and no option that verifies less. Sources: RFC 7515, 7517, 7518, 7519, 8725; OpenID Connect
/// Core 1.0, section 3.1.3.7; Apple, "Verifying a user".
public struct AppleTokenVerifier: Sendable {
    /// How far the clocks may differ; held to ``maximumLeeway``.
    public var leeway: Duration = .seconds(60)
    /// No clock may differ more.
    public static let maximumLeeway: Duration = .seconds(300)
    /// A token is no longer than this.
    public var maximumTokenBytes = 16 * 1024
    /// Where Apple's keys come from.
    public let keys: AppleKeyStore
    /// The identifiers of the apps and services whose tokens are accepted; never empty.
    public let audiences: Set<String>
    private let issuer: String
    private let time: any TimeSource

    /// Makes a verifier.
    /// - Throws: ``AppleSignInError`` when there is no audience, or one is empty.
    public init(
        audiences: Set<String>,
        keys: AppleKeyStore,
        time: any TimeSource = SystemTime()
    ) throws(AppleSignInError) {
        guard !audiences.isEmpty, !audiences.contains("") else {
            throw AppleSignInError(
                .invalidConfiguration,
                "A verifier needs the bundle or Services IDs whose tokens it accepts, and none may be empty."
            )
        }
        self.audiences = audiences
        self.keys = keys
        issuer = keys.configuration.endpoints.issuer
        self.time = time
    }

    /// Verifies an identity token.
    /// - Parameters:
    ///   - token: as Apple or the app sent it; not trimmed.
    ///   - nonce: what its nonce must be.
    ///   - audience: accept only this one of ``audiences``; nil accepts each of them.
    ///   - accessToken: what came with it; `at_hash`, if present, must belong to it.
    ///   - code: what came with it; `c_hash`, if present, must belong to it.
    /// - Throws: ``AppleSignInError``; only `keysUnavailable` is worth a retry. `CancellationError`.
    public func verify(
        _ token: String,
        nonce: AppleNoncePolicy,
        audience: String? = nil,
        accessToken: Secret<String>? = nil,
        code: Secret<String>? = nil
    ) async throws -> AppleIdentity {
        let claims = try await claims(of: token, audience: audience)
        guard let subject = claims.subject, !subject.isEmpty else {
            throw AppleSignInError(.malformedClaims, "The token has no subject (sub).")
        }
        guard nonce.accepts(nonce: claims.nonce, isSupported: claims.isNonceSupported) else {
            throw AppleSignInError(
                .wrongNonce,
                claims.nonce == nil
                    ? "The token has no nonce, although one was sent: it belongs to another sign-in."
                    : "The token's nonce is not the one that was sent: compare raw with raw, and SHA-256 in hexadecimal "
                        + "with what native apps send."
            )
        }
        try checkHash(claims.accessTokenHash, of: accessToken, claim: "at_hash")
        try checkHash(claims.codeHash, of: code, claim: "c_hash")
        return AppleIdentity(
            subject: subject,
            audience: claims.audiences.first ?? "",
            issuedAt: Date(timeIntervalSince1970: claims.issuedAt ?? 0),
            expiresAt: Date(timeIntervalSince1970: claims.expiresAt ?? 0),
            authenticatedAt: claims.authenticatedAt.map { Date(timeIntervalSince1970: $0) },
            email: claims.email,
            isEmailVerified: claims.isEmailVerified,
            isPrivateEmail: claims.isPrivateEmail,
            realUserStatus: claims.realUserStatus.map { AppleRealUserStatus(rawValue: $0) },
            isNonceSupported: claims.isNonceSupported,
            isNonceVerified: nonce.isChecking && claims.nonce != nil,
            transferSubject: claims.transferSubject,
            organizationID: claims.organizationID
        )
    }

    /// Verifies signature, issuer, audience and times: what all that Apple signs has in common.
    package func claims(of token: String, audience: String? = nil) async throws -> AppleClaims {
        let jws: CompactJWS
        do {
            jws = try CompactJWS(parsing: token, maximumBytes: maximumTokenBytes)
        } catch {
            throw AppleSignInError(.malformedToken, error.text)
        }
        guard jws.algorithm == "RS256" else {
            throw AppleSignInError(
                .unsupportedAlgorithm,
                "The token is not signed with RS256, the only algorithm that Apple uses."
            )
        }
        guard let keyID = jws.keyID else {
            throw AppleSignInError(.unknownKey, "The token does not say which key signed it (kid).")
        }
        // A known key is found without suspending.
        let key = if let known = keys.knownKey(keyID) { known } else { try await keys.key(keyID) }
        guard jws.withSignature({ key.isValid($0, of: $1) }) else {
            throw AppleSignInError(
                .invalidSignature,
                "The signature of the token is not Apple's: the token was altered."
            )
        }
        let claims: AppleClaims
        do {
            claims = try AppleClaims(
                parsing: jws.decoded,
                in: jws.payloadRange,
                issuer: issuer,
                audiences: audiences
            )
        } catch {
            throw AppleSignInError(.malformedClaims, "The claims of the token cannot be read: \(error)")
        }
        try ClaimRules(
            issuer: issuer,
            audiences: audiences,
            audience: audience,
            leeway: min(max(leeway, .zero), Self.maximumLeeway)
        )
        .check(claims, now: time.now.timeIntervalSince1970)
        return claims
    }

    /// The left half of the SHA-256 of the value (OpenID Connect Core 1.0, section 3.1.3.6).
    private func checkHash(_ claim: String?, of value: Secret<String>?, claim name: String) throws(AppleSignInError) {
        guard let claim, let value else { return }
        let digest = try? value.withValue { try Digest.hash(.sha256, Array($0.utf8)) }
        guard let digest, ConstantTime.equal(claim.utf8, Base64.encodeURL(digest.prefix(16)).utf8) else {
            throw AppleSignInError(.wrongHash, "The token's \(name) does not belong to what came with it.")
        }
    }
}

extension CompactJWS.Refusal {
    /// The reason in a sentence.
    var text: String {
        switch self {
        case .tooLong(let limit): "The token is longer than \(limit) bytes."
        case .notThreeParts: "The token is not a JSON Web Signature: it has not three parts between two dots."
        case .notBase64URL(let part): "The \(part) of the token is not base64url in its one canonical spelling."
        case .header(let error): "The header of the token cannot be read: \(error)."
        case .criticalExtension: "The token demands an extension (crit or b64) that is not understood."
        case .noAlgorithm: "The token's header names no algorithm (alg)."
        case .unusableKeyID: "The token's header names a key (kid) that cannot exist."
        }
    }
}
