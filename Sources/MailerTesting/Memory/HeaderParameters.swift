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
        var bytes = ""
        var index = 0
        var isExtended = false
        while let piece = parameters["\(name)*\(index)*"] ?? parameters["\(name)*\(index)"] {
            if index == 0 { isExtended = parameters["\(name)*0*"] != nil }
            bytes += piece
            index += 1
        }
        return isExtended ? Self.extended(bytes) : bytes
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
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return text }
        var bytes: [UInt8] = []
        var rest = parts[2].utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x25, let value = Hex.decode(Substring(rest.prefix(2)))?.first {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
