/// A parameter's value beyond ASCII, or longer than a line (RFC 2231).
extension HeaderWriter {
    private static let longestPlainValue = 60
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// `; name=value`, in quotes unless it is a token. The value is printable ASCII.
    mutating func parameter(_ name: String, _ value: String) {
        append(";")
        // An apostrophe may stand in a token, but readers of RFC 2231 take it for that of `charset'language'`.
        let isToken =
            !value.utf8.isEmpty && value.utf8.allSatisfy { ContentTypeReader.isToken($0) && $0 != 0x27 }
        word("\(name)=\(isToken ? value : QuotedText.quoted(value))")
    }

    /// `; filename=…` as it is where every reader understands that, else percent-encoded in UTF-8, and in numbered pieces
    /// when it is long. No piece ends inside a character.
    mutating func fileNameParameter(_ name: String, _ value: String) {
        if Self.isPlain(value) {
            parameter(name, value)
            return
        }
        var sections: [String] = []
        var section = "utf-8''"
        for character in value.unicodeScalars {
            let encoded = Self.percentEncoded(character)
            if section.utf8.count + encoded.utf8.count > Self.longestPlainValue {
                sections.append(section)
                section = ""
            }
            section += encoded
        }
        sections.append(section)
        for (index, section) in sections.enumerated() {
            append(";")
            word(sections.count == 1 ? "\(name)*=\(section)" : "\(name)*\(index)*=\(section)")
        }
    }

    /// `; name=…` of a Content-Type: the file name in ASCII, for readers that know no RFC 2231.
    mutating func fallbackNameParameter(_ value: String) {
        if Self.isPlain(value) {
            parameter("name", value)
            return
        }
        var fallback = String(
            decoding: value.unicodeScalars.map { scalar in
                scalar.isASCII && !["\"", "\\", "%", "=", "?", ";"].contains(scalar)
                    ? UInt8(truncatingIfNeeded: scalar.value) : 0x5F
            },
            as: UTF8.self
        )
        if fallback.utf8.count > Self.longestPlainValue {
            fallback = "\(fallback.prefix(40))\(fallback.suffix(16))"
        }
        parameter("name", fallback)
    }

    /// Short ASCII without what some reader takes for an escape, an encoded word or, even in quotes, the next parameter.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.count <= longestPlainValue
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C && $0 != 0x25 && $0 != 0x3B }
            && value.firstRange(of: "=?") == nil
            && value.utf8.first != 0x20 && value.utf8.last != 0x20
    }

    /// `attribute-char` of RFC 2231, section 7, less a few that are read differently.
    private static func percentEncoded(_ scalar: Unicode.Scalar) -> String {
        var result: [UInt8] = []
        for byte in String(scalar).utf8 {
            if byte.isAlphanumeric || byte == 0x2D || byte == 0x2E || byte == 0x5F {
                result.append(byte)
            } else {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
