import AppleSignIn
import FoundationEssentials

/// Users and sessions, in memory. A program of yours has a database here.
actor Accounts {
    struct Account: Sendable {
        var subject: String
        var email: String?
        var givenName: String?
        var familyName: String?
        var grants: [AppleGrant]
        var basket: String?

        var name: String {
            let parts = [givenName, familyName].compactMap { $0 }
            return parts.isEmpty ? email ?? "you" : parts.joined(separator: " ")
        }
    }

    private var accounts: [String: Account] = [:]
    private var sessions: [String: String] = [:]
    private var pendingRevocations: [AppleGrant] = []

    /// Keeps who signed in. The name comes once in a lifetime, so it is kept before anything else.
    func signIn(_ session: AppleSignInSession, client: AppleClient, basket: String?) -> String {
        let subject = session.identity.subject
        var account = accounts[subject] ?? Account(subject: subject, grants: [])
        account.givenName = session.firstLogin?.givenName ?? account.givenName
        account.familyName = session.firstLogin?.familyName ?? account.familyName
        account.email = session.identity.email ?? account.email
        account.basket = basket ?? account.basket
        if let token = session.tokens.refreshToken { account.grants.append(.refreshToken(token, client: client)) }
        accounts[subject] = account
        let token = Self.randomToken()
        sessions[token] = subject
        return token
    }

    func account(of session: String?) -> Account? { session.flatMap { sessions[$0] }.flatMap { accounts[$0] } }

    func signOut(_ session: String?) { if let session { sessions[session] = nil } }

    /// Ends all sessions of a user.
    func endSessions(of subject: String) { sessions = sessions.filter { $0.value != subject } }

    func delete(_ subject: String) {
        endSessions(of: subject)
        accounts[subject] = nil
    }

    /// What Apple could not revoke yet; a job of yours passes it to `deleteAccount(_:)` again.
    func keep(pending grants: [AppleGrant]) { pendingRevocations += grants }

    func update(_ notification: AppleNotification) {
        switch notification.kind {
        case .accountDeleted: delete(notification.subject)
        case .consentRevoked: endSessions(of: notification.subject)
        default: break
        }
    }

    static func randomToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
