import GroundworkCore

extension DatabaseURL {
    /// Reads a URL or a string of key words.
    /// - Throws: `TextParsingError`, whose reason repeats nothing of the text.
    public init(parsing text: String) throws(TextParsingError) {
        let trimmed = text.trimmingASCIIWhitespace()
        guard !trimmed.isEmpty else { throw TextParsingError("it is empty") }
        guard !trimmed.utf8.contains(0) else { throw TextParsingError("it contains a NUL byte") }
        self.init()
        for scheme in ["postgresql://", "postgres://"] where trimmed.utf8.starts(with: scheme.utf8) {
            try readURL(trimmed.utf8.dropFirst(scheme.utf8.count)[...])
            try check()
            return
        }
        if let scheme = trimmed.firstRange(of: "://"), !trimmed[..<scheme.lowerBound].contains("=") {
            throw TextParsingError("its scheme is neither postgres:// nor postgresql://")
        }
        guard trimmed.contains("=") else {
            throw TextParsingError("it is neither a URL that begins with postgres:// nor a list of key=value")
        }
        try readKeywords(Array(trimmed.utf8))
        try check()
    }

    private mutating func readURL(_ text: Substring.UTF8View.SubSequence) throws(TextParsingError) {
        let authorityEnd = text.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? text.endIndex
        var authority = text[..<authorityEnd]
        var rest = text[authorityEnd...]
        // The last @ separates, so that a password with a stray @ still works, as in other clients.
        if let at = authority.lastIndex(of: 0x40) {
            let login = authority[..<at]
            authority = authority[authority.index(after: at)...]
            let colon = login.firstIndex(of: 0x3A)
            user = try decoded(login[..<(colon ?? login.endIndex)], "user name")
            if let colon {
                let word = try decoded(login[login.index(after: colon)...], "password")
                password = word.isEmpty ? nil : Secret(word)
            }
        }
        try readHosts(authority)
        if rest.first == 0x2F {
            rest = rest.dropFirst()
            let end = rest.firstIndex(of: 0x3F) ?? rest.endIndex
            // A / in the password ends the authority early: what follows would be taken, and shown, as a database.
            guard !rest[..<end].contains(0x40) else {
                throw TextParsingError(
                    "an @ stands behind a /; write / in the password as %2F and ? as %3F, or @ in the database's name as "
                        + "%40"
                )
            }
            let name = try decoded(rest[..<end], "database name")
            database = name.isEmpty ? nil : name
            rest = rest[end...]
        }
        guard rest.first == 0x3F else { return }
        for pair in rest.dropFirst().split(separator: 0x26) {
            guard let equals = pair.firstIndex(of: 0x3D) else {
                throw TextParsingError("a parameter has no value; parameters are written name=value&name=value")
            }
            let name = try decoded(pair[..<equals], "name of a parameter")
            try set(name, to: try decoded(pair[pair.index(after: equals)...], "value of a parameter"))
        }
    }

    private mutating func readHosts(_ text: Substring.UTF8View.SubSequence) throws(TextParsingError) {
        guard !text.isEmpty else { return }
        for entry in text.split(separator: 0x2C, omittingEmptySubsequences: false) {
            var name = entry[...]
            var port: Substring.UTF8View.SubSequence?
            if entry.first == 0x5B {
                guard let close = entry.firstIndex(of: 0x5D) else {
                    throw TextParsingError("the bracket of an IPv6 address is not closed")
                }
                name = entry[entry.index(after: entry.startIndex)..<close]
                let behind = entry[entry.index(after: close)...]
                if !behind.isEmpty {
                    guard behind.first == 0x3A else { throw TextParsingError("a port must follow ] after a colon") }
                    port = behind.dropFirst()
                }
            } else if let colon = entry.lastIndex(of: 0x3A) {
                name = entry[..<colon]
                port = entry[entry.index(after: colon)...]
            }
            hosts.append(Host(try decoded(name, "host"), port: try readPort(port.map { String(Substring($0)) })))
        }
    }

    private func readPort(_ text: String?) throws(TextParsingError) -> UInt16? {
        guard let text, !text.isEmpty else { return nil }
        guard let port = UInt16(text), port > 0 else {
            throw TextParsingError(
                "the port is not a number from 1 to 65535; if the password has one of the signs @ : / ? # %, write "
                    + "them as %40 %3A %2F %3F %23 %25"
            )
        }
        return port
    }

