import GroundworkCore
import GroundworkHTTP

/// Where a provider's API is: scheme, host and the beginning of each path.
struct ProviderEndpoint: Sendable, Hashable {
    let scheme: String
    let authority: String
    let basePath: String

    /// Takes an https URL, or an http URL of this machine for fakes in tests: a key never travels in clear.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration``.
    init(_ url: String, transport: String) throws(MailError) {
        guard let separator = url.firstRange(of: "://"), url.utf8.count <= 2048,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 && $0 != 0x5C })
        else { throw Self.fault(transport) }
        let scheme = String(url[..<separator.lowerBound]).lowercasedASCII()
        let rest = url[separator.upperBound...]
        let authority = String(rest.prefix { $0 != "/" })
        guard !authority.isEmpty, !authority.utf8.contains(0x40),
            scheme == "https" || (scheme == "http" && Self.isThisMachine(authority))
        else { throw Self.fault(transport) }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        self.scheme = scheme
        self.authority = authority
        basePath = path
    }

    private static func isThisMachine(_ authority: String) -> Bool {
        let host =
            authority.utf8.first == 0x5B
            ? String(authority.prefix { $0 != "]" }) + "]" : String(authority.prefix { $0 != ":" })
        return ["127.0.0.1", "localhost", "[::1]"].contains(host.lowercasedASCII())
    }

    private static func fault(_ transport: String) -> MailError {
        MailError(
            .invalidConfiguration,
            "The endpoint of the API must be an https URL without user, query and fragment, such as https://api.example.com; "
                + "http is for this machine only.",
            transport: transport
        )
    }
}
