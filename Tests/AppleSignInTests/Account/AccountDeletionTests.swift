import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import Testing

@Suite struct AccountDeletionTests {
    private static let app = AppleClient.app(bundleID: "com.example.app")

    private func grant(_ apple: FakeApple, _ client: AppleSignInClient) async throws -> AppleGrant {
        let (code, _) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
        let tokens = try await client.exchange(code, client: Self.app)
        return .refreshToken(try #require(tokens.refreshToken), client: Self.app)
    }

    private func delete(_ grants: [AppleGrant], _ client: AppleSignInClient) async throws -> AppleAccountDeletion {
        var impatient = client
        impatient.timeout = .milliseconds(300)
        return try await impatient.deleteAccount(grants)
    }

    @Test func revokesEverythingAndTellsTheOrder() async throws {
        try await WebFlowTests.withApple { apple, client in
            let grants = [try await grant(apple, client), try await grant(apple, client)]
            let deletion = try await client.deleteAccount(grants)
            #expect(deletion.outcome == .done)
            #expect(deletion.pending.isEmpty && deletion.errors.isEmpty)
            #expect(deletion.steps == [.endSessions, .deleteUserData, .deleteTokens, .confirm])
            for grant in grants {
                let token = try #require(grant.refreshToken)
                let error = await #expect(throws: AppleSignInError.self) {
                    try await client.refresh(token, client: Self.app, lastValidated: nil)
                }
                #expect(error?.code == .invalidGrant)
            }
        }
    }

    @Test func repeatingItIsHarmless() async throws {
        try await WebFlowTests.withApple { apple, client in
            let grants = [try await grant(apple, client)]
            #expect(try await client.deleteAccount(grants).outcome == .done)
            #expect(try await client.deleteAccount(grants).outcome == .done)
        }
    }

    @Test(arguments: [FakeApple.Behavior.Outage.status(503), .status(429)])
    func anAppleThatIsDownIsAskedLater(_ outage: FakeApple.Behavior.Outage) async throws {
        try await WebFlowTests.withApple { apple, client in
            let grants = [try await grant(apple, client)]
            apple.update { $0.outage = outage }
            let deletion = try await delete(grants, client)
            #expect(deletion.outcome == .retryLater)
            #expect(deletion.steps == [.endSessions, .deleteUserData, .keepPending, .confirm])
            apple.update { $0.outage = nil }
            #expect(try await client.deleteAccount(deletion.pending).outcome == .done)
        }
    }

    @Test func anAppleOutOfReachIsAskedLater() async throws {
        try await WebFlowTests.withApple { apple, client in
            let grants = [try await grant(apple, client)]
            await apple.stop()
            let deletion = try await delete(grants, client)
            #expect(deletion.outcome == .retryLater)
            #expect(deletion.errors.map(\.code) == [.unavailable])
        }
    }

    @Test(arguments: [FakeApple.Behavior.Outage.closes, .hangs])
    func aLostAnswerIsUnknown(_ outage: FakeApple.Behavior.Outage) async throws {
        try await WebFlowTests.withApple { apple, client in
            let grants = [try await grant(apple, client)]
            apple.update { $0.outage = outage }
            let deletion = try await delete(grants, client)
            #expect(deletion.outcome == .unknown)
            #expect(deletion.errors.map(\.code) == [.outcomeUnknown])
            #expect(deletion.errors.map(\.isRetryable) == [true])
            #expect(deletion.pending.count == 1)
            apple.update { $0.outage = nil }
            #expect(try await client.deleteAccount(deletion.pending).outcome == .done)
        }
    }

    @Test func aCodeIsExchangedAndRevoked() async throws {
        try await WebFlowTests.withApple { apple, client in
            let (code, _) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
            let deletion = try await client.deleteAccount([.authorizationCode(code, client: Self.app)])
            #expect(deletion.outcome == .done)
            #expect(apple.calls.suffix(2) == ["/auth/token", "/auth/revoke"])
            // The code is used up: asking again cannot succeed.
            let again = try await client.deleteAccount([.authorizationCode(code, client: Self.app)])
            #expect(again.outcome == .cannotRevoke)
            #expect(again.steps.contains(.tellUser))
        }
    }

    @Test func withoutATokenTheUserDoesIt() async throws {
        try await WebFlowTests.withApple { apple, client in
            let deletion = try await client.deleteAccount([])
            #expect(deletion.outcome == .cannotRevoke)
            #expect(deletion.steps == [.endSessions, .deleteUserData, .deleteTokens, .tellUser, .confirm])
            #expect(apple.calls.isEmpty)
        }
    }

    @Test func aMistakeInTheConfigurationKeepsTheGrant() async throws {
        try await WebFlowTests.withApple { apple, client in
            let grants = [try await grant(apple, client)]
            apple.update { $0.revokedKeyIDs = [FakeApple.keyID] }
            let deletion = try await client.deleteAccount(grants)
            #expect(deletion.outcome == .retryLater)
            #expect(deletion.errors.map(\.code) == [.invalidClient])
            apple.update { $0.revokedKeyIDs = [] }
            #expect(try await client.deleteAccount(deletion.pending).outcome == .done)
        }
    }

    @Test func theWorstOfSeveralCounts() async throws {
        try await WebFlowTests.withApple { apple, client in
            let good = try await grant(apple, client)
            let dead = AppleGrant.authorizationCode(Secret("c.0.dead"), client: Self.app)
            let deletion = try await client.deleteAccount([good, dead])
            #expect(deletion.outcome == .cannotRevoke)
            #expect(deletion.errors.map(\.code) == [.invalidGrant])
            #expect(!"\(deletion)".contains("dead"))
        }
    }

    @Test func identifiersLeadToTheirClientsAndTeams() async throws {
        try await WebFlowTests.withApple { apple, client in
            let body = try apple.notification(.consentRevoked, audience: "com.example.app")
            try await client.receiveNotification(body) { notification in
                #expect(client.configuration.clients(withID: notification.audience) == [Self.app])
                #expect(client.configuration.teamID(ofClientID: notification.audience) == FakeApple.teamID)
            }
            #expect(client.configuration.clients(withID: "com.example.other").isEmpty)
            #expect(client.configuration.teamID(ofClientID: "com.example.other") == nil)
            let foreign = try apple.notification(.consentRevoked, audience: "com.example.other")
            let error = await #expect(throws: AppleSignInError.self) {
                try await client.receiveNotification(foreign) { _ in }
            }
            #expect(error?.code == .wrongAudience)
        }
    }
}
