import GroundworkCore
import GroundworkHTTP
import HTTPTypes

/// How a provider wants to be shown the key.
struct ProviderAuthorization: Sendable {
    /// Adds what authorizes to a request, of which everything else is set.
    let apply: @Sendable (inout HTTPRequest, HTTPBody?) async throws -> Void

    /// `Authorization: Bearer KEY` (RFC 6750): Resend, SendGrid.
    static func bearer(_ key: Secret<String>) -> ProviderAuthorization {
        ProviderAuthorization { request, _ in request.headerFields[.authorization] = key.withValue { "Bearer \($0)" } }
    }

    /// `Authorization: Basic …` (RFC 7617): Mailgun.
    static func basic(user: String, _ key: Secret<String>) -> ProviderAuthorization {
        ProviderAuthorization { request, _ in
            request.headerFields[.authorization] = key.withValue {
                "Basic \(Base64.encode(Array("\(user):\($0)".utf8)))"
            }
        }
    }

    /// A header field of the provider's own: Postmark.
    static func field(_ name: HTTPField.Name, _ key: Secret<String>) -> ProviderAuthorization {
        ProviderAuthorization { request, _ in request.headerFields[name] = key.withValue { $0 } }
    }
}
