import AppleSignIn
import AppleSignInTesting
import FoundationEssentials
import GroundworkCore
import Testing

@Suite struct UserMigrationTests {
    private static let app = AppleClient.app(bundleID: "com.example.app")
    private static let newTeam = "NEWTEAM001"

    /// A fake Apple, the old team's client and the new team's.
    private func withTeams(
        time: any TimeSource = SystemTime(),
        _ body: (FakeApple, _ old: AppleSignInClient, _ new: AppleSignInClient) async throws -> Void
    ) async throws {
        let apple = try await FakeApple.start(time: time)
        let key = try apple.makeKey(keyID: "NEWKEY0001", teamID: Self.newTeam)
        var old = try AppleSignInClient(try apple.configuration(clients: [Self.app]), time: time)
        var new = try AppleSignInClient(
            AppleSignInConfiguration(
                teams: [AppleTeam(teamID: Self.newTeam, keys: [key])],
                clients: [Self.app],
                endpoints: apple.endpoints
            ),
            time: time
        )
        old.timeout = .milliseconds(500)
        new.timeout = .milliseconds(500)
        do {
            try await body(apple, old, new)
            await apple.stop()
        } catch {
            await apple.stop()
            throw error
        }
    }

    private func users(_ count: Int) -> [FakeAppleUser] {
        (0..<count).map { number in
            FakeAppleUser(
                subject: "00\(number).user",
                email: "u\(number)@privaterelay.appleid.com",
                isPrivateEmail: true
            )
        }
    }

    @Test func aUserArrivesInTheNewTeam() async throws {
        try await withTeams { apple, old, new in
            apple.addUsers(users(1))
            let transfer = try AppleTeamTransfer(recipientTeamID: Self.newTeam, acceptedAt: Date.now)
            let identifier = try await old.migration(for: Self.app, transfer).transferSubject(of: "000.user")
            let user = try await new.migration(for: Self.app, transfer).user(ofTransferSubject: identifier)
            #expect(user.subject != "000.user")
            #expect(user.isPrivateEmail == true)
            #expect(user.email != "u0@privaterelay.appleid.com")
            let email = try #require(user.email)
            #expect(ApplePrivateRelay.isRelayAddress(email))
        }
    }

    @Test func theAccessTokenIsFetchedOnceAndAgainWhenItDies() async throws {
        try await withTeams { apple, old, _ in
            apple.addUsers(users(6))
            let migration = old.migration(for: Self.app, try AppleTeamTransfer(recipientTeamID: Self.newTeam))
            let report = try await migration.exportUsers(users(5).map(\.subject)) { _ in }
            #expect(report.done == 5 && report.isComplete)
            #expect(apple.calls.filter { $0 == "/auth/token" }.count == 1)
            apple.expireMigrationTokens()
            _ = try await migration.transferSubject(of: "005.user")
            #expect(apple.calls.filter { $0 == "/auth/token" }.count == 2)
        }
    }

    @Test func aBatchTellsOfEachUser() async throws {
        try await withTeams { apple, old, new in
            apple.addUsers(users(12))
            let transfer = try AppleTeamTransfer(recipientTeamID: Self.newTeam)
            let subjects = users(12).map(\.subject) + ["nobody", "000.user"]
            var moved: [String: String] = [:]
            let report = try await old.migration(for: Self.app, transfer).exportUsers(subjects) { result in
                if case .success(let identifier) = result.result { moved[result.identifier] = identifier }
            }
            #expect(report.done == 12)
            #expect("\(report)" == "12 done, 1 refused, 0 remaining")
            #expect(!String(reflecting: report).contains("nobody"))
            #expect(report.refused == ["nobody"])
            #expect(report.remaining.isEmpty)
            #expect(moved.count == 12)
            var arrived: [String: AppleMigratedUser] = [:]
            let arrival = try await new.migration(for: Self.app, transfer).importUsers(Array(moved.values)) { result in
                arrived[result.identifier] = try result.result.get()
            }
            #expect(arrival.done == 12)
            let printed = arrived.values.map { "\($0) \(String(reflecting: $0))" }.joined()
            #expect(!printed.contains("privaterelay"))
            #expect(Set(arrived.values.map(\.subject)).count == 12)
        }
    }