    private func decoded(_ bytes: Substring.UTF8View.SubSequence, _ what: String) throws(TextParsingError) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                result.append(byte)
                continue
            }
            guard let first = rest.popFirst().flatMap(Hex.nibble), let second = rest.popFirst().flatMap(Hex.nibble)
            else { throw TextParsingError("the \(what) has a % without two hexadecimal digits; write % as %25") }
            result.append(first << 4 | second)
        }
        guard !result.contains(0), let text = String(validating: result, as: UTF8.self) else {
            throw TextParsingError("the \(what) is not UTF-8 text, or has a NUL byte")
        }
        return text
    }

    /// Keeps what libpq knows; drops the rest with a warning.
    private mutating func set(_ name: String, to value: String) throws(TextParsingError) {
        switch name {
        case "host":
            let ports = hosts.map(\.port)
            hosts = value.split(separator: ",", omittingEmptySubsequences: false).enumerated().map { index, host in
                Host(String(host), port: index < ports.count ? ports[index] : ports.last ?? nil)
            }
        case "port":
            let ports = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if hosts.isEmpty { hosts = [Host("")] }
            guard ports.count == 1 || ports.count == hosts.count else {
                throw TextParsingError("there are \(ports.count) ports for \(hosts.count) hosts")
            }
            for index in hosts.indices { hosts[index].port = try readPort(ports[ports.count == 1 ? 0 : index]) }
        case "dbname": database = value.isEmpty ? nil : value
        case "user": user = value.isEmpty ? nil : value
        case "password": password = value.isEmpty ? nil : Secret(value)
        case "service", "servicefile":
            // Dropping it would lead to another server than the one that is meant.
            throw TextParsingError(
                "it has the parameter \(name); a service file is not read here, because it would override the rest of the "
                    + "URL: write host, port, user and database of the service into the URL"
            )
        case "ssl" where value == "true": parameters["sslmode"] = "require"  // libpq's own courtesy to JDBC URLs
        default:
            switch LibpqParameter.named(name) {
            case .environment, .argument: parameters[name] = value
            case .refused(let reason): warnings.append("The database URL's parameter \(name) was dropped: \(reason).")
            case nil:
                let shown =
                    name.utf8.count <= 40 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? name : "(odd name)"
                warnings.append(
                    "The database URL's parameter \(shown) was dropped: PostgreSQL's clients do not know it."
                )
            }
        }
    }

    /// `key=value key = 'value with \' and \\'` (section 34.1.1.1).
    private mutating func readKeywords(_ text: [UInt8]) throws(TextParsingError) {
        var position = 0
        func skipSpace() { while position < text.count, text[position].isASCIIWhitespace { position += 1 } }
        var found: [(name: String, value: String)] = []
        while true {
            skipSpace()
            guard position < text.count else { break }
            var name: [UInt8] = []
            while position < text.count, text[position] != 0x3D, !text[position].isASCIIWhitespace {
                name.append(text[position])
                position += 1
            }
            skipSpace()
            guard position < text.count, text[position] == 0x3D else {
                throw TextParsingError("a key word has no = behind it", offset: position)
            }
            position += 1
            skipSpace()
            let quoted = position < text.count && text[position] == 0x27
            if quoted { position += 1 }
            var value: [UInt8] = []
            var closed = !quoted
            while position < text.count {
                let byte = text[position]
                position += 1
                if quoted, byte == 0x27 {
                    closed = true
                    break
                }
                if !quoted, byte.isASCIIWhitespace { break }
                if byte == 0x5C, position < text.count {
                    value.append(text[position])
                    position += 1
                } else {
                    value.append(byte)
                }
            }
            guard closed else { throw TextParsingError("a value begins with ' and has no ' at its end") }
            found.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        // Hosts before ports, in whatever order they stand.
        for pair in found where pair.name != "port" { try set(pair.name, to: pair.value) }
        for pair in found where pair.name == "port" { try set(pair.name, to: pair.value) }
    }

    private func check() throws(TextParsingError) {
        let lineEnds = password?.withValue { $0.utf8.contains { $0 == 0x0A || $0 == 0x0D } } ?? false
        if lineEnds { throw TextParsingError("the password has a line end, which a password file cannot hold") }
    }
}
