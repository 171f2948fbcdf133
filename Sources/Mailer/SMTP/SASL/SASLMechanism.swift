import GroundworkCore

/// A way to log in (RFC 4422). An open set: further ones are values too.
public struct SASLMechanism: Sendable, Hashable, CustomStringConvertible {
    /// The name that servers announce, in capitals.
    public let name: String
    /// Whether it sends a bearer token, not a password.
    package let takesToken: Bool
    private let makeExchange: @Sendable (SASLLogin) throws(SASLError) -> any SASLExchange

    package init(
        _ name: String,
        takesToken: Bool,
        _ makeExchange: @escaping @Sendable (SASLLogin) throws(SASLError) -> any SASLExchange
    ) {
        self.name = name
        self.takesToken = takesToken
        self.makeExchange = makeExchange
    }

    /// User name and password in one message (RFC 4616).
    public static let plain = SASLMechanism("PLAIN", takesToken: false) { login throws(SASLError) in
        try PlainExchange(login)
    }

    /// User name and password one after the other, for servers that know nothing else (draft-murchison-sasl-login).
    public static let login = SASLMechanism("LOGIN", takesToken: false) { login throws(SASLError) in
        LoginExchange(login)
    }

    /// A bearer token as Google and Microsoft take it.
    public static let xoauth2 = SASLMechanism("XOAUTH2", takesToken: true) { login throws(SASLError) in
        try BearerExchange(xoauth2: login)
    }

    /// A bearer token (RFC 7628).
    public static let oauthBearer = SASLMechanism("OAUTHBEARER", takesToken: true) { login throws(SASLError) in
        try BearerExchange(oauthBearer: login)
    }

    package func fits(_ login: SASLLogin) -> Bool { login.isToken == takesToken }

    package func begin(_ login: SASLLogin) throws(SASLError) -> any SASLExchange { try makeExchange(login) }

    /// Mechanisms are equal when their names are.
    public static func == (one: SASLMechanism, other: SASLMechanism) -> Bool { one.name == other.name }

    /// The name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The name.
    public var description: String { name }
}

/// Who logs in, where, and with what.
package struct SASLLogin: Sendable {
    package let userName: String
    package let secret: Secret<String>
    /// Whether the secret is a bearer token.
    package let isToken: Bool
    package let host: String
    package let port: UInt16

    package init(userName: String, secret: Secret<String>, isToken: Bool, host: String, port: UInt16) {
        self.userName = userName
        self.secret = secret
        self.isToken = isToken
        self.host = host
        self.port = port
    }
}

/// One login under way: challenges go in, responses come out.
package protocol SASLExchange: Sendable {
    /// What the client says first, unasked; nil when the server speaks first.
    mutating func initialResponse() -> Secret<[UInt8]>?

    /// The answer to a challenge.
    /// - Throws: ``SASLError`` when the server asks for what the mechanism does not know; the login is cancelled then.
    mutating func response(to challenge: [UInt8]) throws(SASLError) -> Secret<[UInt8]>
}

/// Why a login cannot go on. It never repeats credentials.
package struct SASLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
