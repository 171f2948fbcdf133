public import GroundworkCore

/// What a client logs in with. They are sent through TLS only.
public struct SMTPCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    private enum Base: Sendable {
        case password(Secret<String>)
        case token(@Sendable () async throws -> Secret<String>)
    }

    /// Who logs in.
    public let userName: String
    private let base: Base

    /// A user name with a password or an API key.
    public static func password(userName: String, _ password: Secret<String>) -> SMTPCredentials {
        SMTPCredentials(userName: userName, base: .password(password))
    }

    /// A user name with an OAuth 2 bearer token. `token` is called for each new connection: tokens expire.
    public static func bearerToken(
        userName: String,
        _ token: @escaping @Sendable () async throws -> Secret<String>
    ) -> SMTPCredentials {
        SMTPCredentials(userName: userName, base: .token(token))
    }

    package func login(host: String, port: UInt16) async throws -> SASLLogin {
        switch base {
        case .password(let password):
            SASLLogin(userName: userName, secret: password, isToken: false, host: host, port: port)
        case .token(let token):
            SASLLogin(userName: userName, secret: try await token(), isToken: true, host: host, port: port)
        }
    }

    /// Whether the secret comes from the app's own code, each time.
    var isFetched: Bool { if case .token = base { true } else { false } }

    /// Which kind they are, and neither secret nor user name: with some providers the name is the secret.
    public var description: String { isFetched ? "bearer token (redacted)" : "user name and password (redacted)" }

    /// Without children: `dump` shows no more than ``description``.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
