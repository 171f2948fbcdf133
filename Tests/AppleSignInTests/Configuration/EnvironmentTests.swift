import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

/// The environment variables in every variant: what is accepted, and what the errors say and never say.
@Suite struct EnvironmentTests {
    private static let web = [
        "APPLE_TEAM_ID": "A1B2C3D4E5", "APPLE_KEY_ID": "F6G7H8I9J0", "APPLE_SERVICES_ID": "com.example.web",
        "APPLE_REDIRECT_URI": "https://example.com/auth/apple/callback",
    ]

    private func configuration(
        _ changes: [String: String?] = [:],
        key: String?,
        endpoints: AppleEndpoints = .apple
    ) throws(AppleSignInError) -> AppleSignInConfiguration {
        var environment = Self.web
        environment["APPLE_PRIVATE_KEY"] = key
        for (name, value) in changes { environment[name] = value }
        return try AppleSignInConfiguration(environment: environment, endpoints: endpoints)
    }

    private func message(
        _ changes: [String: String?] = [:],
        key: String?,
        endpoints: AppleEndpoints = .apple
    ) -> String {
        let error = #expect(throws: AppleSignInError.self) {
            try configuration(changes, key: key, endpoints: endpoints)
        }
        #expect(error?.code == .invalidConfiguration)
        return error?.message ?? ""
    }

    @Test func aServiceAnAppOrBoth() async throws {
        let key = try await OpenSSLKeys.p256()
        #expect(try configuration(key: key).audiences == ["com.example.web"])
        let both = try configuration(["APPLE_CLIENT_ID": "com.example.app"], key: key)
        #expect(both.audiences == ["com.example.web", "com.example.app"])
        #expect(both.clients.map(\.redirectURI) == ["https://example.com/auth/apple/callback", nil])
        let none: [String: String?] = ["APPLE_SERVICES_ID": nil, "APPLE_REDIRECT_URI": nil]
        let app = try configuration(none.merging(["APPLE_CLIENT_ID": "com.example.app"]) { $1 }, key: key)
        #expect(app.clients == [.app(bundleID: "com.example.app")])
        #expect(try configuration(["APPLE_TEAM_ID": " A1B2C3D4E5\n", "OTHER": "x"], key: key).clients.count == 1)
    }

    @Test func theKeyComesAsContentOrPathInEitherVariable() async throws {
        let key = try await OpenSSLKeys.p256()
        _ = try configuration(key: key.replacing("\n", with: "\\n"))
        _ = try configuration(key: Base64.encode(Array(key.utf8)))
        try await withTemporaryDirectory { directory in
            let path = directory + "/AuthKey_F6G7H8I9J0.p8"
            try key.write(toFile: path, atomically: false, encoding: .utf8)
            _ = try configuration(key: path)
            _ = try configuration(["APPLE_PRIVATE_KEY_PATH": path], key: nil)
            _ = try configuration(["APPLE_PRIVATE_KEY_PATH": path], key: "")
        }
        let missing = message(["APPLE_PRIVATE_KEY_PATH": "/nonexistent/key.p8"], key: nil)
        #expect(missing.contains("cannot be read"))
        #expect(message(key: nil).contains("Neither APPLE_PRIVATE_KEY nor APPLE_PRIVATE_KEY_PATH is set."))
    }

    @Test func everythingThatIsMissingIsListedAtOnce() {
        let error = #expect(throws: AppleSignInError.self) { try AppleSignInConfiguration(environment: [:]) }
        let text = error?.message ?? ""
        for name in ["APPLE_TEAM_ID is not set", "APPLE_KEY_ID is not set", "APPLE_PRIVATE_KEY"] {
            #expect(text.contains(name))
        }
    }

    @Test func halfAServiceIsNamed() async throws {
        let key = try await OpenSSLKeys.p256()
        #expect(message(["APPLE_REDIRECT_URI": nil], key: key).contains("APPLE_REDIRECT_URI is not"))
        #expect(message(["APPLE_SERVICES_ID": nil], key: key).contains("APPLE_SERVICES_ID is not"))
        #expect(message(["APPLE_SERVICES_ID": nil, "APPLE_REDIRECT_URI": nil], key: key).contains("APPLE_CLIENT_ID"))
    }

    @Test func shapesAreCheckedAndSaidInWords() async throws {
        let key = try await OpenSSLKeys.p256()
        let cases: [(String, String, String)] = [
            ("APPLE_TEAM_ID", "A1B2C3D4E", "9 characters"), ("APPLE_TEAM_ID", "a1b2c3d4e5", "other characters"),
            ("APPLE_TEAM_ID", "A1B2C3D4E56", "11 characters"), ("APPLE_KEY_ID", "F6G7-8I9J0", "other characters"),
            ("APPLE_KEY_ID", "F6G7H8I9J\u{212A}", "12 characters"), ("APPLE_KEY_ID", key, "the text of a key"),
            ("APPLE_SERVICES_ID", "example", "com.example.app"),
            ("APPLE_SERVICES_ID", "com.example.we b", "com.example.app"),
            ("APPLE_SERVICES_ID", "A1B2C3D4E5.com.example.web", "begins with a Team ID"),
            ("APPLE_SERVICES_ID", "com.example.web\",\"aud\":\"x", "is none"),
            ("APPLE_CLIENT_ID", ".com.example", "is none"),
        ]
        for (name, value, text) in cases {
            let found = message([name: value], key: key)
            #expect(found.contains(text), "\(name)=\(value): \(found)")
        }
    }

    @Test func redirectURIsMustSuitApple() async throws {
        let key = try await OpenSSLKeys.p256()
        for uri in [
            "http://example.com/callback", "https://localhost/callback", "https://LOCALHOST./callback",
            "https://app.localhost/c",
            "https://127.0.0.1/callback", "https://[::1]/callback", "https://10.0.0.1:8443/c",
            "https://example/callback",
            "https://example.com/callback#top", "https://user:word@example.com/callback",
            "https://example.com@evil.example/",
            "https://exa mple.com/", "https://example.com\\@evil.example/", "https:///callback", "https://",
            "example.com/callback",
            "javascript:alert(1)", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
            "https://%6cocalhost.com/",
            "https://example.com:port/", "https://example.com:/", "https://example.com:123456/",
            "https://example..com/",
            "https://.example.com/", "https://example.com./callback", "HTTPS://example.com/", "https://exämple.com/",
            "https://example.com/" + String(repeating: "a", count: 2048),
        ] {
            #expect(message(["APPLE_REDIRECT_URI": uri], key: key).contains("redirect URI"), "\(uri)")
        }
        for uri in [
            "https://example.com/c", "https://sub.example.com:8443/a/b?c=d", "https://xn--exmple-cua.com/",
            "https://1.example.com/",
        ] {
            _ = try configuration(["APPLE_REDIRECT_URI": uri], key: key)
        }
    }

    @Test func loopbackRedirectsAreForOtherEndpointsOnly() async throws {
        let key = try await OpenSSLKeys.p256()
        let fake = AppleEndpoints(base: "http://127.0.0.1:8080")
        for uri in [
            "http://localhost:8000/c", "http://127.0.0.1/c", "http://[::1]:1/c", "http://app.localhost/c",
            "https://example.com/c",
        ] {
            _ = try configuration(["APPLE_REDIRECT_URI": uri], key: key, endpoints: fake)
        }
        #expect(
            message(["APPLE_REDIRECT_URI": "http://example.com/c"], key: key, endpoints: fake).contains("loopback only")
        )
        // Another address for the keys does not make it another Apple.
        var proxied = AppleEndpoints.apple
        proxied.keys = "https://proxy.example.com/keys"
        #expect(
            message(["APPLE_REDIRECT_URI": "https://localhost/c"], key: key, endpoints: proxied).contains("localhost")
        )
    }

    @Test func endpointsAreCheckedToo() async throws {
        let key = try await OpenSSLKeys.p256()
        for base in ["http://example.com", "ftp://example.com", "https://a\"b", "example.com", "https://u@example.com"]
        {
            let text = message(key: key, endpoints: AppleEndpoints(base: base))
            #expect(text.contains("endpoint token"), "\(base)")
        }
    }

    @Test func aKeyInAnyOtherVariableIsNotShown() async throws {
        let pem = try await OpenSSLKeys.p256()
        let body = pem.split(separator: "\n").dropFirst().dropLast().joined()
        for value in [
            pem, body, pem.replacing("\n", with: "\\n"), Base64.encode(Array(pem.utf8)), pem.replacing("\n", with: " "),
        ] {
            for name in [
                "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_SERVICES_ID", "APPLE_CLIENT_ID", "APPLE_REDIRECT_URI",
                "APPLE_PRIVATE_KEY_PATH",
            ] {
                let text = message([name: value], key: name == "APPLE_PRIVATE_KEY_PATH" ? nil : pem)
                #expect(!text.contains(value.prefix(24)) && !text.contains(body.prefix(16)), "\(name): \(text)")
            }
        }
    }
}
