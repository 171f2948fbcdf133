import AppleSignIn
import AppleSignInTesting
import GroundworkCore
import Testing

/// What happens when Apple refuses a key.
@Suite struct KeyRollOverTests {
    private static let app = AppleClient.app(bundleID: "com.example.app")
    private static let second = AppleClient.app(bundleID: "com.example.second")

    private func withTwoKeys(
        _ body: (FakeApple, AppleSignInClient, Locked<[AppleSignInWarning]>) async throws -> Void
    ) async throws {
        let apple = try await FakeApple.start()
        let warnings = Locked<[AppleSignInWarning]>([])
        let keys = [try apple.makeKey(keyID: "OLDKEY0001"), try apple.makeKey(keyID: "NEWKEY0001")]
        let client = try AppleSignInClient(
            try AppleSignInConfiguration(
                teams: [AppleTeam(teamID: FakeApple.teamID, keys: keys)],
                clients: [Self.app, Self.second],
                endpoints: apple.endpoints
            ),
            onWarning: { warning in warnings.withLock { $0.append(warning) } }
        )
        do {
            try await body(apple, client, warnings)
            await apple.stop()
        } catch {
            await apple.stop()
            throw error
        }
    }

    private func signIn(_ apple: FakeApple, _ client: AppleSignInClient, _ app: AppleClient) async throws {
        let (code, _) = try apple.nativeSignIn(bundleID: app.clientID, nonce: nil)
        _ = try await client.exchange(code, client: app)
    }

    @Test func theNextKeyIsUsedFromThenOnForAllClientsOfTheTeam() async throws {
        try await withTwoKeys { apple, client, warnings in
            apple.update { $0.revokedKeyIDs = ["OLDKEY0001"] }
            try await signIn(apple, client, Self.app)
            let calls = apple.calls.count
            try await signIn(apple, client, Self.app)
            try await signIn(apple, client, Self.second)
            #expect(apple.calls.count == calls + 2)
            #expect(warnings.withLock { $0.map(\.code) } == [.keyRefused])
            #expect(warnings.withLock { $0[0].message.contains("OLDKEY0001") && $0[0].message.contains("NEWKEY0001") })
            // What is exported now is made with the key that works.
            #expect(try client.secrets.export(for: Self.app).keyID == "NEWKEY0001")
        }
    }

    @Test func aKeyThatIsNotYetThereGivesWayToTheOldOne() async throws {
        try await withTwoKeys { apple, client, _ in
            apple.update { $0.revokedKeyIDs = ["OLDKEY0001"] }
            try await signIn(apple, client, Self.app)
            apple.update { $0.revokedKeyIDs = ["NEWKEY0001"] }
            try await signIn(apple, client, Self.app)
        }
    }

    @Test func eachKeyIsTriedOnce() async throws {
        try await withTwoKeys { apple, client, _ in
            apple.update { $0.revokedKeyIDs = ["OLDKEY0001", "NEWKEY0001"] }
            let error = await #expect(throws: AppleSignInError.self) { try await signIn(apple, client, Self.app) }
            #expect(error?.code == .invalidClient)
            #expect(error?.cause == .clientSecretRefused)
            #expect(apple.calls.filter { $0 == "/auth/token" }.count == 2)
            apple.update { $0.revokedKeyIDs = [] }
            try await signIn(apple, client, Self.app)
        }
    }

    @Test func manyTasksThatAreRefusedAtOnceAllSucceed() async throws {
        try await withTwoKeys { apple, client, _ in
            apple.update { $0.revokedKeyIDs = ["OLDKEY0001"] }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await signIn(apple, client, Self.app) } }
                try await group.waitForAll()
            }
            #expect(apple.calls.count <= 40)
        }
    }
}
