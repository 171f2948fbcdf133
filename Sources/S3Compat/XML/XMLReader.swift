/// A piece of a document.
package enum XMLEvent: Sendable, Hashable {
    /// A start tag; an empty element gives a start and an end. The name has its prefix.
    case start(name: String, attributes: [XMLAttribute])
    /// An end tag.
    case end(name: String)
    /// Text, with references resolved, CDATA sections joined in and line ends made `\n`; never empty.
    case text(String)
}

/// An attribute of an element.
package struct XMLAttribute: Sendable, Hashable {
    package let name: String
    package let value: String
}

/// Reads XML 1.0 event by event: UTF-8 only, no document types, no entities but the five.
///
/// Differences from the standard, all of them towards less: names are ASCII; namespaces are not resolved. One towards
/// more: a reference such as `&#1;` gives the control character, because stores list such keys that way.
/// Sources: XML 1.0, fifth edition, sections 2 and 4.1.
package struct XMLReader: Sendable {
    let bytes: [UInt8]
    let limits: XMLLimits
    var position = 0
    /// The ranges of the names of the open elements.
    var open: [Range<Int>] = []
    var rootSeen = false
    /// An empty element's end is still to be told.
    var pendingEnd = false

    /// Takes a document.
    package init(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        guard bytes.count <= limits.maximumBytes else { throw XMLError(.tooLarge, at: limits.maximumBytes) }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw XMLError(.notUTF8, at: 0) }
        self.bytes = bytes
        self.limits = limits
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try readDeclaration()
    }

    /// How many elements are open.
    package var depth: Int { open.count }

    /// The next event, or nil at the end of a well-formed document.
    package mutating func next() throws(XMLError) -> XMLEvent? {
        if pendingEnd { return try closeEmptyElement() }
        while position < bytes.count {
            if open.isEmpty {
                try skipOutsideText()
                if position == bytes.count { break }
            } else if let text = try readText() {
                return .text(text)
            }
            guard position < bytes.count else { break }
            // Here stands a "<".
            switch byte(at: position + 1) {
            case UInt8(ascii: "/"): return try readEndTag()
            case UInt8(ascii: "?"): try skipInstruction()
            case UInt8(ascii: "!"):
                if matches("<!--") { try skipComment() } else { throw unexpectedMarkup() }
            case nil: throw XMLError(.truncated, at: position)
            default: return try readStartTag()
            }
        }
        guard open.isEmpty else { throw XMLError(.truncated, at: position) }
        guard rootSeen else { throw XMLError(.noRoot, at: position) }
        return nil
    }

    func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    func matches(_ text: StaticString) -> Bool { matches(text, at: position) }

    func matches(_ text: StaticString, at start: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in
            var index = 0
            while index < count {
                if unsafe buffer[index] != bytes[start + index] { return false }
                index += 1
            }
            return true
        }
    }

    mutating func skipWhitespace() {
        while let byte = byte(at: position), byte.isASCIIWhitespace { position += 1 }
    }

    private func unexpectedMarkup() -> XMLError {
        if matches("<!DOCTYPE") { return XMLError(.documentType, at: position) }
        if matches("<![CDATA[") { return XMLError(.contentOutsideRoot, at: position) }
        return XMLError(.malformed, at: position)
    }

    private mutating func skipOutsideText() throws(XMLError) {
        skipWhitespace()
        if let byte = byte(at: position), byte != UInt8(ascii: "<") {
            throw XMLError(.contentOutsideRoot, at: position)
        }
    }

    private mutating func closeEmptyElement() throws(XMLError) -> XMLEvent {
        pendingEnd = false
        guard let range = open.popLast() else { throw XMLError(.malformed, at: position) }
        return .end(name: string(range))
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
