import AppleSignIn
import FoundationEssentials
import GroundworkCore
import GroundworkTesting
import Testing

/// What is sent to Apple's endpoints, and what their answers mean.
@Suite struct TokenEndpointTests {
    private let pem: String
    private let time = InstantTime()

    init() async throws { pem = try await OpenSSLKeys.p256() }

    private func client(_ answers: [TokenTransport.Answer]) throws -> (AppleSignInClient, TokenTransport) {
        let transport = TokenTransport(answers)
        let signing = AppleSigningKey(keyID: "KEY0000000", privateKey: try ApplePrivateKey(Secret(pem)))
        let client = try AppleSignInClient(
            try AppleSignInConfiguration(
                teams: [AppleTeam(teamID: "TEAM012345", keys: [signing])],
                clients: [SecretBench.app, SecretBench.web]
            ),
            transport: transport,
            time: time,
            random: ManualRandom()
        )
        return (client, transport)
    }

    private func failure(_ answers: [TokenTransport.Answer], isRefresh: Bool = false) async throws -> (
        AppleSignInError, requests: Int
    ) {
        let (client, transport) = try client(answers)
        do {
            if isRefresh {
                _ = try await client.refresh(Secret("zqzq-refresh"), client: SecretBench.app, lastValidated: nil)
            } else {
                _ = try await client.exchange(
                    Secret("zqzq-code"),
                    client: SecretBench.app,
                    codeVerifier: Secret("zqzq-verifier")
                )
            }
        } catch let error as AppleSignInError {
            #expect(!"\(error) \(String(reflecting: error))".contains("zqzq"))
            #expect(!"\(error)".contains("eyJ"))
            return (error, transport.requests.count)
        }
        throw TestFailure()
    }

    private static let good =
        #"{"access_token":"a1","token_type":"Bearer","expires_in":3600,"refresh_token":"r1","id_token":"i.d.t"}"#

    @Test func anExchangeForAServiceSendsItsRedirectURIAndForAnAppNone() async throws {
        for app in [SecretBench.app, SecretBench.web] {
            let (client, transport) = try client([.status(200, Self.good)])
            let tokens = try await client.exchange(Secret("c+1/2 &"), client: app, codeVerifier: Secret("v~1"))
            #expect(tokens.refreshToken == Secret("r1"))
            let (head, body) = try #require(transport.requests.first)
            #expect(head.method == .post && head.authority == "appleid.apple.com" && head.path == "/auth/token")
            #expect(head.headerFields[.contentType] == "application/x-www-form-urlencoded")
            #expect(head.headerFields[.userAgent]?.isEmpty == false)
            #expect(body.contains("grant_type=authorization_code&code=c%2B1%2F2%20%26"))
            #expect(body.contains("client_id=\(app.clientID)&client_secret=eyJ"))
            #expect(body.contains("code_verifier=v~1"))
            #expect(body.contains("redirect_uri=https%3A%2F%2Fexample.com%2Fcallback") == (app == SecretBench.web))
        }
    }

