/// A strict, bounded pull reader of JSON (RFC 8259) that takes its values from where they stand.
///
/// Stricter than the RFC demands, as signed claims should be: no byte order mark, no member twice in one object
/// (RFC 7515, section 4), no unpaired surrogates, nothing after the value. Foundation's decoder accepts the second.
package struct JSONReader {
    /// What kind of value comes next.
    package enum Kind: Sendable, Hashable {
        case object, array, string, number, bool, null
    }

    let bytes: [UInt8]
    /// Where the text ends in `bytes`.
    let end: Int
    let limits: JSONLimits
    var position: Int
    private let start: Int
    private var depth = 0
    private var names = JSONNames()

    /// Takes a whole text.
    package init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(bytes, in: 0..<bytes.count, limits: limits)
    }

    /// Takes the text that stands at `range` among other bytes. Offsets in errors count from its beginning.
    package init(_ bytes: [UInt8], in range: Range<Int>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count, bytes.count <= Int(Int32.max) else {
            throw JSONError("the text lies outside of its bytes", at: 0)
        }
        guard range.count <= limits.maximumBytes else {
            throw JSONError("the text is longer than \(limits.maximumBytes) bytes", at: limits.maximumBytes)
        }
        do {
            _ = try UTF8Span(validating: bytes.span.extracting(range))
        } catch {
            throw JSONError("the text is not UTF-8", at: error.byteOffsets.lowerBound)
        }
        self.bytes = bytes
        self.limits = limits
        start = range.lowerBound
        end = range.upperBound
        position = start
        skipWhitespace()
    }

    /// Checks a whole text and takes nothing from it.
    package static func check(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        var reader = try JSONReader(bytes, limits: limits)
        try reader.skipValue()
        try reader.finish()
    }

    /// What comes next.
    package func peek() throws(JSONError) -> Kind {
        guard let byte = current else { throw error("the text ends too early", at: position) }
        return switch byte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: throw error("no value begins here", at: position)
        }
    }

    /// Reads an object; `member` must read or skip the value of each.
    package mutating func readObject(
        _ member: (inout JSONReader, JSONKey) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(UInt8(ascii: "{"), "an object")
        let base = names.count
        if !take(UInt8(ascii: "}")) {
            repeat {
                let key = try readKey(since: base)
                try member(&self, key)
                skipWhitespace()
            } while try more(before: UInt8(ascii: "}"))
        }
        names.removeAll(since: base)
        close()
    }

    /// Reads an array; `element` must read or skip each element.
    package mutating func readArray(
        _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(UInt8(ascii: "["), "an array")
        if !take(UInt8(ascii: "]")) {
            repeat {
                skipWhitespace()
                try element(&self)
                skipWhitespace()
            } while try more(before: UInt8(ascii: "]"))
        }
        close()
    }

    /// Reads `true` or `false`.
    package mutating func readBool() throws(JSONError) -> Bool {
        let value = current == UInt8(ascii: "t")
        try word(value ? "true" : "false")
        return value
    }

    /// Reads `null`.
    package mutating func readNull() throws(JSONError) {
        try word("null")
    }

    /// Reads past the next value, and checks it as strictly as if it were used.
    package mutating func skipValue() throws(JSONError) {
        switch try peek() {
        case .object: try readObject { reader, _ throws(JSONError) in try reader.skipValue() }
        case .array: try readArray { reader throws(JSONError) in try reader.skipValue() }
        case .string: _ = try scanString()
        case .number: _ = try scanNumber()
        case .bool: _ = try readBool()
        case .null: try readNull()
        }
    }

    /// Reads past the next value and returns its text.
    package mutating func readRaw() throws(JSONError) -> [UInt8] {
        let start = position
        try skipValue()
        return Array(bytes[start..<position])
    }

    /// Demands that nothing but white space follows.
    package mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard position == end else { throw error("something follows the value", at: position) }
    }

    // MARK: - Steps

    var current: UInt8? { position < end ? bytes[position] : nil }

    mutating func skipWhitespace() {
        while position < end, bytes[position].isJSONWhitespace { position += 1 }
    }

    private mutating func open(_ byte: UInt8, _ what: String) throws(JSONError) {
        guard current == byte else { throw error("\(what) was expected", at: position) }
        guard depth < limits.maximumDepth else {
            throw error("values are nested deeper than \(limits.maximumDepth)", at: position)
        }
        depth += 1
        position += 1
        skipWhitespace()
    }

    private mutating func close() {
        depth -= 1
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func more(before end: UInt8) throws(JSONError) -> Bool {
        if take(end) { return false }
        guard take(UInt8(ascii: ",")) else { throw error("a comma or the end was expected", at: position) }
        skipWhitespace()
        return true
    }

    private mutating func word(_ text: StaticString) throws(JSONError) {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            let letter = unsafe text.utf8Start[index]
            guard current == letter else { throw error("an unknown word", at: start) }
            position += 1
        }
    }

    private mutating func readKey(since base: Int) throws(JSONError) -> JSONKey {
        guard current == UInt8(ascii: "\"") else { throw error("a name was expected", at: position) }
        let start = position
        let scanned = try scanString()
        guard names.count - base < limits.maximumMembers else {
            throw error("an object has more than \(limits.maximumMembers) members", at: start)
        }
        let key: JSONKey
        if scanned.isEscaped {
            let decoded = try decode(scanned)
            key = JSONKey(bytes: decoded, range: 0..<decoded.count)
        } else {
            key = JSONKey(bytes: bytes, range: scanned.range)
        }
        guard names.insert(key, since: base, isDecoded: scanned.isEscaped, of: bytes) else {
            throw error("a name stands twice in one object", at: start)
        }
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else { throw error("a colon was expected", at: position) }
        skipWhitespace()
        return key
    }

    /// An error at a place of the text.
    func error(_ reason: String, at position: Int) -> JSONError {
        JSONError(reason, at: position - start)
    }
}

extension UInt8 {
    fileprivate var isJSONWhitespace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
