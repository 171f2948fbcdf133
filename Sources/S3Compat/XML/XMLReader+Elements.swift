/// Reading by elements: what the decoders of S3's answers are written with.
extension XMLReader {
    /// Reads the root's start tag.
    /// - Returns: its name without prefix.
    package mutating func root() throws(XMLError) -> String {
        guard case .start(let name, _) = try next() else { throw XMLError(.noRoot, at: position) }
        return Self.localName(name)
    }

    /// Calls `body` with the name, without prefix, of each child of the element that was just begun, and reads its end
    /// tag. `body` may read the child; what it leaves is passed over. Text between children is ignored.
    package mutating func children(
        _ body: (inout XMLReader, String) throws(XMLError) -> Void
    ) throws(XMLError) {
        let depth = open.count
        while let event = try next() {
            switch event {
            case .start(let name, _):
                try body(&self, Self.localName(name))
                while open.count > depth { _ = try next() }
            case .end: return
            case .text: continue
            }
        }
        throw XMLError(.truncated, at: position)
    }

    /// The text of the element that was just begun, and its end tag.
    package mutating func text() throws(XMLError) -> String {
        var result = ""
        while let event = try next() {
            switch event {
            case .text(let text): result = result.isEmpty ? text : result + text
            case .end: return result
            case .start: throw XMLError(.unexpectedElement, at: position)
            }
        }
        throw XMLError(.truncated, at: position)
    }

    /// The text of the element that was just begun, as a whole number.
    package mutating func integer() throws(XMLError) -> Int64 {
        let start = position
        guard let value = Int64(try text().trimmingASCIIWhitespace()) else { throw XMLError(.invalidValue, at: start) }
        return value
    }

    /// The text of the element that was just begun, as `true` or `false`.
    package mutating func boolean() throws(XMLError) -> Bool {
        let start = position
        switch try text().trimmingASCIIWhitespace() {
        case "true", "True", "TRUE", "1": return true
        case "false", "False", "FALSE", "0", "": return false
        default: throw XMLError(.invalidValue, at: start)
        }
    }

    /// Reads to the end of the document and so proves it well formed.
    package mutating func finish() throws(XMLError) {
        while try next() != nil {}
    }

    static func localName(_ name: String) -> String {
        guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return name }
        return String(name[name.utf8.index(after: colon)...])
    }
}