    @Test(arguments: [
        ("invalid_grant", "The code has already been used.", "codeUsed"),
        ("invalid_grant", "The code has expired or has been revoked.", "codeExpiredOrRevoked"),
        ("invalid_grant", "client_id mismatch. The code was not issued to com.zqzq.", "clientMismatch"),
        ("invalid_grant", "redirect_uri mismatch. The code was not issued to https://zqzq.", "redirectMismatch"),
        ("invalid_grant", "The code_verifier does not match.", "verifierMismatch"), ("invalid_grant", "", ""),
        ("invalid_client", "", "clientSecretRefused"), ("invalid_request", "", ""), ("unauthorized_client", "", ""),
        ("unsupported_grant_type", "", ""), ("invalid_scope", "", ""), ("something_new", "zqzq", ""),
    ])
    func errorsAreTypedAndTheirCauseIsNamed(word: String, description: String, cause: String) async throws {
        let extra = description.isEmpty ? "" : #","error_description":"\#(description)""#
        let (error, requests) = try await failure([.status(400, #"{"error":"\#(word)"\#(extra)}"#)])
        #expect(error.code.rawValue == word)
        #expect(error.cause?.rawValue ?? "" == cause)
        #expect(error.httpStatus == 400)
        #expect(!error.isRetryable)
        #expect(requests == 1)
    }

    @Test(arguments: [
        "<html>", "", "{}", "[]", #"{"error":7}"#, #"{"error":"<script>"}"#, #"{"error":"a","error":"b"}"#,
        #"{"error":"x"} y"#,
    ])
    func answersThatAreNoErrorsAreUnexpected(body: String) async throws {
        #expect(try await failure([.status(400, body)]).0.code == .unexpectedAnswer)
    }

    @Test(arguments: [
        "", "{}", "<html>", #"{"access_token":"a"}"#, #"{"access_token":"","token_type":"bearer"}"#,
        #"{"access_token":"a","token_type":"mac"}"#, #"{"access_token":"a","token_type":"bearer","access_token":"b"}"#,
        #"{"access_token":"a","token_type":"bearer"} x"#, #"{"access_token":7,"token_type":"bearer"}"#,
    ])
    func answersThatAreNoTokensAreUnexpected(body: String) async throws {
        #expect(try await failure([.status(200, body)]).0.code == .unexpectedAnswer)
    }

    @Test func aCodeIsNeverSentTwiceWhenItsAnswerIsLost() async throws {
        let (lost, requests) = try await failure([.failure(.connectionLost, sent: .possibly)])
        #expect(lost.code == .outcomeUnknown && requests == 1)
        let (down, tries) = try await failure([.status(503, "")])
        #expect(down.code == .unavailable && tries == 1)
    }

    @Test func whatWasNotSentOrThrottledIsSentAgainWithinBounds() async throws {
        let (error, requests) = try await failure([.failure(.connectionFailed, sent: .nothing)])
        #expect(error.code == .unavailable && requests == 3)
        let (throttled, tries) = try await failure([.status(429, "")])
        #expect(throttled.code == .throttled && throttled.isRetryable && tries == 3)
        let (again, count) = try await failure([.status(503, "")], isRefresh: true)
        #expect(again.code == .unavailable && count == 3)
        let (client, transport) = try client([.status(429, ""), .status(200, Self.good)])
        #expect(try await client.exchange(Secret("c"), client: SecretBench.app).refreshToken != nil)
        #expect(transport.requests.count == 2)
    }

    @Test func aRefreshTokenIsValidatedOnceADay() async throws {
        let (client, transport) = try client([.status(200, Self.good)])
        for age in [0.0, 1, 86_399] {
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.refresh(
                    Secret("r"),
                    client: SecretBench.app,
                    lastValidated: time.now.addingTimeInterval(-age)
                )
            }
            #expect(error?.code == .refreshedTooSoon)
        }
        #expect(transport.requests.isEmpty)
        for last in [nil, time.now.addingTimeInterval(-86_400), time.now.addingTimeInterval(5)] {
            _ = try await client.refresh(Secret("r"), client: SecretBench.app, lastValidated: last)
        }
        #expect(transport.requests.count == 3)
        #expect(transport.requests.allSatisfy { $0.body.hasPrefix("grant_type=refresh_token&refresh_token=r&") })
    }

    @Test func revokingAcceptsAnEmptyAnswer() async throws {
        let (client, transport) = try client([.status(200, "")])
        try await client.revoke(.refresh(Secret("r+1")), client: SecretBench.app)
        try await client.revoke(.access(Secret("a1")), client: SecretBench.web)
        #expect(transport.requests.map { $0.head.path } == ["/auth/revoke", "/auth/revoke"])
        #expect(
            transport.requests[0].body.hasPrefix("token=r%2B1&token_type_hint=refresh_token&client_id=com.example.app&")
        )
        #expect(transport.requests[1].body.contains("token_type_hint=access_token"))
    }
}
