public import FoundationEssentials

/// Who signed in, as a verified identity token tells it. Only the verifier makes one.
///
/// Source: "Authenticating users with Sign in with Apple", the claims of `id_token`.
public struct AppleIdentity: Sendable, Hashable {
    /// The user's identifier: stable, and the same in all apps of one team. Store this, not the e-mail address.
    public let subject: String
    /// The app's or service's identifier that the token is for.
    public let audience: String
    /// When the token was made.
    public let issuedAt: Date
    /// When the token expires.
    public let expiresAt: Date
    /// When the user authenticated, if told.
    public let authenticatedAt: Date?
    /// The e-mail address; nil when the user or the kind of account gives none.
    public let email: String?
    /// Whether Apple has verified the address; nil when the token does not say.
    public let isEmailVerified: Bool?
    /// Whether the address is one of Apple's private relay; nil when the token does not say.
    public let isPrivateEmail: Bool?
    /// Whether a person is behind it; nil when not told.
    public let realUserStatus: AppleRealUserStatus?
    /// Whether the platform that made the token can carry a nonce; nil when the token does not say.
    public let isNonceSupported: Bool?
    /// Whether the token's nonce was present and compared with the expected one.
    public let isNonceVerified: Bool
    /// The identifier of the user at the team that the app was transferred from, within 60 days of a transfer.
    public let transferSubject: String?
    /// The organization of a managed account.
    public let organizationID: String?
}
