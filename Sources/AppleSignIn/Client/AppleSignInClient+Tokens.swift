public import FoundationEssentials
public import GroundworkCore

extension AppleSignInClient {
    /// Exchanges an authorization code, good once and for five minutes. For a service the redirect URI goes along, for
    /// an app it does not (Apple, "Generate and validate tokens").
    ///
    /// Never sent twice: when the answer is lost the outcome is unknown, and the user must sign in again.
    /// - Throws: ``AppleSignInError`` with Apple's code and the cause, `CancellationError`.
    public func exchange(
        _ code: Secret<String>,
        client: AppleClient,
        codeVerifier: Secret<String>? = nil
    ) async throws -> AppleTokens {
        var fields = [("grant_type", "authorization_code"), ("code", code.withValue { $0 })]
        if let redirectURI = client.redirectURI { fields.append(("redirect_uri", redirectURI)) }
        if let codeVerifier { fields.append(("code_verifier", codeVerifier.withValue { $0 })) }
        return try await tokens(fields, client: client, isRepeatable: false)
    }

    /// Asks Apple whether a refresh token is still good: whether the user still lets the app in.
    ///
    /// Apple throttles more than one such question a day for each user; so does this.
    /// - Parameters:
    ///   - refreshToken: of an exchange.
    ///   - client: the app or service that the token was issued to.
    ///   - lastValidated: when this token was last asked about; nil for never.
    /// - Returns: a fresh access token and identity token; there is no new refresh token.
    /// - Throws: ``AppleSignInError`` with `invalid_grant` when the user withdrew, `refreshedTooSoon` within a day.
    public func refresh(
        _ refreshToken: Secret<String>,
        client: AppleClient,
        lastValidated: Date?
    ) async throws -> AppleTokens {
        if let lastValidated {
            let age = time.now.timeIntervalSince(lastValidated)
            guard age < 0 || age >= 86_400 else {
                throw AppleSignInError(
                    .refreshedTooSoon,
                    "The refresh token was validated \(Int(age / 3600)) h ago; Apple throttles more than once a day."
                )
            }
        }
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refreshToken.withValue { $0 })]
        return try await tokens(fields, client: client, isRepeatable: true)
    }

    /// Revokes a token: the user is signed out of Apple's list of apps. Apple answers the same when it was revoked
    /// before, so it can be repeated (Apple, "Revoke tokens").
    /// - Throws: ``AppleSignInError``, `outcomeUnknown` (and retryable) when the answer was lost; `CancellationError`.
    public func revoke(_ token: AppleRevocableToken, client: AppleClient) async throws {
        let fields = [("token", token.value.withValue { $0 }), ("token_type_hint", token.hint)]
        _ = try await TokenEndpoint(self).post(
            to: configuration.endpoints.revoke,
            fields,
            client: client,
            isRepeatable: true,
            tellsLostAnswers: true
        )
    }

    /// An access token for migrating users (Apple, "Transferring your apps and users to another team").
    func migrationTokens(for client: AppleClient) async throws -> AppleTokens {
        try await tokens(
            [("grant_type", "client_credentials"), ("scope", "user.migration")],
            client: client,
            isRepeatable: true
        )
    }

    private func tokens(
        _ fields: [(String, String)],
        client: AppleClient,
        isRepeatable: Bool
    ) async throws -> AppleTokens {
        let body = try await TokenEndpoint(self).post(
            to: configuration.endpoints.token,
            fields,
            client: client,
            isRepeatable: isRepeatable
        )
        do {
            return try AppleTokens(parsing: body)
        } catch {
            throw AppleSignInError(
                .unexpectedAnswer,
                "Apple's answer to the token request cannot be read: \(error)",
                httpStatus: 200
            )
        }
    }
}

/// A token that can be revoked.
public struct AppleRevocableToken: Sendable {
    let value: Secret<String>
    let hint: String

    /// The refresh token: revokes everything that came from the same consent.
    public static func refresh(_ token: Secret<String>) -> AppleRevocableToken {
        AppleRevocableToken(value: token, hint: "refresh_token")
    }

    /// The access token, where there is no refresh token.
    public static func access(_ token: Secret<String>) -> AppleRevocableToken {
        AppleRevocableToken(value: token, hint: "access_token")
    }
}
