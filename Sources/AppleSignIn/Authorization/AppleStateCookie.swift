import GroundworkCore
import GroundworkCrypto

/// The cookie that binds a sealed state to the browser.
///
/// It must survive Apple's `form_post`, a POST from another site: `SameSite=Lax` cookies are not sent with that, and
/// `Partitioned` ones neither. So it is `SameSite=None; Secure`, and holds nothing but a random number.
///
/// The session that begins after the sign-in needs none of that: set it with `SameSite=Lax`, as always, and let
/// ``AppleBounce`` bring the browser back to a page where it is sent.
public struct AppleStateCookie: Sendable {
    /// The cookie's name; the prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
    public static let name = "__Host-apple-signin"

    /// The random value.
    public let value: Secret<String>
    /// How long the browser keeps it, in seconds.
    public let maximumAge: Int

    init(value: Secret<String>, maximumAge: Int) {
        self.value = value
        self.maximumAge = maximumAge
    }

    /// The value of the `Set-Cookie` header field that sets it.
    public var setCookie: Secret<String> {
        value.map { "\(Self.name)=\($0); Path=/; Secure; HttpOnly; SameSite=None; Max-Age=\(maximumAge)" }
    }

    /// The value of the `Set-Cookie` header field that removes it after the callback.
    public static let removal = "\(name)=; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=0"

    /// Finds the cookie's value in a `Cookie` header field (RFC 6265, section 4.2.1).
    public static func value(inCookieHeader header: String) -> Secret<String>? {
        value(of: name, inCookieHeader: header)
    }

    static func value(of name: String, inCookieHeader header: String) -> Secret<String>? {
        for pair in header.split(separator: ";", maxSplits: 200) {
            let trimmed = pair.trimmingASCIIWhitespace()
            if trimmed.hasPrefix(name + "=") { return Secret(String(trimmed.dropFirst(name.utf8.count + 1))) }
        }
        return nil
    }

    /// Whether a value can be one that was made here: 256 bits in base64url.
    static func isValue(_ value: Secret<String>) -> Bool {
        value.withValue { $0.utf8.count == 43 && Base64.decodeURL($0)?.count == 32 }
    }

    static func hash(_ value: Secret<String>) -> String? {
        (try? value.withValue { try Digest.hash(.sha256, Array($0.utf8)) }).map { Base64.encodeURL($0) }
    }
}
