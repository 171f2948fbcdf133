import GroundworkCore

/// `smtp://user:password@host:port` or `smtps://…`, as the environment holds it. It is a secret: no error repeats it.
struct SMTPURL {
    var security: SMTPSecurity
    var host: String
    var port: UInt16?
    var userName: String?
    var password: Secret<String>?

    init(parsing text: String) throws(TextParsingError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 4096, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw TextParsingError("it is too long, or has a character that must be percent-encoded")
        }
        guard let mark = text.firstRange(of: "://") else { throw TextParsingError("it has no scheme") }
        switch text[..<mark.lowerBound].lowercasedASCII() {
        case "smtp": security = .startTLS
        case "smtps": security = .implicitTLS
        default: throw TextParsingError("its scheme is neither smtp nor smtps")
        }
        let (withPath, query) = Self.split(text[mark.upperBound...], atFirst: 0x3F)
        let (authority, path) = Self.split(withPath, atFirst: 0x2F)
        guard path?.isEmpty ?? true, !authority.utf8.contains(0x23) else {
            throw TextParsingError("it has a path or a fragment, or a password with one of / ? # that is not encoded")
        }
        var place = authority
        if let at = authority.utf8.lastIndex(of: 0x40) {
            let (name, secret) = Self.split(authority[..<at], atFirst: 0x3A)
            userName = try Self.decoded(name)
            if let secret { password = Secret(try Self.decoded(secret)) }
            place = authority[authority.utf8.index(after: at)...]
        }
        (host, port) = try Self.hostAndPort(place)
        if let query { try readQuery(query) }
    }

    private mutating func readQuery(_ query: Substring) throws(TextParsingError) {
        let (name, value) = Self.split(query, atFirst: 0x3D)
        guard name == "tls", let value, let security = security.applying(String(value)) else {
            throw TextParsingError(
                "what follows the question mark is not tls=required, and with smtp neither tls=opportunistic nor tls=off"
            )
        }
        self.security = security
    }

    private static func hostAndPort(_ text: Substring) throws(TextParsingError) -> (String, UInt16?) {
        var (name, port) = split(text, atFirst: 0x3A)
        if text.utf8.first == 0x5B {
            guard let end = text.utf8.firstIndex(of: 0x5D) else {
                throw TextParsingError("its address has no closing bracket")
            }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.utf8.index(after: end)...]
            guard rest.isEmpty || rest.utf8.first == 0x3A else {
                throw TextParsingError("something follows its address")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        }
        let host = try checkedHost(try decoded(name))
        guard let port else { return (host, nil) }
        return (host, try checkedPort(String(port)))
    }

    static func checkedHost(_ host: String) throws(TextParsingError) -> String {
        let isHost = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2D || byte == 0x2E || byte == 0x3A || byte == 0x5F
        }
        guard !host.isEmpty, host.utf8.count <= 253, isHost else {
            throw TextParsingError("its host is no host name in ASCII and no numeric address")
        }
        return host
    }

    static func checkedPort(_ text: String) throws(TextParsingError) -> UInt16 {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port > 0 else {
            throw TextParsingError("its port is no number from 1 to 65535")
        }
        return port
    }

    private static func split(_ text: Substring, atFirst byte: UInt8) -> (Substring, Substring?) {
        guard let index = text.utf8.firstIndex(of: byte) else { return (text, nil) }
        return (text[..<index], text[text.utf8.index(after: index)...])
    }

    private static func decoded(_ text: Substring) throws(TextParsingError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard let value = Hex.decode(Substring(digits)), let byte = value.first else {
                throw TextParsingError("a percent sign is not followed by two hexadecimal digits")
            }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw TextParsingError("what is percent-encoded is no UTF-8 text")
        }
        return decoded
    }
}

extension SMTPSecurity {
    /// The protection that `required`, `opportunistic` or `off` makes of this one; nil when it cannot.
    func applying(_ word: String) -> SMTPSecurity? {
        switch word {
        case "required": self
        case "opportunistic" where !isImplicit: .opportunisticStartTLS
        case "off" where !isImplicit: SMTPSecurity.none
        default: nil
        }
    }
}
