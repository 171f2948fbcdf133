import GroundworkCore

extension JSONValue {
    /// Reads a text (RFC 8259).
    init(parsing bytes: [UInt8], bounds: JSONBounds = JSONBounds()) throws(JSONFault) {
        var reader = JSONTextReader(bytes, bounds)
        self = try reader.wholeText()
    }
}

/// Reads JSON within bounds.
///
/// As strict as RFC 8259, but for what comes up in texts that people wrote: an unpaired surrogate and bytes that are no
/// UTF-8 become U+FFFD, for the rest of the text is of use all the same.
private struct JSONTextReader {
    private let bytes: [UInt8]
    private let bounds: JSONBounds
    private var position = 0
    private var depth = 0
    private var values = 0

    init(_ bytes: [UInt8], _ bounds: JSONBounds) {
        self.bytes = bytes
        self.bounds = bounds
    }

    mutating func wholeText() throws(JSONFault) -> JSONValue {
        guard bytes.count <= bounds.bytes else { throw fault("the text is longer than \(bounds.bytes) bytes") }
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw fault("something follows the value") }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: position) }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONFault) -> JSONValue {
        values += 1
        guard values <= bounds.values else { throw fault("there are more than \(bounds.values) values") }
        switch current {
        case UInt8(ascii: "{"): return try nested(JSONTextReader.object)
        case UInt8(ascii: "["): return try nested(JSONTextReader.array)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("the text ends too early")
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): return try number()
        default: throw fault("no value begins here")
        }
    }

    private mutating func nested(
        _ read: (inout JSONTextReader) throws(JSONFault) -> JSONValue
    ) throws(JSONFault) -> JSONValue {
        guard depth < bounds.depth else { throw fault("values are nested deeper than \(bounds.depth)") }
        depth += 1
        position += 1
        skipSpace()
        let value = try read(&self)
        depth -= 1
        return value
    }

    private static func object(_ reader: inout JSONTextReader) throws(JSONFault) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if reader.take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            let name = try reader.string()
            reader.skipSpace()
            guard reader.take(UInt8(ascii: ":")) else { throw reader.fault("a colon is missing") }
            reader.skipSpace()
            members[name] = try reader.value()
            reader.skipSpace()
            if reader.take(UInt8(ascii: "}")) { return .object(members) }
            guard reader.take(UInt8(ascii: ",")) else { throw reader.fault("a comma is missing") }
            reader.skipSpace()
        }
    }

    private static func array(_ reader: inout JSONTextReader) throws(JSONFault) -> JSONValue {
        var elements: [JSONValue] = []
        if reader.take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try reader.value())
            reader.skipSpace()
            if reader.take(UInt8(ascii: "]")) { return .array(elements) }
            guard reader.take(UInt8(ascii: ",")) else { throw reader.fault("a comma is missing") }
            reader.skipSpace()
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        for letter in text.utf8 {
            guard take(letter) else { throw fault("an unknown word") }
        }
        return value
    }

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadingZero = current == 0x30
        let whole = digits()
        guard whole > 0, whole == 1 || !leadingZero else { throw fault("this is no number") }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 else { throw fault("a digit is missing") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw fault("a digit is missing") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONFault) -> String {
        guard take(UInt8(ascii: "\"")) else { throw fault("a text was expected") }
        var result: [UInt8] = []
        var start = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                result += bytes[start..<position]
                position += 1
                return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"):
                result += bytes[start..<position]
                position += 1
                try escape(to: &result)
                start = position
            case 0..<0x20:
                throw fault("a control character stands in a text")
            default:
                position += 1
            }
        }
        throw fault("a text has no end")
    }

    private mutating func escape(to result: inout [UInt8]) throws(JSONFault) {
        guard let kind = current else { throw fault("an escape has no end") }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result += Array(String(Character(try scalar())).utf8)
        default: throw fault("an unknown escape")
        }
    }

    private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let before = position
        if (0xD800...0xDBFF).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try codeUnit()
            if (0xDC00...0xDFFF).contains(second) {
                let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
                return Unicode.Scalar(value) ?? "\u{FFFD}"
            }
        }
        position = before
        return "\u{FFFD}"
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        guard bytes.count - position >= 4 else { throw fault("an escape has no end") }
        var value: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Hex.nibble(byte) else { throw fault("an escape has no hexadecimal digits") }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }
}
