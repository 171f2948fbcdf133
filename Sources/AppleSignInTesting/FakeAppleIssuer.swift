import FoundationEssentials
public import GroundworkCore
import GroundworkCrypto

/// The half of a fake Apple that signs: RSA keys, their public set, and tokens. Its tokens verify like Apple's, with
/// the library's one verifier.
public final class FakeAppleIssuer: Sendable {
    private struct Key {
        let id: String
        let key: RSAPrivateKey
        var isPublished = true
    }

    /// The `iss` of its tokens.
    public let issuer: String
    private let keys: Locked<[Key]>
    private let time: any TimeSource

    /// Made once for the process: a key takes a noticeable part of a second.
    private static let firstKey = Result { try RSAPrivateKey() }

    /// Makes an issuer with one key of 2048 bits, the same for all issuers of a process until one rotates.
    /// - Throws: an error of the cryptographic library.
    public init(issuer: String, time: any TimeSource = SystemTime()) throws {
        self.issuer = issuer
        self.time = time
        keys = Locked([Key(id: "FAKE000001", key: try Self.firstKey.get())])
    }

    /// The name of the key that signs now.
    public var currentKeyID: String { keys.withLock { $0.last?.id ?? "" } }

    /// Signs with a fresh key from now on, as Apple does without notice.
    /// - Parameter withdrawsOld: whether the old keys vanish from the published set.
    public func rotateKeys(withdrawsOld: Bool = false) throws {
        let fresh = try RSAPrivateKey()
        keys.withLock { keys in
            if withdrawsOld { for index in keys.indices { keys[index].isPublished = false } }
            let number = String(keys.count + 1)
            keys.append(
                Key(id: "FAKE" + String(repeating: "0", count: max(0, 6 - number.utf8.count)) + number, key: fresh)
            )
        }
    }

    /// The published keys as JSON (RFC 7517).
    public var keySet: [UInt8] {
        let entries = keys.withLock { $0 }.filter(\.isPublished).map { key in
            #"{"kty":"RSA","kid":"\#(key.id)","use":"sig","alg":"RS256","n":"\#(Base64.encodeURL(key.key.modulus))","#
                + #""e":"\#(Base64.encodeURL(key.key.exponent))"}"#
        }
        return Array(#"{"keys":[\#(entries.joined(separator: ","))]}"#.utf8)
    }

    /// Signs a payload as it stands, for tests of what a verifier must refuse too.
    /// - Parameters:
    ///   - payload: JSON.
    ///   - header: JSON; nil makes the header that Apple sends.
    public func sign(payload: String, header: String? = nil) throws -> String {
        guard let key = keys.withLock({ $0.last }) else { return "" }
        let header = header ?? #"{"kid":"\#(key.id)","alg":"RS256"}"#
        let signed = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(Array(payload.utf8))
        return signed + "." + Base64.encodeURL(try key.key.sign(Array(signed.utf8)))
    }

    /// An identity token.
    /// - Parameters:
    ///   - user: who signs in.
    ///   - audience: the bundle or Services ID.
    ///   - nonce: the claim as it is to stand there: raw on the web, SHA-256 in hexadecimal from apps.
    ///   - lifetime: in seconds.
    ///   - stringBooleans: whether booleans are texts.
    ///   - clockOffset: how far the clock is ahead, in seconds.
    ///   - extra: further members of the payload as JSON, such as `"transfer_sub":"…"`.
    public func identityToken(
        for user: FakeAppleUser,
        audience: String,
        nonce: String? = nil,
        lifetime: Int = 86_400,
        stringBooleans: Bool = false,
        clockOffset: Int = 0,
        extra: [String] = []
    ) throws -> String {
        let now = Int(time.now.timeIntervalSince1970) + clockOffset
        func flag(_ value: Bool) -> String { stringBooleans ? "\"\(value)\"" : "\(value)" }
        var members = [
            #""iss":\#(JSONText.quote(issuer))"#, #""aud":\#(JSONText.quote(audience))"#, #""exp":\#(now + lifetime)"#,
            #""iat":\#(now)"#, #""sub":\#(JSONText.quote(user.subject))"#, #""auth_time":\#(now)"#,
            #""nonce_supported":true"#,
        ]
        if let nonce { members.append(#""nonce":\#(JSONText.quote(nonce))"#) }
        if let email = user.email {
            members.append(#""email":\#(JSONText.quote(email)),"email_verified":\#(flag(true))"#)
            if user.isPrivateEmail { members.append(#""is_private_email":\#(flag(true))"#) }
        }
        if let transfer = user.transferSubject { members.append(#""transfer_sub":\#(JSONText.quote(transfer))"#) }
        return try sign(payload: "{" + (members + extra).joined(separator: ",") + "}")
    }

    /// The body of a notification as Apple posts it: the events are the text of one object, its time in milliseconds.
    public func notification(
        _ kind: AppleNotification.Kind,
        about user: FakeAppleUser,
        audience: String,
        id: String? = nil
    ) throws -> [UInt8] {
        let now = Int(time.now.timeIntervalSince1970)
        var event =
            #"{"type":\#(JSONText.quote(kind.rawValue)),"sub":\#(JSONText.quote(user.subject)),"event_time":\#(now)000"#
        if kind == .emailDisabled || kind == .emailEnabled, let email = user.email {
            event += #","email":\#(JSONText.quote(email)),"is_private_email":"\#(user.isPrivateEmail)""#
        }
        event += "}"
        let payload =
            #"{"iss":\#(JSONText.quote(issuer)),"aud":\#(JSONText.quote(audience)),"iat":\#(now),"exp":\#(now + 86_400),"#
            + #""jti":\#(JSONText.quote(id ?? Hex.encode(SystemRandom().bytes(16)))),"events":\#(JSONText.quote(event))}"#
        return Array(#"{"payload":"\#(try sign(payload: payload))"}"#.utf8)
    }
}
