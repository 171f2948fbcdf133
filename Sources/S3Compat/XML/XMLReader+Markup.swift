/// Tags, comments, processing instructions and the XML declaration.
extension XMLReader {
    mutating func readStartTag() throws(XMLError) -> XMLEvent {
        let start = position
        guard !open.isEmpty || !rootSeen else { throw XMLError(.contentOutsideRoot, at: start) }
        guard open.count < limits.maximumDepth else { throw XMLError(.tooDeep, at: start) }
        position += 1
        let name = try readName()
        var attributes: [XMLAttribute] = []
        while true {
            let before = position
            skipWhitespace()
            switch byte(at: position) {
            case nil: throw XMLError(.truncated, at: position)
            case UInt8(ascii: ">"):
                position += 1
                rootSeen = true
                open.append(name)
                return .start(name: string(name), attributes: attributes)
            case UInt8(ascii: "/"):
                guard byte(at: position + 1) == UInt8(ascii: ">") else {
                    throw XMLError(position + 1 < bytes.count ? .malformed : .truncated, at: position)
                }
                position += 2
                rootSeen = true
                open.append(name)
                pendingEnd = true
                return .start(name: string(name), attributes: attributes)
            default:
                guard position > before else { throw XMLError(.malformed, at: position) }
                guard attributes.count < limits.maximumAttributes else {
                    throw XMLError(.tooManyAttributes, at: position)
                }
                let attribute = try readAttribute()
                guard !attributes.contains(where: { $0.name == attribute.name }) else {
                    throw XMLError(.duplicateAttribute, at: before)
                }
                attributes.append(attribute)
            }
        }
    }

    mutating func readEndTag() throws(XMLError) -> XMLEvent {
        let start = position
        guard let expected = open.last else { throw XMLError(.mismatchedTag, at: start) }
        position += 2
        let name = try readName()
        guard bytes[name] == bytes[expected] else { throw XMLError(.mismatchedTag, at: start) }
        skipWhitespace()
        guard let byte = byte(at: position) else { throw XMLError(.truncated, at: position) }
        guard byte == UInt8(ascii: ">") else { throw XMLError(.malformed, at: position) }
        position += 1
        open.removeLast()
        return .end(name: string(name))
    }

    private mutating func readName() throws(XMLError) -> Range<Int> {
        let start = position
        guard let first = byte(at: position) else { throw XMLError(.truncated, at: position) }
        guard Self.isNameStart(first) else { throw XMLError(.malformed, at: position) }
        position += 1
        while let byte = byte(at: position), Self.isName(byte) { position += 1 }
        guard position - start <= limits.maximumNameBytes else { throw XMLError(.nameTooLong, at: start) }
        return start..<position
    }

    private mutating func readAttribute() throws(XMLError) -> XMLAttribute {
        let name = string(try readName())
        skipWhitespace()
        guard let equals = byte(at: position) else { throw XMLError(.truncated, at: position) }
        guard equals == UInt8(ascii: "=") else { throw XMLError(.malformed, at: position) }
        position += 1
        skipWhitespace()
        return XMLAttribute(name: name, value: try readQuoted())
    }

    private mutating func readQuoted() throws(XMLError) -> String {
        guard let quote = byte(at: position) else { throw XMLError(.truncated, at: position) }
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw XMLError(.malformed, at: position)
        }
        position += 1
        var value: [UInt8] = []
        while let byte = byte(at: position) {
            switch byte {
            case quote:
                position += 1
                return String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "<"): throw XMLError(.malformed, at: position)
            case UInt8(ascii: "&"): try readReference(into: &value)
            case 0x09, 0x0A, 0x0D:
                // Attribute values are normalised (section 3.3.3): CR LF is one line end, each becomes a space.
                if byte == 0x0D, self.byte(at: position + 1) == 0x0A { position += 1 }
                value.append(0x20)
                position += 1
            default:
                try checkCharacter(byte)
                value.append(byte)
                position += 1
            }
        }
        throw XMLError(.truncated, at: position)
    }

    mutating func skipComment() throws(XMLError) {
        position += 4
        while position < bytes.count {
            if matches("--") {
                guard let byte = byte(at: position + 2) else { throw XMLError(.truncated, at: position) }
                guard byte == UInt8(ascii: ">") else { throw XMLError(.malformed, at: position) }
                position += 3
                return
            }
            try checkCharacter(bytes[position])
            position += 1
        }
        throw XMLError(.truncated, at: position)
    }

    mutating func skipInstruction() throws(XMLError) {
        let start = position
        position += 2
        let target = try readName()
        guard string(target).lowercasedASCII() != "xml" else { throw XMLError(.malformed, at: start) }
        guard let next = byte(at: position) else { throw XMLError(.truncated, at: position) }
        guard next.isASCIIWhitespace || matches("?>") else { throw XMLError(.malformed, at: position) }
        while position < bytes.count {
            if matches("?>") {
                position += 2
                return
            }
            try checkCharacter(bytes[position])
            position += 1
        }
        throw XMLError(.truncated, at: position)
    }

    /// `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` (section 2.8), if the document begins with it.
    mutating func readDeclaration() throws(XMLError) {
        let start = position
        guard matches("<?xml"), let next = byte(at: position + 5), next.isASCIIWhitespace else { return }
        position += 5
        var rest = ["version", "encoding", "standalone"][...]
        while true {
            let before = position
            skipWhitespace()
            if matches("?>") {
                guard rest.count < 3 else { throw XMLError(.malformed, at: start) }
                position += 2
                return
            }
            guard position > before else { throw XMLError(position < bytes.count ? .malformed : .truncated, at: start) }
            let attribute = try readAttribute()
            guard let index = rest.firstIndex(of: attribute.name), attribute.name == "version" || rest.count < 3 else {
                throw XMLError(.malformed, at: before)
            }
            rest = rest[(index + 1)...]
            try checkDeclared(attribute, at: before)
        }
    }

    private func checkDeclared(_ attribute: XMLAttribute, at offset: Int) throws(XMLError) {
        switch attribute.name {
        case "version":
            let digits = attribute.value.utf8.dropFirst(2)
            guard attribute.value.hasPrefix("1."), !digits.isEmpty,
                digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { throw XMLError(.malformed, at: offset) }
        case "encoding":
            guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(attribute.value.lowercasedASCII()) else {
                throw XMLError(.unsupportedEncoding, at: offset)
            }
        default:
            guard attribute.value == "yes" || attribute.value == "no" else { throw XMLError(.malformed, at: offset) }
        }
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F || byte == 0x3A
    }

    private static func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
    }
}
