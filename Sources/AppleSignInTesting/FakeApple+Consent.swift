import GroundworkCore
import HTTPTypes

extension FakeApple {
    /// Answers the consent page of an authorization URL as the user, without a browser.
    /// - Parameters:
    ///   - url: of `AppleSignInClient.authorization(for:_:)`.
    ///   - agrees: whether the user agrees or cancels.
    /// - Returns: what Apple sends to the redirect URI: the body of its POST, or the query of its GET.
    /// - Throws: ``FakeAppleError`` for a request that Apple would refuse.
    public func consent(to url: String, agrees: Bool = true) throws -> [UInt8] {
        guard url.hasPrefix(endpoints.authorize + "?") else {
            throw FakeAppleError("The URL does not lead to this Apple's authorization page.")
        }
        let query = Array(url.utf8.dropFirst(endpoints.authorize.utf8.count + 1))
        return FakeForm.encode(try outcome(of: try AuthorizationForm(query), agrees: agrees))
    }

    func consentPage(_ query: [UInt8]) -> LoopbackResponse {
        let form: AuthorizationForm
        do { form = try AuthorizationForm(query) } catch {
            return Self.html("<p>\(FakeForm.escape("\(error)"))</p>", status: .badRequest)
        }
        let user = state.withLock { $0.behavior.user }
        let fields = form.fields.sorted { $0.key < $1.key }.map {
            "<input type=hidden name=\"\(FakeForm.escape($0.key))\" value=\"\(FakeForm.escape($0.value))\">"
        }
        let account = FakeForm.escape(user.email ?? user.subject)
        return Self.html(
            """
            <meta name=viewport content="width=device-width, initial-scale=1"><style>\(Self.style)</style>
            <main><p class=mark>Fake Apple</p><h1>Do you want to continue to<br><b>\(FakeForm.escape(form.clientID))</b>?</h1>
            <p>as \(FakeForm.escape(user.givenName)) \(FakeForm.escape(user.familyName))<br><b>\(account)</b></p>
            <form method=post action="/fake/consent">\(fields.joined())
            <button id=agree name=fake_answer value=yes>Continue</button>
            <button id=cancel name=fake_answer value=no>Cancel</button></form>
            <p class=note>A stand-in for tests. Nothing here comes from Apple.</p></main>
            """
        )
    }

    private static let style = """
        :root{color-scheme:light dark}body{font:17px/1.45 -apple-system,Inter,system-ui,sans-serif;margin:0;background:Canvas;color:CanvasText}
        main{max-width:22rem;margin:8vh auto;padding:2rem;border:1px solid #8884;border-radius:1.25rem;text-align:center}
        h1{font-size:1.35rem;font-weight:500;margin:.5rem 0 1.25rem}.mark{font-weight:600;letter-spacing:.04em;color:#888;margin:0}
        button{font:inherit;font-weight:600;display:block;width:100%;padding:.75rem;margin:.7rem 0;border-radius:.8rem;
        border:1px solid #8886;background:transparent;color:inherit}#agree{background:#0071e3;border-color:#0071e3;color:#fff}
        .note{font-size:.8rem;color:#888;margin:1.25rem 0 0}
        """

    func answerConsent(_ body: [UInt8]) -> LoopbackResponse {
        guard var fields = FakeForm.decode(body), let answer = fields.removeValue(forKey: "fake_answer") else {
            return Self.html("<p>Not the form of the consent page.</p>", status: .badRequest)
        }
        do {
            let form = try AuthorizationForm(FakeForm.encode(fields.map { ($0.key, $0.value) }))
            let outcome = try self.outcome(of: form, agrees: answer == "yes")
            if form.mode == "form_post" {
                let inputs = outcome.map {
                    "<input type=hidden name=\"\(FakeForm.escape($0.0))\" value=\"\(FakeForm.escape($0.1))\">"
                }
                return Self.html(
                    "<body onload=\"document.forms[0].submit()\"><form method=post action=\"\(FakeForm.escape(form.redirectURI))\">"
                        + inputs.joined() + "<noscript><button>Continue</button></noscript></form>"
                )
            }
            let mark = form.mode == "fragment" ? "#" : form.redirectURI.contains("?") ? "&" : "?"
            let location = form.redirectURI + mark + String(decoding: FakeForm.encode(outcome), as: UTF8.self)
            return LoopbackResponse(status: .found, headerFields: [.location: location])
        } catch {
            return Self.html("<p>\(FakeForm.escape("\(error)"))</p>", status: .badRequest)
        }
    }

    private func outcome(of form: AuthorizationForm, agrees: Bool) throws -> [(String, String)] {
        var result: [(String, String)] = []
        if let state = form.fields["state"] { result.append(("state", state)) }
        guard agrees else { return result + [("error", "user_cancelled_authorize")] }
        if let error = state.withLock({ $0.behavior.consentError }) { return result + [("error", error)] }
        let code = issueCode(
            clientID: form.clientID,
            redirectURI: form.redirectURI,
            challenge: form.fields["code_challenge"],
            nonce: form.fields["nonce"]
        )
        result.append(("code", code))
        let behavior = state.withLock { $0.behavior }
        if form.wantsIdentityToken {
            result.append(
                (
                    "id_token",
                    try issuer.identityToken(
                        for: behavior.user,
                        audience: form.clientID,
                        nonce: form.fields["nonce"],
                        stringBooleans: behavior.stringBooleans,
                        clockOffset: behavior.clockOffset,
                        extra: [#""c_hash":"\#(try AuthorizationForm.hash(code))""#]
                    )
                )
            )
        }
        let isFirst = state.withLock { $0.consents.insert("\(behavior.user.subject) \(form.clientID)").inserted }
        if isFirst, form.scopes.contains("name") {
            let user = behavior.user
            let email =
                form.scopes.contains("email") ? user.email.map { #","email":\#(JSONText.quote($0))"# } ?? "" : ""
            result.append(
                (
                    "user",
                    #"{"name":{"firstName":\#(JSONText.quote(user.givenName)),"lastName":\#(JSONText.quote(user.familyName))}\#(email)}"#
                )
            )
        }
        return result
    }
}

/// Why the fake refuses something that Apple would refuse.
public struct FakeAppleError: Error, Sendable, CustomStringConvertible {
    /// The reason in a sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
