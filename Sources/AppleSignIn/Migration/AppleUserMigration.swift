import FoundationEssentials
import GroundworkCore

/// Moves users from one team to another, from either side.
///
/// The old team asks for a transfer identifier of each user and hands the list over; the new team turns each into the
/// user's identifier in its own team. (Apple, "Transferring your apps and users to another team" and "Bringing new apps
/// and users into your team".)
///
///     let migration = apple.migration(for: app, try AppleTeamTransfer(recipientTeamID: "NEWTEAM001"))
///     let report = try await migration.exportUsers(subjects) { result in try await table.save(result) }
public struct AppleUserMigration: Sendable {
    /// The app that moves, or a service of its group.
    public let client: AppleClient
    /// The transfer.
    public let transfer: AppleTeamTransfer
    let apple: AppleSignInClient
    private let token: MigrationToken

    init(apple: AppleSignInClient, client: AppleClient, transfer: AppleTeamTransfer) {
        self.apple = apple
        self.client = client
        self.transfer = transfer
        token = MigrationToken(apple: apple, client: client)
    }

    /// For the old team: the transfer identifier of one of its users.
    /// - Parameter subject: the identifier in the old team.
    /// - Throws: ``AppleSignInError``, `migrationClosed` after 60 days; `CancellationError`.
    public func transferSubject(of subject: String) async throws -> String {
        let body = try await post([("sub", subject), ("target", transfer.recipientTeamID)])
        return try Self.read(body) { body throws(JSONError) in try AppleMigratedUser.transferSubject(parsing: body) }
    }

    /// For the new team: the user behind a transfer identifier, which comes from the old team's list or stands as
    /// ``AppleIdentity/transferSubject`` in the identity tokens of these 60 days.
    /// - Throws: ``AppleSignInError``, `migrationClosed` after 60 days; `CancellationError`.
    public func user(ofTransferSubject transferSubject: String) async throws -> AppleMigratedUser {
        let body = try await post([("transfer_sub", transferSubject)])
        return try Self.read(body) { body throws(JSONError) in try AppleMigratedUser(parsing: body) }
    }

    private func post(_ fields: [(String, String)]) async throws -> [UInt8] {
        try transfer.checkOpen(at: apple.time.now)
        var isSecondTry = false
        while true {
            let bearer = try await token.value()
            do {
                return try await TokenEndpoint(apple).post(
                    to: apple.configuration.endpoints.userMigration,
                    fields,
                    client: client,
                    isRepeatable: true,
                    bearer: bearer
                )
            } catch let error as AppleSignInError where error.httpStatus == 401 && !isSecondTry {
                // The access token has died before its time.
                isSecondTry = true
                await token.forget(bearer)
            }
        }
    }

    private static func read<Value>(
        _ body: [UInt8],
        _ parse: ([UInt8]) throws(JSONError) -> Value
    ) throws(AppleSignInError) -> Value {
        do {
            return try parse(body)
        } catch {
            throw AppleSignInError(
                .unexpectedAnswer,
                "Apple's answer about the migration of a user cannot be read: \(error)",
                httpStatus: 200
            )
        }
    }
}

extension AppleSignInClient {
    /// Moves the users of an app, from its old team or into its new one: the side is that of the client's team.
    public func migration(for client: AppleClient, _ transfer: AppleTeamTransfer) -> AppleUserMigration {
        AppleUserMigration(apple: self, client: client, transfer: transfer)
    }
}

/// The access token for migrations: fetched once for all tasks, and again before it dies.
private actor MigrationToken {
    private let apple: AppleSignInClient
    private let client: AppleClient
    private var current: (token: Secret<String>, until: Date)?
    private var fetching: Task<AppleTokens, any Error>?

    init(apple: AppleSignInClient, client: AppleClient) {
        self.apple = apple
        self.client = client
    }

    func value() async throws -> Secret<String> {
        if let current, apple.time.now < current.until { return current.token }
        let task = fetching ?? Task { [apple, client] in try await apple.migrationTokens(for: client) }
        fetching = task
        // Bounded by the client's timeout: others may wait for the same answer, so nobody's end ends it.
        let result = await task.result
        if fetching == task { fetching = nil }
        let tokens = try result.get()
        let lifetime = max(tokens.expiresIn.seconds - 60, 0)
        current = (tokens.accessToken, apple.time.now.addingTimeInterval(lifetime))
        try Task.checkCancellation()
        return tokens.accessToken
    }

    func forget(_ token: Secret<String>) {
        if current?.token == token { current = nil }
    }
}
