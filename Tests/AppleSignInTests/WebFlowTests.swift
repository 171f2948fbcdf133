import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import Testing

@Suite struct WebFlowTests {
    static let service = AppleClient.service(
        servicesID: "com.example.web",
        redirectURI: "https://example.com/auth/apple/callback"
    )

    /// A fake Apple and a client of it.
    static func withApple(
        sealed: Bool = true,
        _ body: (FakeApple, AppleSignInClient) async throws -> Void
    ) async throws {
        let apple = try await FakeApple.start()
        let sealer = try AppleStateSealer(key: Secret([UInt8](repeating: 7, count: 32)))
        let client = try AppleSignInClient(
            try apple.configuration(clients: [service, .app(bundleID: "com.example.app")]),
            stateSealer: sealed ? sealer : nil
        )
        do {
            try await body(apple, client)
            await apple.stop()
        } catch {
            await apple.stop()
            throw error
        }
    }

    @Test func aSealedSignInEndsInASession() async throws {
        try await Self.withApple { apple, client in
            var request = AppleAuthorizationRequest()
            request.context = "/welcome"
            let start = try client.authorization(for: Self.service, request)
            let body = try apple.consent(to: start.url)
            let callback = try AppleCallback(formBody: body)
            guard case .signedIn(let session) = try await client.finish(callback, cookie: start.cookie?.value) else {
                Issue.record("not signed in")
                return
            }
            #expect(session.identity.email == "ada@example.com")
            #expect(session.identity.isEmailVerified == true)
            #expect(session.identity.isNonceVerified)
            #expect(session.firstLogin?.givenName == "Ada")
            #expect(session.context == "/welcome")
            #expect(session.tokens.refreshToken != nil)
        }
    }

    @Test func theNameComesOnce() async throws {
        try await Self.withApple { apple, client in
            for isFirst in [true, false] {
                let start = try client.authorization(for: Self.service)
                let callback = try AppleCallback(formBody: try apple.consent(to: start.url))
                #expect((callback.firstLogin != nil) == isFirst)
            }
        }
    }

    @Test func cancellingIsAnOutcome() async throws {
        try await Self.withApple { apple, client in
            let start = try client.authorization(for: Self.service)
            let callback = try AppleCallback(formBody: try apple.consent(to: start.url, agrees: false))
            guard case .cancelled = try await client.finish(callback, cookie: start.cookie?.value) else {
                Issue.record("not cancelled")
                return
            }
        }
    }

