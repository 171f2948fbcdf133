import GroundworkCore

/// Finds links in what a mail says.
enum MailLinks {
    /// The `http` and `https` links of anchors.
    static func inHTML(_ html: String) -> [String] {
        var result: [String] = []
        var rest = html[...]
        while let mark = rest.firstRange(of: "href=\"") {
            let value = rest[mark.upperBound...].prefix { $0 != "\"" }
            rest = rest[value.endIndex...]
            let link = decoded(String(value))
            if isWeb(link) { result.append(link) }
        }
        return result
    }

    /// What looks like one in a text.
    static func inText(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map { word in
            String(word.drop { "<(\"".contains($0) }.prefix { !">)\"".contains($0) })
        }.filter(isWeb)
    }

    private static func isWeb(_ link: String) -> Bool { link.hasPrefix("https://") || link.hasPrefix("http://") }

    /// The references that an attribute of this library's HTML has.
    private static func decoded(_ value: String) -> String {
        var result = value
        for (reference, character) in [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
            result = result.split(separator: reference, omittingEmptySubsequences: false).joined(separator: character)
        }
        return result
    }

    /// The decoded value of a query parameter.
    static func parameter(_ name: String, of link: String) -> String? {
        guard let mark = link.firstIndex(of: "?") else { return nil }
        let query = link[link.index(after: mark)...].prefix { $0 != "#" }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0] == name { return percentDecoded(parts[1]) }
        }
        return nil
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = Hex.decode(Substring(rest.prefix(2)))?.first else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