    @Test func anOutageEndsABatchEarlyAndNamesTheRest() async throws {
        try await withTeams { apple, old, _ in
            apple.addUsers(users(40))
            var patient = old
            patient.timeout = .milliseconds(60)
            let migration = patient.migration(for: Self.app, try AppleTeamTransfer(recipientTeamID: Self.newTeam))
            _ = try await migration.transferSubject(of: "000.user")
            apple.update { $0.outage = .status(503) }
            let report = try await migration.exportUsers(users(40).map(\.subject)) { _ in }
            #expect(report.done == 0)
            #expect(report.remaining.count == 40)
            apple.update { $0.outage = nil }
            let again = try await old.migration(for: Self.app, migration.transfer).exportUsers(report.remaining) { _ in
            }
            #expect(again.done == 40)
        }
    }

    @Test func whatConcernsAllEndsTheBatchWithAnError() async throws {
        try await withTeams { apple, old, _ in
            apple.addUsers(users(3))
            let migration = old.migration(for: Self.app, try AppleTeamTransfer(recipientTeamID: Self.newTeam))
            apple.update { $0.revokedKeyIDs = [FakeApple.keyID] }
            let error = await #expect(throws: AppleSignInError.self) {
                _ = try await migration.exportUsers(users(3).map(\.subject)) { _ in }
            }
            #expect(error?.code == .invalidClient)
        }
    }

    @Test func whatTheStoreThrowsEndsTheBatch() async throws {
        try await withTeams { apple, old, _ in
            apple.addUsers(users(3))
            let migration = old.migration(for: Self.app, try AppleTeamTransfer(recipientTeamID: Self.newTeam))
            await #expect(throws: FakeFailure.self) {
                _ = try await migration.exportUsers(users(3).map(\.subject)) { _ in throw FakeFailure() }
            }
        }
    }

    private struct FakeFailure: Error {}

    @Test func onlyTheRecipientCanTakeAUser() async throws {
        try await withTeams { apple, old, _ in
            apple.addUsers(users(1))
            let transfer = try AppleTeamTransfer(recipientTeamID: Self.newTeam)
            let migration = old.migration(for: Self.app, transfer)
            let identifier = try await migration.transferSubject(of: "000.user")
            let error = await #expect(throws: AppleSignInError.self) {
                try await migration.user(ofTransferSubject: identifier)
            }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test func afterSixtyDaysNobodyIsAskedAbout() async throws {
        let time = ManualTime()
        try await withTeams(time: time) { apple, old, _ in
            let transfer = try AppleTeamTransfer(recipientTeamID: Self.newTeam, acceptedAt: time.now)
            #expect(transfer.deadline == time.now.addingTimeInterval(60 * 86_400))
            await time.advance(by: .seconds(60 * 86_400))
            let error = await #expect(throws: AppleSignInError.self) {
                try await old.migration(for: Self.app, transfer).transferSubject(of: "000.user")
            }
            #expect(error?.code == .migrationClosed)
            #expect(apple.calls.isEmpty)
        }
    }

    @Test func aTeamIDIsChecked() {
        let error = #expect(throws: AppleSignInError.self) { try AppleTeamTransfer(recipientTeamID: "team") }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func identityTokensTellOfTheOldTeamMeanwhile() async throws {
        try await withTeams { apple, _, new in
            apple.update { $0.user.transferSubject = "001.old.r" }
            let (_, token) = try apple.nativeSignIn(bundleID: "com.example.app", nonce: nil)
            let identity = try await new.verify(token, nonce: .none(reason: "the test sent none"))
            #expect(identity.transferSubject == "001.old.r")
        }
    }
}
