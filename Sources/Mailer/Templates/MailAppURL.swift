/// The address of the app that the links of mails lead to: `APP_URL`, such as `https://app.example.org`.
public struct MailAppURL: Sendable, Hashable, CustomStringConvertible {
    /// The URL without a slash at its end.
    public let text: String

    /// Takes an https URL with a host and, if you like, a port and a path.
    /// - Parameters:
    ///   - url: the URL as text, such as the value of `APP_URL`.
    ///   - allowsLocalHTTP: whether `http` is allowed for `localhost`, `127.0.0.1` and `[::1]`, for development.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidConfiguration`` for another scheme, a user name, a query, a
    ///   fragment, a path with dots for its own parts, or characters that would have to be percent-encoded.
    public init(_ url: String, allowsLocalHTTP: Bool = false) throws(MailError) {
        let trimmed = url.trimmingASCIIWhitespace()
        let lower = trimmed.lowercasedASCII()
        let isSecure = lower.hasPrefix("https://")
        guard trimmed.utf8.count <= 500, isSecure || (allowsLocalHTTP && lower.hasPrefix("http://")) else {
            throw Self.refused("it has to begin with https://")
        }
        let rest = String(trimmed.dropFirst(isSecure ? 8 : 7))
        let slash = rest.utf8.firstIndex(of: 0x2F) ?? rest.endIndex
        let authority = String(rest[..<slash]).lowercasedASCII()
        let path = String(rest[slash...])
        guard let host = Self.host(authority) else {
            throw Self.refused("what follows is no host name with at most a port; user names are not allowed")
        }
        guard isSecure || ["localhost", "127.0.0.1", "[::1]"].contains(host) else {
            throw Self.refused("http is allowed for this machine only")
        }
        guard path.utf8.allSatisfy(Self.isPathByte), path.firstRange(of: "//") == nil,
            !path.split(separator: "/").contains(where: Self.isDots), Self.hasWholeEscapes(path)
        else { throw Self.refused("its path has a query, a fragment, or characters that do not belong there") }
        var end = path
        if end.utf8.last == 0x2F { end.removeLast() }
        text = "\(isSecure ? "https" : "http")://\(authority)\(end)"
    }

    /// A link below the app's address; everything but letters, digits and `- . _ ~` is percent-encoded.
    /// - Parameters:
    ///   - path: the parts of the path, without slashes between them.
    ///   - query: names and values.
    /// - Throws: ``MailError`` with ``MailError/Code/invalidTemplate`` when the link becomes too long.
    public func link(path: [String], query: [(name: String, value: String)] = []) throws(MailError) -> MailLink {
        var result = text
        for part in path where !part.isEmpty && part != "." && part != ".." { result += "/\(Self.encoded(part))" }
        for (index, item) in query.enumerated() {
            result += "\(index == 0 ? "?" : "&")\(Self.encoded(item.name))=\(Self.encoded(item.value))"
        }
        guard result.utf8.count <= MailLink.maximumLength else {
            throw MailError(
                .invalidTemplate,
                "A link is longer than \(MailLink.maximumLength) bytes; is the token one?"
            )
        }
        return MailLink(trusted: result)
    }

    /// The URL.
    public var description: String { text }

    /// The host without its port; nil for what is no host.
    private static func host(_ authority: String) -> String? {
        var host = authority
        if authority.utf8.first == 0x5B {
            guard let close = authority.utf8.firstIndex(of: 0x5D) else { return nil }
            let port = authority[authority.utf8.index(after: close)...]
            guard port.isEmpty || isPort(port) else { return nil }
            host = String(authority[...close])
            let literal = "[IPv6:\(host.dropFirst().dropLast())]"
            return (try? MailDomain(reading: literal)) == nil ? nil : host
        }
        if let colon = authority.utf8.firstIndex(of: 0x3A) {
            guard isPort(authority[colon...]) else { return nil }
            host = String(authority[..<colon])
        }
        if (try? MailDomain(reading: "[\(host)]")) != nil { return host }
        return MailText.isASCII(host) && (try? MailDomain(reading: host)) != nil ? host : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.first == 0x3A && text.utf8.count <= 6 && UInt16(text.dropFirst()).map { $0 > 0 } == true
            && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || [0x2D, 0x2E, 0x5F, 0x7E, 0x2F, 0x25, 0x40, 0x2B].contains(byte)
    }

    /// `.` and `..`, percent-encoded too: browsers resolve them.
    private static func isDots(_ part: Substring) -> Bool {
        let plain = part.lowercasedASCII().replacing("%2e", with: ".")
        return plain == "." || plain == ".."
    }

    private static func hasWholeEscapes(_ path: String) -> Bool {
        path.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            $0.utf8.count >= 2 && Hex.decode($0.prefix(2)) != nil
        }
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if byte.isAlphanumeric || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte) {
                result.append(byte)
            } else {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func refused(_ reason: String) -> MailError {
        MailError(.invalidConfiguration, "APP_URL cannot be used: \(reason). It looks like https://app.example.org.")
    }
}
