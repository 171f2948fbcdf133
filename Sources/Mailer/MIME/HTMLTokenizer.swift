/// Reads HTML piece by piece, once, from the left to the right. It is no validator: what it does not understand is text.
package struct HTMLTokenizer {
    package enum Token {
        case text(String)
        case start(name: String, attributes: [String: String])
        case end(name: String)
    }

    /// Attributes of one tag beyond these are passed over.
    private static let maximumAttributes = 64
    private static let maximumNameLength = 32
    /// Elements whose contents are no text.
    private static let rawElements: Set<String> = ["script", "style", "title", "textarea", "template", "noscript"]

    private let bytes: [UInt8]
    private var position = 0

    package init(_ html: String) { bytes = Array(html.utf8) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The next piece; nil at the end.
    package mutating func next() -> Token? {
        while let byte = current {
            guard byte == 0x3C else { return .text(text()) }
            if startsWith("<!--") {
                skip(past: "-->")
            } else if position + 1 < bytes.count, bytes[position + 1] == 0x21 || bytes[position + 1] == 0x3F {
                skip(past: ">")
            } else if let tag = tag() {
                return tag
            } else {
                position += 1
                return .text("<")
            }
        }
        return nil
    }

    private mutating func text() -> String {
        let start = position
        while let byte = current, byte != 0x3C { position += 1 }
        return HTMLEntities.decode(bytes[start..<position])
    }

    private func startsWith(_ text: String) -> Bool {
        let count = text.utf8.count
        guard position + count <= bytes.count else { return false }
        return bytes.span.starts(text, at: position)
    }

    /// Moves behind `text`, or to the end.
    private mutating func skip(past text: String) {
        while position < bytes.count, !startsWith(text) { position += 1 }
        position = min(bytes.count, position + text.utf8.count)
    }

    /// A tag from its `<`; nil, with the position kept, when it is none.
    private mutating func tag() -> Token? {
        let start = position
        position += 1
        let isEnd = current == 0x2F
        if isEnd { position += 1 }
        guard let name = name(), !name.isEmpty else {
            position = start
            return nil
        }
        if isEnd {
            skip(past: ">")
            return .end(name: name)
        }
        let attributes = attributes()
        if Self.rawElements.contains(name) { skipContents(of: name) }
        return .start(name: name, attributes: attributes)
    }

    private mutating func name() -> String? {
        guard let first = current, first.isAlphanumeric, !(0x30...0x39).contains(first) else { return nil }
        let start = position
        while let byte = current, byte.isAlphanumeric || byte == 0x2D || byte == 0x3A { position += 1 }
        guard position - start <= Self.maximumNameLength else { return nil }
        return String(decoding: bytes[start..<position], as: UTF8.self).lowercasedASCII()
    }

    private mutating func attributes() -> [String: String] {
        var result: [String: String] = [:]
        while let byte = current, byte != 0x3E {
            if byte.isASCIIWhitespace || byte == 0x2F || byte == 0x3D {
                position += 1
                continue
            }
            let start = position
            while let byte = current, !byte.isASCIIWhitespace, byte != 0x3D, byte != 0x3E, byte != 0x2F {
                position += 1
            }
            let name = String(decoding: bytes[start..<position].prefix(64), as: UTF8.self).lowercasedASCII()
            skipSpace()
            var value = ""
            if current == 0x3D {
                position += 1
                skipSpace()
                value = attributeValue()
            }
            if result.count < Self.maximumAttributes, result[name] == nil { result[name] = value }
        }
        position = min(bytes.count, position + 1)
        return result
    }

    private mutating func skipSpace() {
        while let byte = current, byte.isASCIIWhitespace { position += 1 }
    }

    private mutating func attributeValue() -> String {
        if let quote = current, quote == 0x22 || quote == 0x27 {
            position += 1
            let start = position
            while let byte = current, byte != quote { position += 1 }
            defer { position = min(bytes.count, position + 1) }
            return HTMLEntities.decode(bytes[start..<position])
        }
        let start = position
        while let byte = current, !byte.isASCIIWhitespace, byte != 0x3E { position += 1 }
        return HTMLEntities.decode(bytes[start..<position])
    }

    /// Moves to the end tag of an element whose contents are no text.
    private mutating func skipContents(of name: String) {
        let wanted = Array("</\(name)".utf8)
        while position < bytes.count {
            if bytes[position] == 0x3C, position + wanted.count <= bytes.count,
                (0..<wanted.count).allSatisfy({ bytes[position + $0] | 0x20 == wanted[$0] | 0x20 })
            {
                return
            }
            position += 1
        }
    }
}
