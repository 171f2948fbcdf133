import GroundworkCore

/// A header's value with its parameters (RFC 2045, section 5.1; RFC 2231).
struct HeaderParameters {
    /// The value before the first semicolon, in lower case.
    let value: String
    private var parameters: [String: String] = [:]

    /// A parameter's value; that of RFC 2231 goes before the plain one.
    subscript(name: String) -> String? {
        if let extended = parameters["\(name)*"] { return Self.extended(extended) }
        guard parameters["\(name)*0"] != nil || parameters["\(name)*0*"] != nil else { return parameters[name] }
        // Each piece says by its name whether it is encoded; the first one has the charset.
        var bytes: [UInt8] = []
        var index = 0
        while true {
            if let piece = parameters["\(name)*\(index)*"] {
                bytes += Self.percentDecoded(index == 0 ? Self.withoutCharset(piece) : piece[...])
            } else if let piece = parameters["\(name)*\(index)"] {
                bytes += Array(piece.utf8)
            } else {
                return String(decoding: bytes, as: UTF8.self)
            }
            index += 1
        }
    }

    init(_ text: String) {
        var pieces: [String] = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                pieces[pieces.count - 1].append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        value = pieces[0].trimmingASCIIWhitespace().lowercasedASCII()
        for piece in pieces.dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = String(piece[..<equals]).trimmingASCIIWhitespace().lowercasedASCII()
            parameters[name] = String(piece[piece.index(after: equals)...]).trimmingASCIIWhitespace()
        }
    }

    /// `UTF-8''…`, percent-decoded.
    private static func extended(_ text: String) -> String {
        String(decoding: percentDecoded(withoutCharset(text)), as: UTF8.self)
    }

    /// What is behind charset and language.
    private static func withoutCharset(_ text: String) -> Substring {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts[2] : text[...]
    }

    private static func percentDecoded(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x25, let value = Hex.decode(Substring(rest.prefix(2)))?.first {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
