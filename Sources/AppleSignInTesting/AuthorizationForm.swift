import GroundworkCore
import GroundworkCrypto

/// An authorization request as Apple reads it.
struct AuthorizationForm {
    let fields: [String: String]
    let clientID: String
    let redirectURI: String
    let mode: String
    let scopes: Set<Substring>
    let wantsIdentityToken: Bool

    init(_ query: [UInt8]) throws {
        guard let fields = FakeForm.decode(query) else { throw FakeAppleError("The request is no form.") }
        guard let clientID = fields["client_id"], !clientID.isEmpty else {
            throw FakeAppleError("invalid_client: there is no client_id.")
        }
        guard let redirectURI = fields["redirect_uri"], redirectURI.contains("://") else {
            throw FakeAppleError("invalid_request: there is no redirect_uri.")
        }
        let types = Set((fields["response_type"] ?? "").split(separator: " "))
        guard types.contains("code"), types.isSubset(of: ["code", "id_token"]) else {
            throw FakeAppleError("invalid_request: response_type is neither 'code' nor 'code id_token'.")
        }
        scopes = Set((fields["scope"] ?? "").split(separator: " "))
        guard scopes.isSubset(of: ["name", "email"]) else {
            throw FakeAppleError("invalid_scope: only name and email can be asked for.")
        }
        mode = fields["response_mode"] ?? "query"
        guard ["query", "fragment", "form_post"].contains(mode) else {
            throw FakeAppleError("invalid_request: response_mode is unknown.")
        }
        guard scopes.isEmpty || mode == "form_post" else {
            throw FakeAppleError(
                "invalid_request: response_mode must be form_post when name or email scope is requested."
            )
        }
        if let method = fields["code_challenge_method"], method != "S256" {
            throw FakeAppleError("invalid_request: only S256 challenges are known.")
        }
        self.fields = fields
        self.clientID = clientID
        self.redirectURI = redirectURI
        wantsIdentityToken = types.contains("id_token")
    }

    /// The left half of the SHA-256 (OpenID Connect Core 1.0, section 3.3.2.11).
    static func hash(_ text: String) throws -> String {
        Base64.encodeURL(try Digest.hash(.sha256, Array(text.utf8)).prefix(16))
    }
}
