/// Reads JSON (RFC 8259) from bytes, within limits, and never repeats what it read in an error.
package struct JSONReader {
    /// The most bytes that are read.
    package static let sizeLimit = 32 << 20
    /// The deepest nesting that is read; Railway's own output has less than 12.
    package static let depthLimit = 64

    private let bytes: [UInt8]
    private let input: String
    private var position = 0

    private init(_ bytes: [UInt8], input: String) {
        self.bytes = bytes
        self.input = input
    }

    /// Reads one JSON text.
    /// - Parameter input: what the bytes are, for errors.
    package static func read(_ bytes: [UInt8], input: String) throws(AuditInputError) -> JSONValue {
        guard bytes.count <= sizeLimit else {
            throw AuditInputError(.tooLarge, input: input, reason: "It is larger than 32 MiB.")
        }
        // The reader below compares bytes; a text of another encoding would give nonsense instead of an error.
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw AuditInputError(
                .notJSON,
                input: input,
                reason: "It is not UTF-8. JSON must be (RFC 8259, section 8.1)."
            )
        }
        var reader = JSONReader(bytes, input: input)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.malformed("something follows the JSON text") }
        return value
    }

    private func malformed(_ what: String) -> AuditInputError {
        AuditInputError(.notJSON, input: input, reason: "It is not JSON: \(what) at byte \(position).")
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

    private mutating func value(depth: Int) throws(AuditInputError) -> JSONValue {
        guard depth < Self.depthLimit else {
            throw AuditInputError(
                .tooLarge,
                input: input,
                reason: "It is nested more than \(Self.depthLimit) deep at byte \(position)."
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
        case nil: throw malformed("it ends where a value should stand")
        default: throw malformed("no value begins like this")
        }
    }

    private mutating func object(depth: Int) throws(AuditInputError) -> JSONValue {
        position += 1
        var members: [(name: String, value: JSONValue)] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed("a name in quotes is missing") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed("a colon is missing") }
            members.append((name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw malformed("an object is not closed")
        }
    }

    private mutating func array(depth: Int) throws(AuditInputError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return .array(elements) }
            throw malformed("an array is not closed")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(AuditInputError) -> JSONValue {
        for byte in text.description.utf8 {
            guard take(byte) else { throw malformed("an unknown word stands") }
        }
        return value
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func number() throws(AuditInputError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadingZero = next == 0x30
        let whole = digits()
        guard whole == 1 || whole > 1 && !leadingZero else { throw malformed("a number is malformed") }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 else { throw malformed("a number is malformed") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw malformed("a number is malformed") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(AuditInputError) -> String {
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
                throw malformed("a control character stands in a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw malformed("a string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(AuditInputError) {
        guard let byte = next else { throw malformed("an escape is not complete") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try scalar()).utf8))
        default: throw malformed("an unknown escape stands")
        }
    }

    /// The scalar of `\uXXXX`, of a surrogate pair, or U+FFFD for a lone surrogate.
    private mutating func scalar() throws(AuditInputError) -> Character {
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
        return Character(Unicode.Scalar(number) ?? "\u{FFFD}")
    }

    private mutating func codeUnit() throws(AuditInputError) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
            bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
        else { throw malformed("an escape is malformed") }
        position += 4
        return unit
    }
}
