public import GroundworkCore

/// What an app holds of a user's consent: something that can be revoked, and the client that it was issued to.
public struct AppleGrant: Sendable {
    enum Base: Sendable {
        case token(AppleRevocableToken)
        case code(Secret<String>)
    }

    let base: Base
    /// The app or service that it was issued to.
    public let client: AppleClient

    /// A refresh token, kept since the user signed in.
    public static func refreshToken(_ token: Secret<String>, client: AppleClient) -> AppleGrant {
        AppleGrant(base: .token(.refresh(token)), client: client)
    }

    /// An access token, where there is no refresh token; good for an hour.
    public static func accessToken(_ token: Secret<String>, client: AppleClient) -> AppleGrant {
        AppleGrant(base: .token(.access(token)), client: client)
    }

    /// A fresh authorization code: for users of whom no token was kept, the app lets them sign in once more before the
    /// account is deleted (Apple, TN3194). It is exchanged first, and what comes back is revoked.
    public static func authorizationCode(_ code: Secret<String>, client: AppleClient) -> AppleGrant {
        AppleGrant(base: .code(code), client: client)
    }

    /// The refresh token, to be stored encrypted; nil for the other two.
    public var refreshToken: Secret<String>? {
        guard case .token(let token) = base, token.hint == "refresh_token" else { return nil }
        return token.value
    }
}
