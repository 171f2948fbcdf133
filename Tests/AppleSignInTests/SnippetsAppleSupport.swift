import AppleSignIn
import FoundationEssentials
import GroundworkCore

// What the programs of readers bring, for the examples of the guides. Nothing here runs.

struct ExitWithFailure: Error {}

struct Request {
    let query: [String: String]
    let queryString: String
    let cookieHeader: String
    let body: [UInt8]
}

struct Response {
    var status = 200
    var location: String?
    var cookie: Secret<String>?

    init(status: Int, location: String, cookie: Secret<String>? = nil) {
        self.status = status
        self.location = location
        self.cookie = cookie
    }

    init(_ answer: AppleHTTPAnswer) { status = answer.body.utf8.count }
}

struct NativeRequest {
    let identityToken: String
    let authorizationCode: Secret<String>
}

struct User {
    let refreshToken: Secret<String>
    let lastValidated: Date?
    let grants: [AppleGrant]
}

struct Answer {
    var note: String?
}

struct Users {
    func save(_ subject: String, name: AppleFirstLogin?) async throws {}
    func keep(_ token: Secret<String>?, for subject: String) async throws {}
    func markValidated(_ user: User) async throws {}
    func endSessions(of user: User) async throws {}
    func endSessions(of subject: String) async throws {}
    func delete(_ subject: String) async throws {}
    func setRelay(_ notification: AppleNotification) async throws {}
    func deleteData(of user: User) async throws {}
    func deleteTokens(of user: User) async throws {}
    func find(transferSubject: String) async throws -> User? { nil }
    func rename(_ user: User, to subject: String) async throws {}
    func findOrCreate(_ subject: String, email: String?) async throws -> User? { nil }
}

struct Revocations {
    func keep(_ grants: [AppleGrant]) async throws {}
}

struct TransferTable {
    func save(_ identifier: String, for subject: String) async throws {}
    func save(_ result: AppleMigrationResult<String>) async throws {}
    func save(_ subject: String, _ email: String?, transferredAs identifier: String) async throws {}
}

struct SnippetLogger {
    func warning(_ text: String) {}
}
