import GroundworkCore

/// An element of a document that a client sent: a small strict reader, independent of the client's own.
struct XMLElement: Sendable {
    /// The name without its prefix.
    let name: String
    var children: [XMLElement] = []
    var text = ""

    func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
    func value(_ name: String) -> String? { child(name)?.text }
    func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Reads a document; nil when it is not well-formed, has a DTD, or is deeper than 16 elements.
    static func parse(_ bytes: [UInt8]) -> XMLElement? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var parser = Parser(rest: Array(text.utf8)[...])
        return parser.document()
    }

    private struct Parser {
        var rest: ArraySlice<UInt8>

        mutating func document() -> XMLElement? {
            if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
            guard skipProlog(), let root = element(depth: 0), skipProlog(), rest.isEmpty else { return nil }
            return root
        }

        /// Passes over white space, processing instructions and comments.
        private mutating func skipProlog() -> Bool {
            while true {
                while let byte = rest.first, byte.isASCIIWhitespace { rest.removeFirst() }
                if rest.starts(with: Array("<?".utf8)) {
                    guard read(upTo: "?>") != nil else { return false }
                } else if rest.starts(with: Array("<!--".utf8)) {
                    guard read(upTo: "-->") != nil else { return false }
                } else {
                    return true
                }
            }
        }

        private mutating func element(depth: Int) -> XMLElement? {
            guard depth < 16, rest.popFirst() == 0x3C, let tag = read(upTo: ">"), let first = tag.utf8.first,
                first != 0x21, first != 0x2F
            else { return nil }
            let isEmpty = tag.utf8.last == 0x2F
            let qualified = tag.prefix { !$0.isWhitespace && $0 != "/" }
            var result = XMLElement(name: String(qualified.split(separator: ":").last ?? ""))
            guard !result.name.isEmpty else { return nil }
            while !isEmpty {
                if rest.starts(with: Array("</".utf8)) {
                    rest = rest.dropFirst(2)
                    guard let end = read(upTo: ">"), end.trimmingASCIIWhitespace() == qualified else { return nil }
                    break
                } else if rest.starts(with: Array("<![CDATA[".utf8)) {
                    rest = rest.dropFirst(9)
                    guard let text = read(upTo: "]]>") else { return nil }
                    result.text += text
                } else if rest.starts(with: Array("<!--".utf8)) {
                    guard read(upTo: "-->") != nil else { return nil }
                } else if rest.first == 0x3C {
                    guard let child = element(depth: depth + 1) else { return nil }
                    result.children.append(child)
                } else {
                    let raw = rest.prefix { $0 != 0x3C }
                    rest = rest[raw.endIndex...]
                    guard !rest.isEmpty, let text = unescaped(raw) else { return nil }
                    result.text += text
                }
            }
            return result
        }

        /// Reads up to a mark and passes over it.
        private mutating func read(upTo mark: String) -> String? {
            let pattern = Array(mark.utf8)
            var index = rest.startIndex
            while index + pattern.count <= rest.endIndex {
                if rest[index..<index + pattern.count].elementsEqual(pattern) {
                    let text = String(decoding: rest[..<index], as: UTF8.self)
                    rest = rest[(index + pattern.count)...]
                    return text
                }
                index += 1
            }
            return nil
        }

        private func unescaped(_ raw: ArraySlice<UInt8>) -> String? {
            var result = ""
            for (index, piece) in raw.split(separator: 0x26, omittingEmptySubsequences: false).enumerated() {
                guard index > 0 else {
                    result += String(decoding: piece, as: UTF8.self)
                    continue
                }
                guard let end = piece.firstIndex(of: 0x3B),
                    let scalar = entity(String(decoding: piece[..<end], as: UTF8.self))
                else { return nil }
                result.unicodeScalars.append(scalar)
                result += String(decoding: piece[(end + 1)...], as: UTF8.self)
            }
            return result
        }

        private func entity(_ name: String) -> Unicode.Scalar? {
            switch name {
            case "amp": return "&"
            case "lt": return "<"
            case "gt": return ">"
            case "quot": return "\""
            case "apos": return "'"
            default:
                guard name.hasPrefix("#") else { return nil }
                let digits = name.dropFirst()
                let value =
                    digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
                return value.flatMap(Unicode.Scalar.init)
            }
        }
    }
}
