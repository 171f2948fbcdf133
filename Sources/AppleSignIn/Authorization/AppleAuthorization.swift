public import GroundworkCore

/// A sign-in that begins: send the user to ``url``, and remember the rest with the user's session, unless the state
/// was sealed, which remembers it by itself.
public struct AppleAuthorization: Sendable {
    /// Where to send the user.
    public let url: String
    /// What Apple sends back unchanged; compare it in constant time, as ``AppleSignInClient`` does.
    public let state: Secret<String>
    /// What the identity token must carry, raw.
    public let nonce: Secret<String>
    /// The PKCE verifier for the exchange; nil when none was asked for.
    public let codeVerifier: Secret<String>?
    /// The value of the cookie that binds a sealed state to this browser; nil when the state was not sealed.
    public let cookie: AppleStateCookie?
}

extension AppleAuthorization: CustomStringConvertible, CustomReflectable {
    /// Never the URL: state and nonce stand in it.
    public var description: String { "AppleAuthorization(<redacted>)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// What must be remembered between the authorization request and the callback.
public struct ApplePendingAuthorization: Sendable {
    /// The service that the request was for.
    public let client: AppleClient
    /// What the callback's `state` must be.
    public let state: Secret<String>
    /// What the identity token's nonce must be, raw.
    public let nonce: Secret<String>
    /// The PKCE verifier.
    public let codeVerifier: Secret<String>?
    /// What the app wanted to remember.
    public let context: String?

    /// Puts together what the app remembered itself.
    public init(
        client: AppleClient,
        state: Secret<String>,
        nonce: Secret<String>,
        codeVerifier: Secret<String>? = nil,
        context: String? = nil
    ) {
        self.client = client
        self.state = state
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        self.context = context
    }
}
