/// One of your identifiers at Apple, and the kind that it has: from the kind follow `client_id`, `sub`, `redirect_uri`
/// and the audience of tokens, so that they cannot be mixed up.
public struct AppleClient: Sendable, Hashable {
    /// What an identifier stands for. Closed by nature: Apple knows these two.
    public enum Kind: Sendable, Hashable {
        /// An app on Apple's platforms.
        case app
        /// A website, or an app on Android: the user comes back to the redirect URI.
        case service(redirectURI: String)
    }

    /// The bundle ID or Services ID, as written in the developer portal, without the Team ID before it.
    public let clientID: String
    /// What it stands for.
    public let kind: Kind
    /// The team that owns it; nil when the configuration has only one team.
    public let teamID: String?

    private init(clientID: String, kind: Kind, teamID: String?) {
        self.clientID = clientID
        self.kind = kind
        self.teamID = teamID
    }

    /// An app: codes come from the device, and no redirect URI is sent with them.
    public static func app(bundleID: String, teamID: String? = nil) -> AppleClient {
        AppleClient(clientID: bundleID, kind: .app, teamID: teamID)
    }

    /// A Services ID with one of its registered return URLs.
    public static func service(servicesID: String, redirectURI: String, teamID: String? = nil) -> AppleClient {
        AppleClient(clientID: servicesID, kind: .service(redirectURI: redirectURI), teamID: teamID)
    }

    /// Where Apple sends the user back to; nil for apps.
    public var redirectURI: String? {
        if case .service(let redirectURI) = kind { redirectURI } else { nil }
    }
}
