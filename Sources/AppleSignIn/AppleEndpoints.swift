/// Where Apple is. Data, so that tests and Apple's other services can stand elsewhere.
public struct AppleEndpoints: Sendable, Hashable {
    /// The page where the user signs in.
    public var authorize: String
    /// Where codes and refresh tokens are exchanged.
    public var token: String
    /// Where tokens are revoked.
    public var revoke: String
    /// Where the public keys are.
    public var keys: String
    /// The `iss` of tokens, and the `aud` of client secrets.
    public var issuer: String
    /// Where identifiers of users are migrated between teams.
    public var userMigration: String

    /// Apple's own.
    public static let apple = AppleEndpoints(base: "https://appleid.apple.com")

    /// The same paths below another base, such as that of a fake Apple in tests: `https://localhost:8443`.
    public init(base: String) {
        authorize = base + "/auth/authorize"
        token = base + "/auth/token"
        revoke = base + "/auth/revoke"
        keys = base + "/auth/keys"
        issuer = base
        userMigration = base + "/auth/usermigrationinfo"
    }

    /// Whether users sign in at Apple itself: then Apple's rules for redirect URIs hold.
    public var isApple: Bool { authorize == Self.apple.authorize || issuer == Self.apple.issuer }
}
