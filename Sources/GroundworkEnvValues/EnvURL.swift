public import FoundationEssentials
public import GroundworkBase
public import GroundworkEnvModel

/// A URL with a scheme, checked against RFC 3986 and never repaired; `http`, `https`, `ws` and `wss` need a host.
///
/// A URL that holds a password belongs into a secret variable: `Secret<URL>`.
extension URL: EnvValue {
    /// `URL`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "URL", expected: "a URL", jsonFormat: "uri", example: "https://example.com")
    }

    /// Length, pattern, schemes and hosts.
    public static var envLimitFields: Set<EnvLimits.Field> {
        [.minimumLength, .maximumLength, .pattern, .schemes, .hosts]
    }

    /// Reads a URL.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> URL {
        let syntax = try URLSyntax(text)
        if let schemes = limits.schemes, !schemes.contains(where: { $0.lowercasedASCII() == syntax.scheme }) {
            throw TextParsingError("its scheme is none of \(schemes.joined(separator: ", "))")
        }
        if syntax.host == nil, ["http", "https", "ws", "wss"].contains(syntax.scheme) {
            throw TextParsingError("its host is missing")
        }
        try limits.check(host: syntax.host)
        try limits.check(text: text)
        guard let url = URL(string: text, encodingInvalidCharacters: false) else {
            throw TextParsingError("it is no URL")
        }
        return url
    }

    /// The whole text; nil when it holds a password.
    public var envText: String? {
        let text = absoluteString
        guard let syntax = try? URLSyntax(text), !syntax.hasPassword else { return nil }
        return text
    }
}
