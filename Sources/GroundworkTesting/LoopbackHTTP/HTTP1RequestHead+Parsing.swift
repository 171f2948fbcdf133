extension HTTP1RequestHead {
    /// Reads `GET /path HTTP/1.1` (RFC 9112, section 3).
    mutating func readRequestLine(_ line: ArraySlice<UInt8>) throws(HTTP1ParsingError) {
        let words = line.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 3 else { throw HTTP1ParsingError(400, "the request line has not three words") }
        guard !words[0].isEmpty, words[0].count <= 64, words[0].allSatisfy(Self.isTokenByte) else {
            throw HTTP1ParsingError(400, "the method is no token")
        }
        guard !words[1].isEmpty, words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTP1ParsingError(400, "the request target is empty or has bytes that are no visible ASCII")
        }
        switch String(decoding: words[2], as: UTF8.self) {
        case "HTTP/1.1": isHTTP10 = false
        case "HTTP/1.0": isHTTP10 = true
        case let version where version.hasPrefix("HTTP/"):
            throw HTTP1ParsingError(505, "the version is neither HTTP/1.1 nor HTTP/1.0")
        default: throw HTTP1ParsingError(400, "the request line does not end in a version")
        }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
        guard
            target.hasPrefix("/") || target.contains("://") || (target == "*" && method == "OPTIONS")
                || (method == "CONNECT" && target.contains(":"))
        else { throw HTTP1ParsingError(400, "the request target is neither a path nor a URL") }
    }

    /// Draws the conclusions from all fields (RFC 9112, sections 3.2, 6 and 9.3; RFC 9110, section 10.1.1).
    mutating func finish() throws(HTTP1ParsingError) {
        var hosts = 0
        var lengths: [[UInt8]] = []
        var codings: [[UInt8]] = []
        var connection: [String] = []
        for field in fields {
            switch field.name.lowercased() {
            case "host":
                hosts += 1
                guard field.value.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x40 }) else {
                    throw HTTP1ParsingError(400, "the Host field is malformed")
                }
            case "content-length": lengths.append(field.value)
            case "transfer-encoding": codings.append(field.value)
            case "connection": connection += Self.options(field.value)
            case "expect":
                guard Self.options(field.value) == ["100-continue"] else {
                    throw HTTP1ParsingError(417, "the only expectation that can be met is 100-continue")
                }
                expectsContinue = !isHTTP10
            default: break
            }
        }
        guard hosts == 1 || (isHTTP10 && hosts == 0) else {
            throw HTTP1ParsingError(400, "there must be one Host field, not \(hosts)")
        }
        keepsAlive = isHTTP10 ? connection.contains("keep-alive") : !connection.contains("close")
        if !codings.isEmpty {
            guard lengths.isEmpty else {
                throw HTTP1ParsingError(400, "there are both a Content-Length and a Transfer-Encoding")
            }
            guard !isHTTP10 else { throw HTTP1ParsingError(400, "HTTP/1.0 has no Transfer-Encoding") }
            guard codings.count == 1, Self.options(codings[0]) == ["chunked"] else {
                throw HTTP1ParsingError(501, "the only transfer coding that is understood is chunked")
            }
            framing = .chunked
        } else if let length = lengths.first {
            guard lengths.count == 1, !length.isEmpty, length.count <= 18,
                length.allSatisfy({ (0x30...0x39).contains($0) })
            else { throw HTTP1ParsingError(400, "the Content-Length is not one number") }
            framing = .length(length.reduce(0) { $0 * 10 + Int64($1 - 0x30) })
        }
        if framing == .length(0) { expectsContinue = false }
    }

    /// The members of a comma-separated list, in small letters.
    private static func options(_ value: [UInt8]) -> [String] {
        value.split(separator: 0x2C).map { part in
            let text = part.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
            return String(decoding: Array(text), as: UTF8.self).lowercased()
        }
    }

    /// RFC 9110, section 5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// RFC 9110, section 5.5: visible characters, space, tab, and bytes beyond ASCII.
    static func isFieldByte(_ byte: UInt8) -> Bool { byte == 0x09 || (byte >= 0x20 && byte != 0x7F) }
}

extension HTTP1RequestHead.Field {
    /// Reads `name: value` (RFC 9112, section 5).
    init(line: ArraySlice<UInt8>) throws(HTTP1ParsingError) {
        guard let colon = line.firstIndex(of: 0x3A) else {
            throw HTTP1ParsingError(400, "a header field has no colon")
        }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(HTTP1RequestHead.isTokenByte) else {
            throw HTTP1ParsingError(400, "the name of a header field is empty or has characters no name has")
        }
        var value = line[line.index(after: colon)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        guard value.allSatisfy(HTTP1RequestHead.isFieldByte) else {
            throw HTTP1ParsingError(400, "the value of a header field has control characters")
        }
        self.name = String(decoding: name, as: UTF8.self)
        self.value = Array(value)
    }
}
