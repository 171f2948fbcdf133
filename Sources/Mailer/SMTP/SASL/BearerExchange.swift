import GroundworkCore

/// A bearer token in one message. A server that refuses it explains why in a challenge, which has a set answer; the
/// refusal follows.
struct BearerExchange: SASLExchange {
    private let message: Secret<[UInt8]>
    private let acknowledgement: [UInt8]
    private var isRefused = false

    /// XOAUTH2, as Google documents it.
    init(xoauth2 login: SASLLogin) throws(SASLError) {
        try Self.check(login)
        message = login.secret.map { token in
            Array("user=\(login.userName)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)
        }
        acknowledgement = []
    }

    /// OAUTHBEARER (RFC 7628, section 3.1), with the header of GS2 (RFC 5801, section 4).
    init(oauthBearer login: SASLLogin) throws(SASLError) {
        try Self.check(login)
        let name = login.userName.replacing(ascii: "=", with: "=3D").replacing(ascii: ",", with: "=2C")
        message = login.secret.map { token in
            let place = "host=\(login.host)\u{1}port=\(login.port)"
            return Array("n,a=\(name),\u{1}\(place)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)
        }
        acknowledgement = [1]
    }

    mutating func initialResponse() -> Secret<[UInt8]>? { message }

    mutating func response(to challenge: [UInt8]) throws(SASLError) -> Secret<[UInt8]> {
        guard !isRefused else { throw SASLError("The server asks on after it has refused the token.") }
        isRefused = true
        return Secret(acknowledgement)
    }

    /// The fields are set apart by control characters: none may have one.
    private static func check(_ login: SASLLogin) throws(SASLError) {
        let isClean = { (text: String) in text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
        guard isClean(login.userName), login.secret.withValue({ isClean($0) }) else {
            throw SASLError("The user name or the token has a control character.")
        }
    }
}
