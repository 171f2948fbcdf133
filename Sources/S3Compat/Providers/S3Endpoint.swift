/// Scheme, host and port of a store, and the path before its buckets where a gateway has one.
public struct S3Endpoint: Sendable, Hashable, TextParsable, CustomStringConvertible {
    /// "the URL of an S3 endpoint …".
    public static let expectedText =
        "the URL of an S3 endpoint without a bucket, such as https://s3.eu-west-1.amazonaws.com"

    /// Whether TLS is used.
    public let isSecure: Bool
    /// The host's name or address; an IPv6 address in brackets. Lower case.
    public let host: String
    /// The port; nil means the scheme's own.
    public let port: UInt16?
    /// A path before the bucket, such as `/storage/v1/s3`; mostly empty. It has no slash at its end.
    public let basePath: String

    init(isSecure: Bool, host: String, port: UInt16? = nil, basePath: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.basePath = basePath
    }

    /// Reads a URL: `http` or `https`, a host, perhaps a port and a path; no user, query or fragment.
    public init(parsing text: String) throws(TextParsingError) {
        let text = text.trimmingASCIIWhitespace()
        guard text.firstRange(of: "${") == nil, text.firstRange(of: "{{") == nil else {
            throw TextParsingError("it holds a variable such as ${R2_ACCOUNT_ID} that nobody has filled in")
        }
        guard !text.isEmpty else { throw TextParsingError("it is empty") }
        guard let separator = text.firstRange(of: "://") else {
            throw TextParsingError("it has no scheme; write https:// before the host")
        }
        switch text[..<separator.lowerBound].lowercasedASCII() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw TextParsingError("its scheme is neither https nor http")
        }
        let rest = text[separator.upperBound...]
        guard !rest.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }) else {
            throw TextParsingError("it holds a blank, a backslash or a sign that is not ASCII")
        }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw TextParsingError("it has a query or fragment; leave that out")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else {
            throw TextParsingError("it holds a user name or password; credentials are given separately")
        }
        (host, port) = try Self.hostAndPort(authority, isSecure: isSecure)
        var path = rest[authority.endIndex...]
        while path.hasSuffix("/") { path = path.dropLast() }
        guard path.isEmpty || !path.contains("//"), !path.contains("%") else {
            throw TextParsingError("its path is not a plain one")
        }
        basePath = String(path)
    }

    private static func hostAndPort(
        _ authority: Substring,
        isSecure: Bool
    ) throws(TextParsingError) -> (String, UInt16?) {
        var host = authority
        var port: UInt16?
        let afterBracket = authority.lastIndex(of: "]").map { authority[authority.index(after: $0)...] } ?? authority
        if let colon = afterBracket.lastIndex(of: ":") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw TextParsingError("its port is not a number from 1 to 65535")
            }
            port = number == (isSecure ? 443 : 80) ? nil : number
            host = authority[..<colon]
        }
        let name = host.lowercasedASCII()
        let isAddress = name.hasPrefix("[") && name.hasSuffix("]") && name.utf8.count > 4
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
                    || byte == 0x5F
            }
        guard isAddress || isName else { throw TextParsingError("its host is not the name or address of a host") }
        return (name, port)
    }

    /// Host and port as the `Host` header field carries them: without the scheme's own port.
    public var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// `http` or `https`.
    public var scheme: String { isSecure ? "https" : "http" }

    /// The URL.
    public var description: String { "\(scheme)://\(authority)\(basePath)" }

    /// The kind of store that the host's name tells.
    var family: Family {
        if host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn") || host == "s3.amazonaws.com" {
            return .aws
        }
        if host.hasSuffix(".r2.cloudflarestorage.com") { return .r2 }
        return .other
    }

    enum Family: Sendable, Hashable { case aws, r2, other }
}
