import AppleSignIn
import GroundworkCore
import Testing

@Suite struct AppleAndroidRedirectTests {
    private func redirect() throws -> AppleAndroidRedirect {
        try AppleAndroidRedirect(packages: ["com.example.Kapp", "com.example.two"])
    }

    @Test func theCallbackGoesToTheListedPackage() throws {
        let url = try redirect().url(forFormBody: Array("code=c.0&state=s+%26&x=y".utf8), package: "com.example.two")
        #expect(
            url == "intent://callback?code=c.0&state=s%20%26#Intent;package=com.example.two;scheme=signinwithapple;end"
        )
    }

    /// A fragment in a field would end the URL early and name another app.
    @Test(arguments: ["code", "state", "id_token", "user"])
    func intentInjectionIsEncodedAway(field: String) throws {
        let evil =
            "#Intent;package=evil.example;scheme=signinwithapple;S.browser_fallback_url=https%3A%2F%2Fevil.example;end"
        let raw = field == "user" ? ##"{"x":"#Intent;package=evil.example;end"}"## : evil
        let encoded = raw.utf8.map { "%" + Hex.encode([$0]) }.joined()
        let body = (field == "code" ? "" : "code=c&") + "\(field)=\(encoded)"
        let url = try redirect().url(forFormBody: Array(body.utf8), package: "com.example.two")
        #expect(url.split(separator: "#").count == 2)
        #expect(url.split(separator: ";").count == 4)
        #expect(url.hasSuffix("#Intent;package=com.example.two;scheme=signinwithapple;end"))
        #expect(url.hasPrefix("intent://callback?"))
    }

    @Test(arguments: [
        "com.evil", "", "com.example.two;end", "com.example", "COM.EXAMPLE.TWO", "com.example.\u{212A}app",
        "com.example.two\n",
    ])
    func otherPackagesAreRefused(package: String) throws {
        #expect(throws: AppleSignInError.self) {
            try redirect().url(forFormBody: Array("code=c".utf8), package: package)
        }
    }

    @Test(arguments: [
        "", "com", "com..a", "com.example;x", "com.1a", "com.ex ample", "com.exämple", "com.example.#Intent",
    ])
    func whatIsNoApplicationIDCannotBeListed(package: String) {
        #expect(throws: AppleSignInError.self) { try AppleAndroidRedirect(packages: [package]) }
    }

    @Test(arguments: ["", "code=a&code=b", "x=y"])
    func whatIsNoCallbackIsNotSentOn(body: String) throws {
        #expect(throws: AppleSignInError.self) {
            try redirect().url(forFormBody: Array(body.utf8), package: "com.example.two")
        }
    }
}
