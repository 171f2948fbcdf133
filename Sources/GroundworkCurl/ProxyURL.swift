import GroundworkCore

/// The URL of a proxy that was checked, so that libcurl, which quotes what it does not understand, understands it.
struct ProxyURL: Sendable {
    let url: Secret<String>
    /// User and password as they are written, if there are any.
    private let credentials: Secret<String>?
    /// Whether it forwards requests for http, rather than bytes.
    let speaksHTTP: Bool

    /// Nil if the text is no such URL.
    init?(_ url: Secret<String>) {
        guard let parts = url.withValue({ Self.parts($0) }) else { return nil }
        self.url = url
        credentials = parts.credentials.map { Secret($0) }
        speaksHTTP = parts.speaksHTTP
    }

    private static func parts(_ text: String) -> (credentials: String?, speaksHTTP: Bool)? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        var rest = text[...]
        var scheme = "http"
        if let mark = text.firstRange(of: "://") {
            scheme = text[..<mark.lowerBound].lowercasedASCII()
            rest = text[mark.upperBound...]
        }
        let isHTTP = scheme == "http" || scheme == "https"
        guard isHTTP || ["socks4", "socks4a", "socks5", "socks5h"].contains(scheme) else { return nil }
        let authority = rest.prefix { $0 != "/" }
        guard !rest.dropFirst(authority.count).contains(where: { $0 != "/" }) else { return nil }
        let pieces = authority.split(separator: "@", omittingEmptySubsequences: false)
        guard pieces.count <= 2, let host = pieces.last, PreparedRequest.host(of: String(host)) != nil else {
            return nil
        }
        guard pieces.count == 2, let user = pieces.first else { return (nil, isHTTP) }
        // Where the authority ends must not depend on who reads it. All else is taken as it is, as curl does.
        guard !user.utf8.contains(where: { Array("/?#@\\".utf8).contains($0) }) else { return nil }
        return (String(user), isHTTP)
    }

    /// A text without what this URL keeps secret.
    func redacting(_ text: String) -> String {
        var text = text
        for secret in [url, credentials] {
            secret?.withValue { secret in
                var rest = text[...]
                var result = ""
                while !secret.isEmpty, let range = rest.firstRange(of: secret) {
                    result += rest[..<range.lowerBound] + "<redacted>"
                    rest = rest[range.upperBound...]
                }
                text = result + rest
            }
        }
        return text
    }
}
