import FoundationEssentials
import GroundworkCore

/// Takes the browser from Apple's POST to a GET of your own site, where the session's cookie is sent again.
///
/// Apple posts the callback from its own site, and browsers leave out `SameSite=Lax` cookies there: whoever is signed
/// in already seems a stranger, and what the session remembers of the sign-in is gone. So the POST is answered with a
/// page that leads on to ``finishPath``. What Apple posted goes along encrypted, for a minute, for one use and for this
/// browser only: neither code nor token stands in a URL, and a copied URL is worth nothing elsewhere.
///
///     let bounce = try apple.bounce(to: "/auth/apple/finish")
///     // POST /auth/apple/callback
///     let answer = try bounce.answer(toFormBody: body)
///     // GET /auth/apple/finish
///     let callback = try await bounce.callback(query: query, cookieHeader: cookies)
///     let result = try await apple.finish(callback, cookie: AppleStateCookie.value(inCookieHeader: cookies))
public struct AppleBounce: Sendable {
    /// How the browser is sent on. The set is open.
    public struct Style: Sendable, Hashable {
        enum Base: Hashable { case page, redirect }
        let base: Base
        /// A page that leads on by itself, and by a link: from there even `SameSite=Strict` cookies are sent.
        public static let page = Style(base: .page)
        /// A redirect (303): enough for `SameSite=Lax`.
        public static let redirect = Style(base: .redirect)
    }

    /// The cookie that binds the URL to the browser, `SameSite=Lax`.
    public static let cookieName = "__Host-apple-bounce"
    /// The field of the query that holds what Apple posted.
    public static let queryName = "apple"

    /// Where the browser is sent to.
    public let finishPath: AppleLocalPath
    /// How it is sent there.
    public var style = Style.page
    /// How long the browser may take, one minute by default; held to between a second and a day.
    public var lifetime: Duration = .seconds(60)
    private let sealer: AppleStateSealer
    private let replayStore: any AppleReplayStore

    private static let purpose = Array("groundwork apple bounce 1".utf8)
    /// Servers and proxies commonly take 8 KiB for the first line of a request.
    private static let maximumLength = 7 * 1024

    init(finishPath: AppleLocalPath, sealer: AppleStateSealer, replayStore: any AppleReplayStore) {
        self.finishPath = finishPath
        self.sealer = sealer
        self.replayStore = replayStore
    }

    /// The answer to Apple's POST.
    /// - Parameter body: the body of the POST.
    /// - Throws: ``AppleSignInError`` with `malformedCallback` for a body that Apple does not post.
    public func answer(toFormBody body: [UInt8]) throws -> AppleHTTPAnswer {
        _ = try AppleCallback(formBody: body)
        let value = Secret(AppleSignInClient.token())
        let form = FormCoding.encode(try AppleCallback.knownFields(of: body))
        let sealed = try sealer.seal(
            [
                String(decoding: form, as: UTF8.self), AppleStateCookie.hash(value) ?? "", finishPath.rawValue,
                AppleSignInClient.token(), String(sealer.expiry(after: lifetime)),
            ],
            purpose: Self.purpose
        )
        guard sealed.utf8.count <= Self.maximumLength else {
            throw AppleCallback.malformed("it is too long to travel in a URL; finish it in the POST")
        }
        return BouncePage.answer(
            location: "\(finishPath.rawValue)?\(Self.queryName)=\(sealed)",
            cookie: value.withValue {
                "\(Self.cookieName)=\($0); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=\(AppleStateSealer.seconds(lifetime))"
            },
            style: style
        )
    }

    /// What Apple posted, on the page where the browser arrives. Good once.
    /// - Parameters:
    ///   - query: the query of the GET, without its question mark.
    ///   - cookieHeader: the request's field `Cookie`; empty when it has none.
    /// - Throws: ``AppleSignInError`` with `wrongState` for a URL that is altered, expired, used before, sealed with
    ///   another key, or from another browser.
    public func callback(query: String, cookieHeader: String) async throws -> AppleCallback {
        let fields = try? FormCoding.decode(Array(query.utf8), maximumBytes: Self.maximumLength + 1024)
        guard let sealed = fields?[Self.queryName],
            let contents = sealer.open(sealed, purpose: Self.purpose, maximumLength: Self.maximumLength),
            contents.count == 5, contents[2] == finishPath.rawValue, let expiresAt = Int(contents[4])
        else { throw Self.wrong("The page was not reached from Apple's callback; sign in again.") }
        guard sealer.isAlive(until: expiresAt, lifetime: lifetime) else {
            throw Self.wrong("The way back from Apple took too long; sign in again.")
        }
        guard let cookie = AppleStateCookie.value(of: Self.cookieName, inCookieHeader: cookieHeader),
            let hash = AppleStateCookie.hash(cookie), ConstantTime.equal(hash.utf8, contents[1].utf8)
        else { throw Self.wrong("The page belongs to the callback of another browser; sign in again.") }
        let expiry = Date(timeIntervalSince1970: Double(expiresAt))
        guard try await replayStore.claim("bounce:\(contents[3])", until: expiry) else {
            throw Self.wrong("The page was opened before; sign in again.")
        }
        return try AppleCallback(formBody: Array(contents[0].utf8))
    }

    /// The value of the `Set-Cookie` header field that removes the cookie on the page where the browser arrives.
    public static let cookieRemoval = "\(cookieName)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"

    private static func wrong(_ message: String) -> AppleSignInError { AppleSignInError(.wrongState, message) }
}

extension AppleSignInClient {
    /// A bounce that is encrypted with the key of the ``stateSealer`` and made good for one use by the ``replayStore``.
    /// - Parameter path: where the browser is sent to; a path of your site without a query.
    /// - Throws: ``AppleSignInError`` without a sealer, or for a path that could lead elsewhere.
    public func bounce(to path: String) throws(AppleSignInError) -> AppleBounce {
        guard let path = AppleLocalPath(path), !path.hasQueryOrFragment else {
            throw AppleSignInError(
                .invalidConfiguration,
                "The bounce leads to a path of your own site without a query, such as /auth/apple/finish."
            )
        }
        guard let stateSealer else {
            throw AppleSignInError(.invalidConfiguration, "The bounce needs a key: give the client a state sealer.")
        }
        return AppleBounce(finishPath: path, sealer: stateSealer, replayStore: replayStore)
    }
}
