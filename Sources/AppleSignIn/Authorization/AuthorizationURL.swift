import GroundworkCore
import GroundworkCrypto

/// The URL of the page where the user signs in.
enum AuthorizationURL {
    static func make(
        _ request: AppleAuthorizationRequest,
        client: AppleClient,
        redirectURI: String,
        endpoints: AppleEndpoints,
        state: String,
        nonce: String,
        codeVerifier: String?
    ) throws(AppleSignInError) -> String {
        let demandsPost = !request.scopes.isEmpty || request.responseType == .codeAndIDToken
        let mode = request.responseMode ?? (demandsPost ? .formPost : .query)
        if !request.scopes.isEmpty, mode != .formPost {
            throw AppleSignInError(
                .invalidConfiguration,
                "Apple answers a request for name or e-mail by form_post only: leave responseMode out, or ask for no scope."
            )
        }
        if request.responseType == .codeAndIDToken, mode == .query {
            throw AppleSignInError(.invalidConfiguration, "Apple never sends an identity token in a query.")
        }
        var fields = [
            ("client_id", client.clientID), ("redirect_uri", redirectURI),
            ("response_type", request.responseType.rawValue), ("response_mode", mode.rawValue),
            ("state", state), ("nonce", nonce),
        ]
        if !request.scopes.isEmpty {
            fields.append(("scope", request.scopes.map(\.rawValue).joined(separator: " ")))
        }
        if let codeVerifier {
            fields.append(("code_challenge", try challenge(codeVerifier)))
            fields.append(("code_challenge_method", "S256"))
        }
        let separator = endpoints.authorize.contains("?") ? "&" : "?"
        return endpoints.authorize + separator
            + fields.map { "\($0.0)=\(FormCoding.percentEncode($0.1))" }.joined(separator: "&")
    }

    /// RFC 7636, section 4.2.
    private static func challenge(_ verifier: String) throws(AppleSignInError) -> String {
        do {
            return Base64.encodeURL(try Digest.hash(.sha256, Array(verifier.utf8)))
        } catch {
            throw AppleSignInError(.invalidConfiguration, "PKCE needs SHA-256: \(error)", underlyingError: error)
        }
    }
}
