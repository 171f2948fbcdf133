import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import Testing

@Suite struct AuthorizationURLTests {
    /// The fields of the URL, read by Foundation.
    private func fields(_ url: String) throws -> [String: String] {
        let parts = try #require(URLComponents(string: url))
        #expect(parts.scheme == "https" && parts.host == "appleid.apple.com" && parts.path == "/auth/authorize")
        let items = try #require(parts.queryItems)
        #expect(Set(items.map(\.name)).count == items.count)
        return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value ?? "") })
    }

    @Test func everythingThatProtectsIsThereByDefault() async throws {
        let bench = try await SealedBench()
        let start = try bench.client.authorization(for: SealedBench.service)
        let found = try fields(start.url)
        #expect(found["client_id"] == "com.example.web")
        #expect(found["redirect_uri"] == "https://example.com/callback")
        #expect(found["response_type"] == "code")
        #expect(found["response_mode"] == "form_post")
        #expect(found["scope"] == "name email")
        #expect(found["state"].map { Secret($0) } == start.state)
        #expect(found["nonce"].map { Secret($0) } == start.nonce)
        #expect(found["code_challenge_method"] == "S256")
        let verifier = try #require(start.codeVerifier).withValue { $0 }
        #expect(verifier.utf8.count == 43)
        #expect(found["code_challenge"] == Base64.encodeURL(try Digest.hash(.sha256, Array(verifier.utf8))))
        // Spaces are %20: a plus is a plus for some readers.
        #expect(!start.url.contains("+"))
    }

    @Test func nothingOfTwoSignInsIsTheSame() async throws {
        let bench = try await SealedBench()
        let all = try (0..<20).map { _ in try bench.client.authorization(for: SealedBench.service) }
        #expect(Set(all.map { $0.state.withValue { $0 } }).count == 20)
        #expect(Set(all.map { $0.nonce.withValue { $0 } }).count == 20)
        #expect(Set(all.compactMap { $0.codeVerifier?.withValue { $0 } }).count == 20)
        #expect(Set(all.compactMap { $0.cookie?.value.withValue { $0 } }).count == 20)
    }

    @Test func formPostIsForcedWhereAppleDemandsIt() async throws {
        let bench = try await SealedBench()
        var request = AppleAuthorizationRequest()
        for mode in [AppleAuthorizationRequest.ResponseMode.query, .fragment] {
            request.responseMode = mode
            #expect(throws: AppleSignInError.self) { try bench.client.authorization(for: SealedBench.service, request) }
        }
        request.scopes = []
        request.responseMode = nil
        #expect(
            try fields(bench.client.authorization(for: SealedBench.service, request).url)["response_mode"] == "query"
        )
        request.responseType = .codeAndIDToken
        let both = try fields(bench.client.authorization(for: SealedBench.service, request).url)
        #expect(
            both["response_mode"] == "form_post" && both["response_type"] == "code id_token" && both["scope"] == nil
        )
        request.responseMode = .query
        #expect(throws: AppleSignInError.self) { try bench.client.authorization(for: SealedBench.service, request) }
        request.responseMode = .fragment
        request.usesPKCE = false
        let bare = try fields(bench.client.authorization(for: SealedBench.service, request).url)
        #expect(bare["response_mode"] == "fragment" && bare["code_challenge"] == nil)
    }

    @Test func appsAndStrangersHaveNoPage() async throws {
        let bench = try await SealedBench()
        for client in [
            AppleClient.app(bundleID: "com.example.app"),
            .service(servicesID: "com.example.web", redirectURI: "https://evil.example/callback"),
            .service(servicesID: "com.example.evil", redirectURI: "https://example.com/callback"),
        ] {
            #expect(throws: AppleSignInError.self) { try bench.client.authorization(for: client) }
        }
    }
}
