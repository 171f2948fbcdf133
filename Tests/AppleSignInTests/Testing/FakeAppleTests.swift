import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import GroundworkCurl
import GroundworkHTTP
import HTTPTypes
import Testing

/// The fake's own conduct, beyond what the tests of the library need.
@Suite struct FakeAppleTests {
    private static let app = AppleClient.app(bundleID: "com.example.app")

    @Test(arguments: [
        AppleSignInError.Code.invalidRequest, .invalidClient, .invalidGrant, .unauthorizedClient, .unsupportedGrantType,
        .invalidScope,
    ])
    func everyErrorCanBeHad(_ code: AppleSignInError.Code) async throws {
        try await WebFlowTests.withApple { apple, client in
            apple.update { $0.error = code }
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.exchange(Secret("c"), client: Self.app)
            }
            #expect(error?.code == code)
            #expect(error?.httpStatus == 400)
        }
    }

    @Test func wordsBesideAnErrorCanBeHad() async throws {
        try await WebFlowTests.withApple { apple, client in
            apple.update {
                $0.error = .invalidGrant
                $0.errorDescription = "The code has expired or has been revoked."
            }
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.exchange(Secret("c"), client: Self.app)
            }
            #expect(error?.cause == .codeExpiredOrRevoked)
        }
    }

    @Test func throttlingEnds() async throws {
        try await WebFlowTests.withApple { apple, client in
            let (code, _) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
            apple.update { $0.throttledRequests = 1 }
            _ = try await client.exchange(code, client: Self.app)
            #expect(apple.calls == ["/auth/token", "/auth/token"])
        }
    }

    @Test func anErrorCanComeBackToTheRedirectURI() async throws {
        try await WebFlowTests.withApple { apple, client in
            apple.update { $0.consentError = "server_error" }
            let start = try client.authorization(for: WebFlowTests.service)
            let callback = try AppleCallback(formBody: try apple.consent(to: start.url))
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.finish(callback, cookie: start.cookie?.value)
            }
            #expect(error?.code.rawValue == "server_error")
        }
    }

    @Test func notificationsAreSentAgainUntilTheyAreTaken() async throws {
        try await WebFlowTests.withApple { apple, client in
            let seen = Locked<[AppleNotification]>([])
            let calls = Locked(0)
            let server = try await LoopbackHTTPServer.start { request in
                let body = try await request.body.collect(upTo: AppleSignInClient.maximumNotificationBytes)
                let number = calls.withLock { calls in
                    calls += 1
                    return calls
                }
                guard number > 1 else { return LoopbackResponse(status: .serviceUnavailable) }
                try await client.receiveNotification(body) { note in seen.withLock { $0.append(note) } }
                return LoopbackResponse(status: .ok)
            }
            let statuses = try await apple.send(
                .consentRevoked,
                audience: "com.example.app",
                to: server.url + "/notifications",
                copies: 2
            )
            await server.stop()
            #expect(statuses == [503, 200, 200])
            #expect(seen.withLock { $0.map(\.kind) } == [.consentRevoked])
            let lost = try await apple.send(.consentRevoked, audience: "com.example.app", to: server.url)
            #expect(lost == [0, 0, 0])
        }
    }

    @Test func theConsentPageEscapesWhatItShows() async throws {
        try await WebFlowTests.withApple { apple, client in
            apple.update { $0.user.givenName = "<script>alert(1)</script>" }
            let start = try client.authorization(for: WebFlowTests.service)
            let (status, page) = try await get(start.url)
            #expect(status == 200)
            #expect(page.contains("com.example.web") && page.contains("&lt;script&gt;") && !page.contains("<script>"))
            let (refused, text) = try await get(apple.endpoints.authorize + "?client_id=%3Cb%3E")
            #expect(refused == 400)
            #expect(!text.contains("<b>"))
        }
    }

    private func get(_ url: String) async throws -> (Int, String) {
        let separator = try #require(url.firstRange(of: "://"))
        let rest = url[separator.upperBound...]
        let slash = try #require(rest.firstIndex(of: "/"))
        let request = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: String(rest[..<slash]),
            path: String(rest[slash...])
        )
        let (head, body) = try await CurlHTTPTransport.shared.collect(request, upTo: 1 << 20)
        return (head.status.code, String(decoding: body, as: UTF8.self))
    }
}
