import Glibc
import GroundworkCore
@testable import GroundworkCurl
import GroundworkHTTP
import Testing

@Suite struct CurlProxyTests {
    @Test func aProxyGetsTheWholeURLByteForByte() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer("proxied") } }) { proxy in
            try await withTransport({ $0.proxy = .url("http://user:pw@\(proxy.authority)") }) { transport in
                let (_, body) = try await transport.collect(request(.get, "host.invalid", "/a/../b//c?"))
                #expect(String(decoding: body, as: UTF8.self) == "proxied")
                let head = try #require(proxy.heads.first)
                #expect(head.hasPrefix("GET http://host.invalid/a/../b//c? HTTP/1.1\r\nHost: host.invalid\r\n"))
                #expect(head.contains("\r\nProxy-Authorization: Basic dXNlcjpwdw==\r\n"))
            }
        }
    }

    @Test func bypassedHostsAreReachedDirectly() async throws {
        try await withServer({ while $0.readHead() != nil { $0.answer("direct") } }) { server in
            let proxy = CurlHTTPTransport.Proxy.url("http://127.0.0.1:1", bypass: ["127.0.0.0/8"])
            try await withTransport({ $0.proxy = proxy }) { transport in
                let (_, body) = try await transport.collect(request(.get, server.authority, "/x"))
                #expect(String(decoding: body, as: UTF8.self) == "direct")
                #expect(server.heads.first?.hasPrefix("GET /x ") == true)
            }
        }
    }

    @Test func aProxyThatRefusesATunnelIsAFailedConnection() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.answer("no", status: "407 Proxy Authentication Required", fields: "Connection: close\r\n")
        }) { proxy in
            try await withTransport({ $0.proxy = .url("http://\(proxy.authority)") }) { transport in
                let error = await transportError {
                    _ = try await transport.collect(request(.post, "host.invalid", "/", scheme: "https"))
                }
                #expect(error?.code == .connectionFailed)
                #expect(error?.sent == .nothing)
                #expect(proxy.heads.first?.hasPrefix("CONNECT host.invalid:443 HTTP/1.1\r\n") == true)
            }
        }
    }

    @Test func aTunnelReachesTheServer() async throws {
        try await Nginx.run { nginx in
            try await withServer({ connection in
                _ = connection.readHead()
                connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
                connection.splice(to: nginx.port)
            }) { proxy in
                try await withTransport({
                    $0.proxy = .url("http://\(proxy.authority)")
                    $0.trust = .pem(nginx.certificate)
                }) { transport in
                    let (head, body) = try await transport.collect(
                        request(.get, "localhost:\(nginx.port)", "/echo/../z", scheme: "https")
                    )
                    #expect(head.status == .ok || head.status == .notFound)
                    #expect(head.headerFields[HTTPField.Name("X-Proxy")!] == nil)
                    #expect(!body.isEmpty)
                    let lines = proxy.heads.flatMap { $0.split(separator: "\r\n") }
                    #expect(
                        lines == [
                            "CONNECT localhost:\(nginx.port) HTTP/1.1", "Host: localhost:\(nginx.port)",
                            "User-Agent: swift-groundwork", "Proxy-Connection: Keep-Alive",
                        ]
                    )
                }
            }
        }
    }

    @Test(arguments: [
        "http://me:p@ss w@proxy:3128", "http://me:p@ss@proxy:3128", "http://me:pass w@proxy",
        "ftp://me:p@ss@proxy",
        "gopher://me:pass@proxy:3128", "http://me:pass/@proxy:3128", "http://me:pass#@proxy", "http://me:pass@",
        "http://me:pass@proxy:99999", "http://me:pass@proxy:3128/?pass", "http://me:pass@pro xy", "pass@",
        "://pass",
        "http://me:pass\n@proxy", "http://me:pa\\ss@proxy",
    ])
    func aProxyThatIsNoneIsRefusedWithoutItsText(_ url: String) async throws {
        func expectRefusal(_ error: HTTPTransportError?, naming origin: String) {
            #expect(error?.code == .invalidRequest)
            #expect(error?.description.contains(origin) == true)
            for secret in [url, "p@ss", "me:p", "pass@", "ss@"] {
                #expect(error?.description.contains(secret) == false)
            }
        }
        let rules = ProxyRules(.environment) { $0 == "https_proxy" ? url : nil }
        let error = #expect(throws: HTTPTransportError.self) { try rules.proxy(scheme: "https", host: "host") }
        expectRefusal(error, naming: "https_proxy")
        try await withTransport({ $0.proxy = .url(url) }) { transport in
            for scheme in ["http", "https"] {
                let error = await transportError {
                    _ = try await transport.collect(request(.get, "host.invalid", scheme: scheme))
                }
                expectRefusal(error, naming: "the configuration's proxy")
                #expect(error?.target == "\(scheme)://host.invalid/")
            }
        }
    }

    @Test func proxiesAreTakenAsCurlTakesThem() throws {
        for (text, speaksHTTP) in [
            ("proxy", true), ("proxy:3128", true), ("user:p%40ss^@proxy:3128", true), ("HTTPS://[::1]:3128/", true),
            ("socks5h://user:pass@127.0.0.1:1080", false), ("SOCKS4://proxy", false),
        ] {
            #expect(try #require(ProxyURL(Secret(text))).speaksHTTP == speaksHTTP)
        }
    }

    @Test func messagesHoldNothingOfAProxysCredentials() throws {
        let proxy = try #require(ProxyURL(Secret("http://user:secret@proxy:3128")))
        let message = "bad 'http://user:secret@proxy:3128' and user:secret and http://user:secret@proxy:3128"
        #expect(proxy.redacting(message) == "bad '<redacted>' and <redacted> and <redacted>")
    }

    @Test func theEnvironmentIsReadAsCurlDoes() {
        func rules(_ environment: [String: String]) -> ProxyRules { ProxyRules(.environment) { environment[$0] } }
        func proxy(_ rules: ProxyRules, _ scheme: String, _ host: String) -> String? {
            (try? rules.proxy(scheme: scheme, host: host))?.url.withValue { $0 }
        }
        #expect(proxy(rules(["HTTP_PROXY": "evil"]), "http", "a") == nil)
        #expect(proxy(rules(["http_proxy": "p"]), "http", "a") == "p")
        #expect(proxy(rules(["http_proxy": "p"]), "https", "a") == nil)
        #expect(proxy(rules(["HTTPS_PROXY": "q"]), "https", "a") == "q")
        #expect(proxy(rules(["ALL_PROXY": "r"]), "https", "a") == "r")
        let exceptions = rules(["all_proxy": "r", "no_proxy": "example.com, .internal,10.0.0.0/8 ::1"])
        for host in ["example.com", "www.example.com", "x.internal", "10.1.2.3", "[::1]", "EXAMPLE.com"] {
            #expect(proxy(exceptions, "http", host) == nil)
        }
        for host in ["notexample.com", "example.com.evil", "11.1.2.3", "[::2]", "10.evil"] {
            #expect(proxy(exceptions, "http", host) == "r")
        }
        #expect(proxy(rules(["all_proxy": "r", "NO_PROXY": "*"]), "http", "a") == nil)
    }
}
