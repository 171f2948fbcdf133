/// What to ask the user for.
public struct AppleAuthorizationRequest: Sendable {
    /// What the app wants to know of the user. Apple tells the name once, at the first consent.
    public struct Scope: Sendable, Hashable {
        /// Apple's word for it.
        public let rawValue: String
        /// Any scope, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }
        /// The user's name.
        public static let name = Scope("name")
        /// The user's e-mail address, or a relay address.
        public static let email = Scope("email")
    }

    /// What comes back to the redirect URI.
    public enum ResponseType: String, Sendable, Hashable {
        /// An authorization code.
        case code
        /// An authorization code and an identity token.
        case codeAndIDToken = "code id_token"
    }

    /// How it comes back.
    public enum ResponseMode: String, Sendable, Hashable {
        /// In the query of a GET.
        case query
        /// In the fragment, for a page's script.
        case fragment
        /// In the body of a POST. Apple demands it as soon as a scope is asked for.
        case formPost = "form_post"
    }

    /// What the app wants to know.
    public var scopes: [Scope] = [.name, .email]
    /// What comes back.
    public var responseType: ResponseType = .code
    /// How it comes back; nil takes the right one: `form_post` with scopes or an identity token, else `query`.
    public var responseMode: ResponseMode?
    /// Whether a PKCE challenge (RFC 7636, S256) is sent. Apple then refuses an exchange without the verifier.
    public var usesPKCE = true
    /// What is to be remembered across the sign-in, such as the page to go back to; at most 512 bytes.
    public var context: String?

    /// Name and e-mail address, by a code, with PKCE.
    public init() {}
}
