import Glibc
import GroundworkCore
import GroundworkHTTP

extension CurlHTTPTransport {
    /// Through which proxy requests go.
    public struct Proxy: Sendable {
        enum Base: Sendable { case none, environment, url(Secret<String>, bypass: [String]) }
        let base: Base

        /// None, whatever the environment says.
        public static let none = Proxy(base: .none)

        /// As the environment says when the transport is made: `http_proxy` for http, `https_proxy` or `HTTPS_PROXY`
        /// for https, else `all_proxy` or `ALL_PROXY`, with the exceptions of `no_proxy` or `NO_PROXY`.
        ///
        /// `HTTP_PROXY` is not read: a CGI server sets it from a header of its client.
        public static let environment = Proxy(base: .environment)

        /// One proxy for all requests.
        /// - Parameters:
        ///   - url: such as `http://user:password@proxy.example:3128` or `socks5h://127.0.0.1:1080`; it is kept as a
        ///     secret.
        ///   - bypass: hosts that are reached without it: `*`, a name (which stands for its subdomains too), an
        ///     address, or a network such as `10.0.0.0/8`.
        public static func url(_ url: String, bypass: [String] = []) -> Proxy {
            Proxy(base: .url(Secret(url), bypass: bypass))
        }
    }
}

/// The proxies of one transport, read once: `getenv` on another thread would race with `setenv`.
struct ProxyRules: Sendable {
    /// A proxy's URL as it was given, and by what.
    private struct Given: Sendable {
        var url: Secret<String>
        /// The variable or option, to be named in an error; the text itself may hold a password.
        var origin: String
    }

    private var http: Given?
    private var https: Given?
    private var bypass: [String]

    init(_ proxy: CurlHTTPTransport.Proxy, environment: (String) -> String? = ProxyRules.variable) {
        switch proxy.base {
        case .none:
            bypass = []
        case .url(let url, let bypass):
            http = Given(url: url, origin: "the configuration's proxy")
            https = http
            self.bypass = bypass
        case .environment:
            func first(_ names: String...) -> Given? {
                for name in names {
                    if let text = environment(name) {
                        return Given(url: Secret(text), origin: "the environment variable \(name)")
                    }
                }
                return nil
            }
            http = first("http_proxy", "all_proxy", "ALL_PROXY")
            https = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
            let exceptions = environment("no_proxy") ?? environment("NO_PROXY") ?? ""
            bypass = exceptions.split { $0 == "," || $0 == " " }.map(String.init)
        }
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The proxy for a host; nil means a direct connection.
    /// - Throws: ``HTTPTransportError/Code/invalidRequest`` if the proxy's URL is not one. libcurl would quote it whole.
    func proxy(scheme: String, host: String) throws(HTTPTransportError) -> ProxyURL? {
        guard let given = scheme == "https" ? https : http else { return nil }
        if bypass.contains(where: { Self.rule($0, covers: host) }) { return nil }
        guard let proxy = ProxyURL(given.url) else {
            throw HTTPTransportError(
                .invalidRequest,
                "The URL in \(given.origin) is not that of a proxy: write it like http://user:password@host:port, with "
                    + "http, https, socks4, socks4a, socks5 or socks5h, and percent-encode spaces and the characters "
                    + "/ ? # @ \\ in user and password."
            )
        }
        return proxy
    }

    static func rule(_ rule: String, covers host: String) -> Bool {
        let rule = rule.lowercasedASCII()
        let host = host.lowercasedASCII()
        if rule == "*" { return true }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if let address = IPAddress(bare) {
            let parts = rule.split(separator: "/", maxSplits: 1)
            let network = parts.first.map(String.init).map {
                $0.hasPrefix("[") ? String($0.dropFirst().dropLast()) : $0
            }
            guard let network, let base = IPAddress(network) else { return false }
            let bits = parts.count == 2 ? Int(parts[1]) ?? -1 : base.bytes.count * 8
            return address.isInside(base, prefix: bits)
        }
        let name = rule.hasPrefix("*.") ? rule.dropFirst(2) : rule.hasPrefix(".") ? rule.dropFirst() : rule[...]
        return !name.isEmpty && (host == name || host.hasSuffix("." + name))
    }
}

/// An IPv4 or IPv6 address as bytes in network order.
struct IPAddress {
    let bytes: [UInt8]

    init?(_ text: String) {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if unsafe inet_pton(family, text, &bytes) == 1 {
                self.bytes = bytes
                return
            }
        }
        return nil
    }

    func isInside(_ network: IPAddress, prefix: Int) -> Bool {
        guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(prefix) else { return false }
        for (index, (mine, its)) in zip(bytes, network.bytes).enumerated() {
            let bits = min(8, max(0, prefix - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            if mine & mask != its & mask { return false }
        }
        return true
    }
}
