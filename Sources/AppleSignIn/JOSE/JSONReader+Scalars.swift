extension JSONReader {
    struct ScannedString {
        /// What stands between the quotes.
        let range: Range<Int>
        /// Whether there is a backslash in it.
        let isEscaped: Bool
    }

    /// Reads a string.
    /// - Parameter limit: the most bytes that it may have as it is written.
    package mutating func readString(upTo limit: Int = 8192) throws(JSONError) -> String {
        try readString(expecting: EmptyCollection(), upTo: limit)
    }

    /// Reads a string; when it is one of those expected, byte by byte, the result shares that one's memory.
    package mutating func readString(
        expecting texts: some Collection<String>,
        upTo limit: Int = 8192
    ) throws(JSONError) -> String {
        let start = position
        let scanned = try scanString()
        guard scanned.range.count <= limit else { throw error("a text is longer than \(limit) bytes", at: start) }
        if scanned.isEscaped { return String(decoding: try decode(scanned), as: UTF8.self) }
        for text in texts where text.utf8.count == scanned.range.count && bytes[scanned.range].elementsEqual(text.utf8)
        {
            return text
        }
        return String(decoding: bytes[scanned.range], as: UTF8.self)
    }

    /// Reads a number that is a whole one, written without point or exponent; nil when it is another.
    package mutating func readInteger() throws(JSONError) -> Int64? {
        let range = try scanNumber()
        return Int64(String(decoding: bytes[range], as: UTF8.self))
    }

    /// Reads a number; nil when it is beyond what a double holds.
    package mutating func readNumber() throws(JSONError) -> Double? {
        let range = try scanNumber()
        guard range.count <= 40 else { return nil }
        if range.count <= 15, let whole = wholeNumber(range) { return Double(whole) }
        guard let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private func wholeNumber(_ range: Range<Int>) -> Int? {
        var value = 0
        for byte in bytes[range] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    mutating func scanNumber() throws(JSONError) -> Range<Int> {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let first = current
        guard digits() > 0 else { throw error("a number was expected", at: start) }
        if first == UInt8(ascii: "0"), position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
            throw error("a number begins with a superfluous zero", at: start)
        }
        if current == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw error("a digit was expected", at: position) }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { throw error("a digit was expected", at: position) }
        }
        return start..<position
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position - start
    }

    mutating func scanString() throws(JSONError) -> ScannedString {
        guard current == UInt8(ascii: "\"") else { throw error("a text was expected", at: position) }
        position += 1
        let start = position
        var isEscaped = false
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                let scanned = ScannedString(range: start..<position - 1, isEscaped: isEscaped)
                if isEscaped { _ = try decode(scanned) }
                return scanned
            case UInt8(ascii: "\\"):
                isEscaped = true
                position += 2
            case 0..<0x20:
                throw error("a control character stands in a text", at: position)
            default:
                position += 1
            }
        }
        throw error("a text has no end", at: start)
    }

    /// The bytes of a string with its escapes resolved.
    func decode(_ scanned: ScannedString) throws(JSONError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(scanned.range.count)
        var index = scanned.range.lowerBound
        let end = scanned.range.upperBound
        while index < end {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard index < end else { throw error("an escape has no end", at: index) }
            let kind = bytes[index]
            index += 1
            switch kind {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: Array(String(try scalar(&index, end)).utf8))
            default: throw error("an unknown escape", at: index - 1)
            }
        }
        return result
    }

    private func scalar(_ index: inout Int, _ end: Int) throws(JSONError) -> Unicode.Scalar {
        let start = index
        let first = try codeUnit(&index, end)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw error("an unpaired surrogate", at: start) }
        index += 2
        let second = try codeUnit(&index, end)
        // The range first: the difference of another number would overflow.
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else {
            throw error("an unpaired surrogate", at: start)
        }
        return scalar
    }

    private func codeUnit(_ index: inout Int, _ end: Int) throws(JSONError) -> UInt16 {
        guard end - index >= 4 else { throw error("an escape has no end", at: index) }
        var value: UInt16 = 0
        for byte in bytes[index..<index + 4] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: throw error("an escape has no hexadecimal digits", at: index)
            }
            value = value << 4 | UInt16(digit)
        }
        index += 4
        return value
    }
}
