/// What the helpers on `StringProtocol` do, on one type: a generic body would be compiled again for every kind of string
/// in every module that calls it.
package enum ASCIIText {
    /// The pieces between a sign, empty ones too. Byte by byte: a sign and a mark that combines with it are one
    /// `Character`, which `split` would not see.
    @inline(never)
    package static func fields(_ text: String, separatedBy sign: Unicode.Scalar) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        for byte in Array(text.utf8) {
            if UInt32(byte) == sign.value {
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
            } else {
                field.append(byte)
            }
        }
        fields.append(String(decoding: field, as: UTF8.self))
        return fields
    }

    /// The words of a text between white space, never empty ones: tables of many words compile several times faster as
    /// one literal than as one literal each.
    @inline(never)
    package static func words(_ text: String) -> [String] {
        text.utf8.split { $0.isASCIIWhitespace }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A number of decimal digits alone; nil when there is anything else or it is above `maximum`.
    @inline(never)
    package static func decimal(_ text: String, maximum: Int) -> Int? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit), number <= maximum else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number <= maximum ? number : nil
    }

    /// The texts in ascending order.
    @inline(never)
    package static func sorted(_ texts: [String]) -> [String] { order(texts).map { texts[$0] } }

    /// The places of texts in ascending order; equal ones keep theirs.
    @inline(never)
    package static func order(_ texts: [String]) -> [Int] {
        Array(texts.indices).sorted { texts[$0] < texts[$1] }
    }

    @inline(never)
    static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var start = 0
        var end = bytes.count
        while start < end, bytes[start].isASCIIWhitespace { start += 1 }
        while end > start, bytes[end - 1].isASCIIWhitespace { end -= 1 }
        return start == 0 && end == bytes.count ? text : String(decoding: bytes[start..<end], as: UTF8.self)
    }

    @inline(never)
    static func withoutWhitespace(_ text: String) -> String {
        var bytes = Array(text.utf8)
        bytes.removeAll { $0.isASCIIWhitespace }
        return String(decoding: bytes, as: UTF8.self)
    }

    @inline(never)
    static func replacing(_ byte: UInt8, with replacement: String, in text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(byte) else { return text }
        let inserted = Array(replacement.utf8)
        var result: [UInt8] = []
        for other in bytes {
            if other == byte { result += inserted } else { result.append(other) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    @inline(never)
    static func lowercased(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for index in bytes.indices where (0x41...0x5A).contains(bytes[index]) { bytes[index] += 0x20 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @inline(never)
    static func unescapingLineEnds(_ text: String) -> String {
        var result: [UInt8] = []
        var escaped = false
        for byte in Array(text.utf8) {
            switch (escaped, byte) {
            case (true, 0x6E), (true, 0x72):
                result.append(byte == 0x6E ? 0x0A : 0x0D)
                escaped = false
            case (true, _):
                result.append(0x5C)
                escaped = byte == 0x5C
                if !escaped { result.append(byte) }
            case (false, 0x5C):
                escaped = true
            case (false, _):
                result.append(byte)
            }
        }
        if escaped { result.append(0x5C) }
        return String(decoding: result, as: UTF8.self)
    }
}
