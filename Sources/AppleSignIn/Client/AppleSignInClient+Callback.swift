public import GroundworkCore

/// What a sign-in on the web ended in.
public enum AppleSignInResult: Sendable {
    /// Somebody signed in.
    case signedIn(AppleSignInSession)
    /// The user said no; show the page again, without an error.
    case cancelled(context: String?)
}

/// Somebody who signed in.
public struct AppleSignInSession: Sendable {
    /// Who it is.
    public let identity: AppleIdentity
    /// The tokens; keep the refresh token to revoke it when the account is deleted.
    public let tokens: AppleTokens
    /// What Apple tells once in a lifetime: persist it now. Nil at every later sign-in.
    public let firstLogin: AppleFirstLogin?
    /// What the app wanted to remember across the sign-in.
    public let context: String?
}

extension AppleSignInClient {
    /// Ends a sign-in that a sealed state remembers: checks state and cookie, exchanges the code, verifies the token.
    /// - Parameters:
    ///   - callback: what Apple posted.
    ///   - cookie: the value of the request's cookie ``AppleStateCookie/name``.
    /// - Throws: ``AppleSignInError``, `CancellationError`.
    public func finish(_ callback: AppleCallback, cookie: Secret<String>?) async throws -> AppleSignInResult {
        try await finish(callback, pending: try await pendingAuthorization(of: callback, cookie: cookie))
    }

    /// Ends a sign-in that the app remembers: compares the state in constant time, exchanges the code, verifies the
    /// token. Forget `pending` before this call, so that it is good for one callback.
    /// - Throws: ``AppleSignInError``, `CancellationError`.
    public func finish(
        _ callback: AppleCallback,
        pending: ApplePendingAuthorization
    ) async throws -> AppleSignInResult {
        guard let state = callback.state, state == pending.state, pending.state.withValue({ !$0.isEmpty }) else {
            throw AppleSignInError(.wrongState, "The callback's state is not that of this sign-in; sign in again.")
        }
        switch callback.outcome {
        case .cancelled: return .cancelled(context: pending.context)
        case .failed(let word):
            throw AppleSignInError(
                AppleSignInError.Code(word.isEmpty ? "unexpectedAnswer" : word),
                "Apple reports the error '\(word)'."
            )
        case .authorized(let code, let identityToken):
            let nonce = pending.nonce.withValue { AppleNoncePolicy.raw($0) }
            var subject: String?
            if let identityToken {
                // What came through the browser is verified on its own: c_hash ties it to the code.
                subject = try await identityToken.withValue { $0 }.verified(
                    by: verifier,
                    nonce: nonce,
                    audience: pending.client.clientID,
                    code: code
                ).subject
            }
            let tokens = try await exchange(code, client: pending.client, codeVerifier: pending.codeVerifier)
            let identity = try await tokens.identity(verifiedBy: verifier, nonce: nonce, client: pending.client)
            // OpenID Connect Core 1.0, section 3.3.3.6: both tokens are about the same user.
            if let subject, !subject.isExactly(identity.subject) {
                throw AppleSignInError(
                    .malformedCallback,
                    "The callback's token and code belong to two users; sign in again."
                )
            }
            return .signedIn(
                AppleSignInSession(
                    identity: identity,
                    tokens: tokens,
                    firstLogin: callback.firstLogin,
                    context: pending.context
                )
            )
        }
    }
}

extension String {
    fileprivate func verified(
        by verifier: AppleTokenVerifier,
        nonce: AppleNoncePolicy,
        audience: String,
        code: Secret<String>
    ) async throws -> AppleIdentity {
        try await verifier.verify(self, nonce: nonce, audience: audience, code: code)
    }
}
