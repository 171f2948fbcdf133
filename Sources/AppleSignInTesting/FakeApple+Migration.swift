import FoundationEssentials
import GroundworkCore
import GroundworkCrypto
import HTTPTypes

extension FakeApple {
    struct Migration {
        struct Transfer {
            let user: FakeAppleUser
            let recipientTeamID: String
            let expiresAt: Int
        }

        /// The team that an access token was given to.
        var tokens: [String: (teamID: String, expiresAt: Int)] = [:]
        /// Users who exist apart from the one of the consent page.
        var users: [String: FakeAppleUser] = [:]
        var transfers: [String: Transfer] = [:]
    }

    /// Lets more users exist, for migrations.
    public func addUsers(_ users: [FakeAppleUser]) {
        state.withLock { state in
            for user in users { state.migration.users[user.subject] = user }
        }
    }

    /// Ends the life of all access tokens for migrations, as Apple may at any time.
    public func expireMigrationTokens() {
        state.withLock { $0.migration.tokens = [:] }
    }

    func migrationToken(_ fields: [String: String]) -> LoopbackResponse {
        guard fields["scope"] == "user.migration" else { return refusal("invalid_scope") }
        guard let teamID = teamID(ofSecretIn: fields) else { return refusal("invalid_client") }
        let token = "m" + Hex.encode(SystemRandom().bytes(24)) + ".0.fake"
        let expiresAt = now + 3600
        state.withLock { $0.migration.tokens[token] = (teamID, expiresAt) }
        return json(.ok, #"{"access_token":"\#(token)","token_type":"Bearer","expires_in":3600}"#)
    }

    /// Both directions: `sub` and `target` from the old team, `transfer_sub` from the new one.
    func migrate(_ head: HTTPRequest, _ body: [UInt8]) -> LoopbackResponse {
        let fields: [String: String]
        switch authenticate(head, body) {
        case .success(let form): fields = form
        case .failure(let refusal): return refusal.response
        }
        let now = self.now
        let bearer = head.headerFields[.authorization].flatMap { $0.hasPrefix("Bearer ") ? $0.dropFirst(7) : nil }
        let entry = bearer.flatMap { token in state.withLock { $0.migration.tokens[String(token)] } }
        guard let entry, entry.teamID == teamID(ofSecretIn: fields), now < entry.expiresAt else {
            return LoopbackResponse(status: .unauthorized)
        }
        if let subject = fields["sub"] {
            guard let target = fields["target"], target.utf8.count == 10, target != entry.teamID,
                let transfer = begin(subject, from: entry.teamID, to: target, now: now)
            else { return refusal("invalid_request") }
            return json(.ok, #"{"transfer_sub":\#(JSONText.quote(transfer))}"#)
        }
        guard let identifier = fields["transfer_sub"],
            let transfer = state.withLock({ $0.migration.transfers[identifier] }),
            transfer.recipientTeamID == entry.teamID, now < transfer.expiresAt
        else { return refusal("invalid_request") }
        let user = Self.migrated(transfer.user, to: entry.teamID)
        let email = user.email.map { #","email":\#(JSONText.quote($0))"# } ?? ""
        return json(
            .ok,
            #"{"sub":\#(JSONText.quote(user.subject))\#(email),"is_private_email":\#(user.isPrivateEmail)}"#
        )
    }

    /// The same user and teams give the same transfer identifier, as with Apple.
    private func begin(_ subject: String, from teamID: String, to target: String, now: Int) -> String? {
        state.withLock { state in
            let known =
                state.behavior.user.subject == subject ? state.behavior.user : state.migration.users[subject]
            guard let user = known else { return nil }
            let identifier = "00" + Self.digest(subject, teamID, target) + ".r"
            if state.migration.transfers[identifier] == nil {
                state.migration.transfers[identifier] = Migration.Transfer(
                    user: user,
                    recipientTeamID: target,
                    expiresAt: now + 60 * 86_400
                )
            }
            return identifier
        }
    }

    /// A user as another team sees them: another identifier, and another relay address.
    static func migrated(_ user: FakeAppleUser, to teamID: String) -> FakeAppleUser {
        var result = user
        let name = digest(user.subject, teamID)
        result.subject = "\(user.subject.prefix(3))999.\(name).0001"
        if user.isPrivateEmail { result.email = "\(name.prefix(10))@privaterelay.appleid.com" }
        return result
    }

    private static func digest(_ parts: String...) -> String {
        let bytes = (try? Digest.hash(.sha256, Array(parts.joined(separator: " ").utf8))) ?? []
        return Hex.encode(Array(bytes.prefix(16)))
    }
}
