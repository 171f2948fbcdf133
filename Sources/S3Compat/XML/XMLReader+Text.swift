/// Text, references and CDATA sections.
extension XMLReader {
    /// The text up to the next tag; nil when there is none. Comments and instructions inside are passed over.
    mutating func readText() throws(XMLError) -> String? {
        let start = position
        while let byte = byte(at: position), Self.isPlain(byte) { position += 1 }
        if byte(at: position) == UInt8(ascii: "<"), !continuesText {
            return position > start ? string(start..<position) : nil
        }
        var text = Array(bytes[start..<position])
        while let byte = byte(at: position) {
            switch byte {
            case UInt8(ascii: "<"):
                guard continuesText else { return text.isEmpty ? nil : String(decoding: text, as: UTF8.self) }
                try passMarkup(into: &text)
            case UInt8(ascii: "&"):
                try readReference(into: &text)
            case 0x0D:
                // Line ends are normalised (section 2.11).
                text.append(0x0A)
                position += self.byte(at: position + 1) == 0x0A ? 2 : 1
            default:
                guard !matches("]]>") else { throw XMLError(.malformed, at: position) }
                try checkCharacter(byte)
                text.append(byte)
                position += 1
            }
        }
        throw XMLError(.truncated, at: position)
    }

    /// Whether the markup here does not end a run of text: a comment, an instruction, a CDATA section.
    private var continuesText: Bool {
        switch byte(at: position + 1) {
        case UInt8(ascii: "!"): matches("<!--") || matches("<![CDATA[")
        case UInt8(ascii: "?"): true
        default: false
        }
    }

    private mutating func passMarkup(into text: inout [UInt8]) throws(XMLError) {
        if matches("<!--") {
            try skipComment()
        } else if matches("<?") {
            try skipInstruction()
        } else {
            position += 9
            try readCharacterData(into: &text)
        }
    }

    private mutating func readCharacterData(into text: inout [UInt8]) throws(XMLError) {
        while let byte = byte(at: position) {
            if matches("]]>") {
                position += 3
                return
            }
            if byte == 0x0D {
                text.append(0x0A)
                position += self.byte(at: position + 1) == 0x0A ? 2 : 1
                continue
            }
            try checkCharacter(byte)
            text.append(byte)
            position += 1
        }
        throw XMLError(.truncated, at: position)
    }

    /// `&amp;`, `&#38;`, `&#x26;` (section 4.1).
    mutating func readReference(into text: inout [UInt8]) throws(XMLError) {
        let start = position
        // The longest reference that is accepted is "&#x0010FFFF;"; more leading zeros are nobody's.
        guard let end = bytes[start..<min(bytes.count, start + 16)].firstIndex(of: UInt8(ascii: ";")) else {
            throw XMLError(bytes.count < start + 16 ? .truncated : .unknownEntity, at: start)
        }
        let name = bytes[(start + 1)..<end]
        position = end + 1
        if name.first == UInt8(ascii: "#") {
            let scalar = try Self.scalar(of: name.dropFirst(), at: start)
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            return
        }
        switch String(decoding: name, as: UTF8.self) {
        case "amp": text.append(UInt8(ascii: "&"))
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "quot": text.append(UInt8(ascii: "\""))
        case "apos": text.append(UInt8(ascii: "'"))
        default: throw XMLError(.unknownEntity, at: start)
        }
    }

    private static func scalar(of digits: ArraySlice<UInt8>, at offset: Int) throws(XMLError) -> Unicode.Scalar {
        let isHexadecimal = digits.first == UInt8(ascii: "x")
        let digits = isHexadecimal ? digits.dropFirst() : digits
        guard !digits.isEmpty else { throw XMLError(.malformed, at: offset) }
        var value: UInt32 = 0
        for digit in digits {
            guard let nibble = Hex.nibble(digit), isHexadecimal || nibble < 10 else {
                throw XMLError(.malformed, at: offset)
            }
            value = value * (isHexadecimal ? 16 : 10) + UInt32(nibble)
            guard value <= 0x10_FFFF else { throw XMLError(.invalidCharacter, at: offset) }
        }
        guard value != 0, value != 0xFFFE, value != 0xFFFF, let scalar = Unicode.Scalar(value) else {
            throw XMLError(.invalidCharacter, at: offset)
        }
        return scalar
    }

    /// Refuses what is no `Char` (section 2.2) at the current position.
    func checkCharacter(_ byte: UInt8) throws(XMLError) {
        if byte >= 0x20, byte != 0xEF { return }
        if byte == 0xEF {
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            guard self.byte(at: position + 1) == 0xBF, let last = self.byte(at: position + 2), last >= 0xBE else {
                return
            }
        } else if byte == 0x09 || byte == 0x0A || byte == 0x0D {
            return
        }
        throw XMLError(.invalidCharacter, at: position)
    }

    /// Bytes that stand for themselves wherever they are.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x3C && byte != 0x26 && byte != 0x5D && byte != 0xEF : byte == 0x0A || byte == 0x09
    }
}
