import GroundworkCore

/// A JSON text (RFC 8259) that is proved well-formed and bounded in depth before anything decodes it.
///
/// `JSONDecoder` accepts repeated keys and quotes the text in its errors; this reader does neither.
struct JSONText {
    /// No value is nested deeper, unless told otherwise.
    static let maximumDepth = 64
    /// No text is longer, unless told otherwise.
    static let maximumLength = 1 << 20

    let bytes: [UInt8]
    let maximumDepth: Int
    private var position = 0

    init(_ text: String, maximumDepth: Int = JSONText.maximumDepth) {
        self.init(bytes: Array(text.utf8), maximumDepth: maximumDepth)
    }

    init(bytes: [UInt8], maximumDepth: Int = JSONText.maximumDepth) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    /// Checks the whole text.
    func check(maximumLength: Int = JSONText.maximumLength) throws(TextParsingError) {
        guard bytes.count <= maximumLength else { throw TextParsingError("it is longer than \(maximumLength) bytes") }
        var copy = self
        try copy.value(depth: 0)
        try copy.end()
    }

    /// The elements of a text that is an array: strings as their contents, everything else as its own text.
    func elements() throws(TextParsingError) -> [String] {
        guard bytes.count <= Self.maximumLength else {
            throw TextParsingError("it is longer than \(Self.maximumLength) bytes")
        }
        var copy = self
        var result: [String] = []
        copy.blanks()
        guard copy.skip("[") else { throw copy.error("it is no JSON array") }
        copy.blanks()
        if !copy.skip("]") {
            repeat {
                copy.blanks()
                if copy.next == UInt8(ascii: "\"") {
                    result.append(try copy.string())
                } else {
                    let start = copy.position
                    try copy.value(depth: 1)
                    let text = String(decoding: bytes[start..<copy.position], as: UTF8.self)
                    guard text != "null" else { throw copy.error("element \(result.count + 1) is null") }
                    result.append(text.trimmingASCIIWhitespace())
                }
                copy.blanks()
            } while copy.skip(",")
            guard copy.skip("]") else { throw copy.error("a comma or ] is missing") }
        }
        try copy.end()
        return result
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: String) -> TextParsingError { TextParsingError(reason, offset: position) }

    private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard let next, UInt32(next) == sign.value else { return false }
        position += 1
        return true
    }

    private mutating func blanks() {
        while let next, next.isASCIIWhitespace { position += 1 }
    }

    private mutating func end() throws(TextParsingError) {
        blanks()
        guard position == bytes.count else { throw error("something follows the JSON value") }
    }

    private mutating func value(depth: Int) throws(TextParsingError) {
        guard depth < maximumDepth else { throw error("it is nested deeper than \(maximumDepth)") }
        blanks()
        switch next {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func object(depth: Int) throws(TextParsingError) {
        position += 1
        blanks()
        if skip("}") { return }
        var names: Set<String> = []
        repeat {
            blanks()
            guard next == UInt8(ascii: "\"") else { throw error("the name of a member is missing") }
            guard names.insert(try string()).inserted else { throw error("a name stands there twice") }
            blanks()
            guard skip(":") else { throw error("a colon is missing") }
            try value(depth: depth + 1)
            blanks()
        } while skip(",")
        guard skip("}") else { throw error("a comma or } is missing") }
    }

    private mutating func array(depth: Int) throws(TextParsingError) {
        position += 1
        blanks()
        if skip("]") { return }
        repeat {
            try value(depth: depth + 1)
            blanks()
        } while skip(",")
        guard skip("]") else { throw error("a comma or ] is missing") }
    }

    private mutating func word(_ word: String) throws(TextParsingError) {
        guard bytes[position...].starts(with: word.utf8) else { throw error("it is no JSON value") }
        position += word.utf8.count
    }

    private mutating func number() throws(TextParsingError) {
        let start = position
        _ = skip("-")
        let leadingZero = next == 0x30
        let whole = digits()
        guard whole > 0, !(leadingZero && whole > 1) else { throw error("it is no JSON value") }
        if skip("."), digits() == 0 { throw error("a number is malformed") }
        if next == 0x65 || next == 0x45 {
            position += 1
            if !skip("+") { _ = skip("-") }
            if digits() == 0 { throw error("a number is malformed") }
        }
        guard position - start <= 400 else { throw error("a number is too long") }
    }

    private mutating func digits() -> Int {
        let start = position
        while let next, (0x30...0x39).contains(next) { position += 1 }
        return position - start
    }

    /// Reads a string and returns its contents.
    private mutating func string() throws(TextParsingError) -> String {
        position += 1
        var contents: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: contents, as: UTF8.self) else { throw error("it is not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &contents)
            case 0..<0x20: throw error("a control character stands in a string")
            default: contents.append(byte)
            }
        }
        throw error("a string has no end")
    }

    private mutating func escape(into contents: inout [UInt8]) throws(TextParsingError) {
        guard let byte = next else { throw error("a string has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): contents.append(byte)
        case UInt8(ascii: "b"): contents.append(0x08)
        case UInt8(ascii: "f"): contents.append(0x0C)
        case UInt8(ascii: "n"): contents.append(0x0A)
        case UInt8(ascii: "r"): contents.append(0x0D)
        case UInt8(ascii: "t"): contents.append(0x09)
        case UInt8(ascii: "u"): try unicode(into: &contents)
        default: throw error("an escape is malformed")
        }
    }

    private mutating func unicode(into contents: inout [UInt8]) throws(TextParsingError) {
        var code = try fourDigits()
        if (0xD800...0xDBFF).contains(code) {
            guard skip("\\"), skip("u") else { throw error("half of a surrogate pair is missing") }
            let low = try fourDigits()
            guard (0xDC00...0xDFFF).contains(low) else { throw error("a surrogate pair is malformed") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair is missing") }
        contents += Array(String(Character(scalar)).utf8)
    }

    private mutating func fourDigits() throws(TextParsingError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error("an escape is malformed") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let nibble = Hex.nibble(byte) else { throw error("an escape is malformed") }
            value = value << 4 | UInt32(nibble)
        }
        position += 4
        return value
    }
}
