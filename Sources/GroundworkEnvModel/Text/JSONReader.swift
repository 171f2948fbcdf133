package import GroundworkBase

/// Reads JSON (RFC 8259) from bytes, within limits, and never repeats what it read in an error.
package struct JSONReader {
    /// What is read and what is refused.
    package struct Rules: Sendable {
        /// The most bytes.
        package var maximumLength = 1 << 20
        /// The deepest nesting.
        package var maximumDepth = 64
        /// Whether a name that stands twice in an object and half of a surrogate pair are mended, the first by keeping
        /// both, the second with U+FFFD, and a byte order mark is passed over; else they are errors.
        package var isLenient = false

        /// The rules for a text that a person wrote.
        package init() {}
    }

    /// The kinds of errors.
    package enum Fault: Sendable {
        case tooLarge
        case malformed
    }

    /// Why a text could not be read.
    package struct Failure: Error, Sendable {
        package let fault: Fault
        /// What is wrong and where, in words.
        package let error: TextParsingError
    }

    private let bytes: [UInt8]
    private let rules: Rules
    private var position = 0

    private init(_ bytes: [UInt8], _ rules: Rules) throws(Failure) {
        (self.bytes, self.rules) = (bytes, rules)
        guard bytes.count <= rules.maximumLength else {
            throw Failure(
                fault: .tooLarge,
                error: TextParsingError("it is longer than \(rules.maximumLength) bytes")
            )
        }
        // The reader compares bytes; a text of another encoding would give nonsense instead of an error.
        guard String(validating: bytes, as: UTF8.self) != nil else { throw failure("it is not UTF-8") }
        if rules.isLenient, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Reads one JSON text.
    package static func read(_ bytes: [UInt8], rules: Rules = Rules()) throws(Failure) -> JSONValue {
        var reader = try JSONReader(bytes, rules)
        let value = try reader.value(depth: 0)
        try reader.end()
        return value
    }

    /// The elements of a text that is an array: strings as their contents, everything else as its own text.
    package static func elements(_ bytes: [UInt8]) throws(Failure) -> [String] {
        var reader = try JSONReader(bytes, Rules())
        var result: [String] = []
        reader.skipSpace()
        guard reader.take(UInt8(ascii: "[")) else { throw reader.failure("it is no JSON array") }
        reader.skipSpace()
        if !reader.take(UInt8(ascii: "]")) {
            repeat {
                reader.skipSpace()
                let start = reader.position
                switch try reader.value(depth: 1) {
                case .string(let text): result.append(text)
                case .null: throw reader.failure("element \(result.count + 1) is null")
                default: result.append(String(decoding: bytes[start..<reader.position], as: UTF8.self))
                }
                reader.skipSpace()
            } while reader.take(UInt8(ascii: ","))
            guard reader.take(UInt8(ascii: "]")) else { throw reader.failure("a comma or ] is missing") }
        }
        try reader.end()
        return result
    }

    private func failure(_ what: String) -> Failure {
        Failure(fault: .malformed, error: TextParsingError(what, offset: position))
    }

    private mutating func end() throws(Failure) {
        skipSpace()
        guard position == bytes.count else { throw failure("something follows the JSON text") }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < rules.maximumDepth else {
            throw Failure(
                fault: .tooLarge,
                error: TextParsingError("it is nested deeper than \(rules.maximumDepth)", offset: position)
            )
        }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-")?, 0x30?, 0x31?, 0x32?, 0x33?, 0x34?, 0x35?, 0x36?, 0x37?, 0x38?, 0x39?:
            return .number(try number())
        case nil: throw failure("it ends where a value should stand")
        default: throw failure("no value begins like this")
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes is missing") }
            let name = try string()
            guard rules.isLenient || names.insert(name).inserted else { throw failure("a name stands there twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
            members.append((name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw failure("an object is not closed")
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return .array(elements) }
            throw failure("an array is not closed")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        for byte in text.description.utf8 {
            guard take(byte) else { throw failure("an unknown word stands") }
        }
        return value
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func number() throws(Failure) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadingZero = next == 0x30
        let whole = digits()
        guard whole == 1 || whole > 1 && !leadingZero else { throw failure("a number is malformed") }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 else { throw failure("a number is malformed") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw failure("a number is malformed") }
        }
        guard position - start <= 400 else { throw failure("a number is too long") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(Failure) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &text)
            case 0..<0x20:
                throw failure("a control character stands in a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw failure("a string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let byte = next else { throw failure("an escape is not complete") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try scalar()).utf8))
        default: throw failure("an unknown escape stands")
        }
    }

    /// The scalar of `\uXXXX`, of a surrogate pair, or, leniently, U+FFFD for half of one.
    private mutating func scalar() throws(Failure) -> Character {
        let first = try codeUnit()
        var number = UInt32(first)
        if (0xD800..<0xDC00).contains(first), next == UInt8(ascii: "\\"), position + 1 < bytes.count,
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let start = position
            position += 2
            let second = try codeUnit()
            if (0xDC00..<0xE000).contains(second) {
                number = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            } else {
                position = start
            }
        }
        if let scalar = Unicode.Scalar(number) { return Character(scalar) }
        guard rules.isLenient else { throw failure("half of a surrogate pair is missing") }
        return "\u{FFFD}"
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
        guard position + 4 <= bytes.count else { throw failure("an escape is malformed") }
        var unit: UInt16 = 0
        for digit in bytes[position..<position + 4] {
            guard let nibble = Hex.nibble(digit) else { throw failure("an escape is malformed") }
            unit = unit << 4 | UInt16(nibble)
        }
        position += 4
        return unit
    }
}