    @Test func aCallbackIsGoodOnce() async throws {
        try await Self.withApple { apple, client in
            let start = try client.authorization(for: Self.service)
            let callback = try AppleCallback(formBody: try apple.consent(to: start.url))
            _ = try await client.finish(callback, cookie: start.cookie?.value)
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.finish(callback, cookie: start.cookie?.value)
            }
            #expect(error?.code == .wrongState)
        }
    }

    @Test func anotherBrowserIsRefused() async throws {
        try await Self.withApple { apple, client in
            let start = try client.authorization(for: Self.service)
            let other = try client.authorization(for: Self.service)
            let callback = try AppleCallback(formBody: try apple.consent(to: start.url))
            for cookie in [nil, other.cookie?.value, Secret("")] {
                let error = await #expect(throws: AppleSignInError.self) {
                    try await client.finish(callback, cookie: cookie)
                }
                #expect(error?.code == .wrongState)
            }
        }
    }

    @Test func aRememberedSignInEndsInASession() async throws {
        try await Self.withApple(sealed: false) { apple, client in
            var request = AppleAuthorizationRequest()
            request.responseType = .codeAndIDToken
            let start = try client.authorization(for: Self.service, request)
            #expect(start.cookie == nil)
            let pending = ApplePendingAuthorization(
                client: Self.service,
                state: start.state,
                nonce: start.nonce,
                codeVerifier: start.codeVerifier
            )
            let callback = try AppleCallback(formBody: try apple.consent(to: start.url))
            guard case .signedIn(let session) = try await client.finish(callback, pending: pending) else {
                Issue.record("not signed in")
                return
            }
            #expect(session.identity.audience == "com.example.web")
        }
    }

    @Test func refreshAndRevoke() async throws {
        try await Self.withApple(sealed: false) { apple, client in
            let app = AppleClient.app(bundleID: "com.example.app")
            let (code, identityToken) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
            let identity = try await client.verify(
                identityToken,
                nonce: .none(reason: "the test sent none"),
                client: app
            )
            #expect(identity.subject == FakeAppleUser().subject)
            let tokens = try await client.exchange(code, client: app)
            let refreshToken = try #require(tokens.refreshToken)
            #expect(try await client.refresh(refreshToken, client: app, lastValidated: nil).refreshToken == nil)
            let throttled = await #expect(throws: AppleSignInError.self) {
                var impatient = client
                impatient.timeout = .milliseconds(200)
                _ = try await impatient.refresh(refreshToken, client: app, lastValidated: nil)
            }
            #expect(throttled?.code == .throttled)
            try await client.revoke(.refresh(refreshToken), client: app)
            try await client.revoke(.refresh(refreshToken), client: app)
            let revoked = await #expect(throws: AppleSignInError.self) {
                try await client.refresh(refreshToken, client: app, lastValidated: nil)
            }
            #expect(revoked?.code == .invalidGrant)
        }
    }

    @Test func aCodeIsExchangedOnce() async throws {
        try await Self.withApple(sealed: false) { apple, client in
            let app = AppleClient.app(bundleID: "com.example.app")
            let (code, _) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
            _ = try await client.exchange(code, client: app)
            let error = await #expect(throws: AppleSignInError.self) { try await client.exchange(code, client: app) }
            #expect(error?.code == .invalidGrant)
            #expect(error?.cause == .codeUsed)
        }
    }

    @Test func aRevokedKeyGivesWayToTheNext() async throws {
        let apple = try await FakeApple.start()
        let old = try apple.makeKey(keyID: "OLDKEY0001")
        let new = try apple.makeKey(keyID: "NEWKEY0001")
        apple.update { $0.revokedKeyIDs = ["OLDKEY0001"] }
        let warnings = Locked<[AppleSignInWarning]>([])
        let app = AppleClient.app(bundleID: "com.example.app")
        let client = try AppleSignInClient(
            try AppleSignInConfiguration(
                teams: [AppleTeam(teamID: FakeApple.teamID, keys: [old, new])],
                clients: [app],
                endpoints: apple.endpoints
            ),
            onWarning: { warning in warnings.withLock { $0.append(warning) } }
        )
        let (code, _) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
        _ = try await client.exchange(code, client: app)
        #expect(warnings.withLock { $0.map(\.code) } == [.keyRefused])
        await apple.stop()
    }

    @Test func diagnosisPassesAndNamesWhatIsWrong() async throws {
        try await Self.withApple(sealed: false) { apple, client in
            let healthy = try await client.diagnose()
            #expect(healthy.isHealthy, "\(healthy)")
            apple.update { $0.revokedKeyIDs = [FakeApple.keyID] }
            let ill = try await client.diagnose()
            #expect(!ill.isHealthy)
            #expect("\(ill)".contains(FakeApple.keyID))
            apple.update { $0.clockOffset = -600 }
            #expect("\(try await client.diagnose())".contains("fast"))
        }
    }

    @Test func notificationsAreTakenOnce() async throws {
        try await Self.withApple(sealed: false) { apple, client in
            let body = try apple.notification(.init("account-delete"), audience: "com.example.app", id: "n1")
            let seen = Locked<[AppleNotification]>([])
            await #expect(throws: CancellationError.self) {
                try await client.receiveNotification(body) { _ in throw CancellationError() }
            }
            for isFirst in [true, false] {
                let stored = try await client.receiveNotification(body) { note in seen.withLock { $0.append(note) } }
                #expect(stored == isFirst)
            }
            #expect(seen.withLock { $0.map(\.kind) } == [.accountDeleted])
        }
    }
}
