import AppleSignIn

/// A request as the routes see it, whichever framework brought it.
struct WebRequest: Sendable {
    var method: String
    var path: String
    var query: String
    var cookies: String
    var origin: String?
    var body: [UInt8]

    /// Whether a POST comes from a page of our own; browsers tell the origin of every POST.
    func isSameOrigin(as site: String) -> Bool { origin == site }
}

/// An answer of the routes.
struct WebAnswer: Sendable {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: String

    init(_ status: Int, fields: [(name: String, value: String)] = [], body: String = "") {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// A page of our own: nothing from elsewhere, in no frame, in no cache.
    static func page(_ html: String, status: Int = 200) -> WebAnswer {
        WebAnswer(
            status,
            fields: [
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
                ),
                // Not no-referrer: browsers then write `Origin: null` into the POSTs of our own forms.
                ("Referrer-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff"),
            ],
            body: html
        )
    }

    static func json(_ text: String, status: Int = 200) -> WebAnswer {
        WebAnswer(status, fields: [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body: text)
    }

    static func seeOther(_ location: String) -> WebAnswer {
        WebAnswer(303, fields: [("Location", location), ("Cache-Control", "no-store")])
    }

    func setting(cookie: String) -> WebAnswer {
        var copy = self
        copy.fields.append(("Set-Cookie", cookie))
        return copy
    }
}

extension WebAnswer {
    /// What the library has made ready.
    init(_ answer: AppleHTTPAnswer) {
        self.init(
            answer.status.code,
            fields: answer.headerFields.map { ($0.name.rawName, $0.value) },
            body: answer.body
        )
    }
}

/// The two cookies of the site itself. Both are `SameSite=Lax`, as cookies of sessions should be.
enum SiteCookie {
    static let session = "__Host-session"
    static let basket = "__Host-basket"

    static func set(_ name: String, _ value: String) -> String {
        "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=86400"
    }

    static func remove(_ name: String) -> String { "\(name)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0" }

    static func value(_ name: String, in header: String) -> String? {
        for pair in header.split(separator: ";") {
            let text = pair.drop { $0 == " " }
            if text.hasPrefix(name + "=") { return String(text.dropFirst(name.count + 1)) }
        }
        return nil
    }

    /// The names of the cookies that came, in order; never their values.
    static func names(in header: String) -> [String] {
        header.split(separator: ";").map { String($0.drop { $0 == " " }.prefix { $0 != "=" }) }.sorted()
    }
}
