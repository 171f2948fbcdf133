import GroundworkCore
import GroundworkCrypto
import HTTPTypes

/// The page between Apple's POST and the GET: no script, nothing from elsewhere, kept nowhere, and no referrer.
enum BouncePage {
    private static let style = """
        body{font:17px system-ui,sans-serif;margin:30vh auto 0;max-width:20rem;text-align:center;color-scheme:light dark}
        """

    static func answer(location: String, cookie: String, style: AppleBounce.Style) -> AppleHTTPAnswer {
        var fields = HTTPFields()
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.contentSecurityPolicy] = policy
        if let referrerPolicy = HTTPField.Name("Referrer-Policy") { fields[referrerPolicy] = "no-referrer" }
        fields.append(HTTPField(name: .setCookie, value: cookie))
        switch style.base {
        case .redirect:
            fields[.location] = location
            return AppleHTTPAnswer(status: .seeOther, headerFields: fields, body: "")
        case .page:
            fields[.contentType] = "text/html; charset=utf-8"
            // Local paths and base64url hold no quotes, but a path may hold an ampersand or an angle bracket.
            let target = location.map { Self.escaped[$0] ?? String($0) }.joined()
            let body = """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing in</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="refresh" content="0;url=\(target)"><style>\(Self.style)</style></head>
                <body><p>Signing in …</p><p><a href="\(target)">Continue</a></p></body></html>
                """
            return AppleHTTPAnswer(status: .ok, headerFields: fields, body: body)
        }
    }

    private static let escaped: [Character: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
    ]

    private static let policy: String = {
        let hash = (try? Digest.hash(.sha256, Array(style.utf8))).map { "'sha256-\(Base64.encode($0))'" } ?? "'none'"
        return "default-src 'none'; style-src \(hash); base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }()
}
