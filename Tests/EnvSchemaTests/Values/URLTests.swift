import EnvSchema
import FoundationEssentials
import Testing

@Suite struct URLTests {
    @Test(arguments: [
        "https://example.com", "http://localhost:8080/a?b=c#d", "postgres://u:p%40@db:5432/x?sslmode=require",
        "https://[2001:db8::1]:443/", "redis://:pw@cache/0", "file:///etc/hosts", "mailto:a@example.com",
        "postgres:///db",
        "https://xn--bcher-kva.example", "http://my_service:80", "HTTPS://Example.COM/%7Ea", "https://example.com:",
    ])
    func urlsKeepTheirText(text: String) { #expect(read(URL.self, text)?.absoluteString == text) }

    @Test(arguments: [
        "", "example.com", "//example.com", "http://", "https:///path", "http:example", "ht tp://a", "http://a b",
        "http://a/ b",
        "http://é.example", "http://a:99999", "http://a:x", "http://[::1", "http://[zz]", "http://[1.2.3.4]",
        "http://a/%zz", "http://a/%4",
        "http://a@b@c", "http://a/#x#y", "http://a/[b]", "1http://a", "http://a\\b", "http://a/\"", "http://a/{b}",
        "${URL}",
        "https://${HOST}/", "${{Postgres.DATABASE_URL}}", "http://a\n", "http://[::1]x", "x:", "http://a,b:1,c:2",
    ])
    func malformedURLsAreRefused(text: String) { #expect(read(URL.self, text) == nil) }

    @Test func schemesAreLimited() {
        let https = limits { $0.schemes = ["https"] }
        #expect(read(URL.self, "HTTPS://a.example", https) != nil)
        #expect(refusal(URL.self, "http://a.example", https) == "its scheme is none of https")
    }

    @Test func hostsAreLimited() {
        let hosts = limits { $0.hosts = ["example.com", "*.railway.internal"] }
        #expect(read(URL.self, "https://EXAMPLE.com/x", hosts) != nil)
        #expect(read(URL.self, "https://db.railway.internal", hosts) != nil)
        #expect(read(URL.self, "https://railway.internal", hosts) == nil)
        #expect(read(URL.self, "https://evil-example.com", hosts) == nil)
        #expect(read(URL.self, "https://example.com@evil.com", hosts) == nil)
        #expect(read(URL.self, "https://evil.com/?x=example.com", hosts) == nil)
        #expect(read(URL.self, "mailto:x@example.com", hosts) == nil)
    }

    @Test func aPasswordIsNeverShown() {
        #expect(read(URL.self, "https://u:pw@a.example")?.envText == nil)
        #expect(read(URL.self, "https://u@a.example")?.envText == "https://u@a.example")
    }
}
