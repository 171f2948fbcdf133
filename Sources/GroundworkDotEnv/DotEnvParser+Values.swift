// What several dialects do with the text of a value.
extension DotEnvParser {
    mutating func unterminated(at quote: Int, _ bytes: Span<UInt8>) -> DotEnvError {
        error(
            .unterminatedQuote,
            at: quote,
            bytes,
            "the quote that opens here is not closed",
            "close it; a backslash before a quote does not close it"
        )
    }

    /// Refuses `$(…)` and backticks outside single quotes, unless they are escaped.
    mutating func refuseCommands(in range: Range<Int>, _ bytes: Span<UInt8>) throws(DotEnvError) {
        guard isStrict else { return }
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == 0x5C {
                index += 2
                continue
            }
            if byte == 0x60 || (byte == 0x24 && index + 1 < range.upperBound && bytes[index + 1] == 0x28) {
                throw command(at: index, bytes)
            }
            index += 1
        }
    }

    mutating func command(at offset: Int, _ bytes: Span<UInt8>) -> DotEnvError {
        error(
            .commandSubstitution,
            at: offset,
            bytes,
            "bash would run a program here, and other programs take it as text",
            "write the program's output, or put the value into single quotes if it is meant as text"
        )
    }

    /// Says whether a value holds references of the kind that Compose and shells replace.
    mutating func markReferences(in range: Range<Int>, _ bytes: Span<UInt8>, of value: inout DotEnvValueText) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            let next = index + 1 < range.upperBound ? bytes[index + 1] : 0
            if byte == 0x5C, next == 0x24 {
                value.isTemplate = true
                index += 2
            } else if byte == 0x24, next == 0x7B, index + 2 < range.upperBound, bytes[index + 2] == 0x7B {
                value.hasRailwayReference = true
                value.isTemplate = true
                value.hasReference = true
                index += 3
            } else if byte == 0x24 {
                value.isTemplate = true
                if next.isNameByte || next == 0x7B || next == 0x24 { value.hasReference = true }
                index += next == 0x24 ? 2 : 1
            } else {
                index += 1
            }
        }
    }

    /// `\$` written as `$$`, which the expander reads.
    static func escapingDollars(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            if byte == 0x24, result.last == 0x5C { result[result.count - 1] = 0x24 }
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text without the backslashes that stand before `quote`; a pair of backslashes stays one.
    static func removingBackslashes(before quote: UInt8, _ range: Range<Int>, _ bytes: Span<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == 0x5C, index + 1 < range.upperBound {
                if bytes[index + 1] != quote { result.append(0x5C) }
                result.append(bytes[index + 1])
                index += 2
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// With line ends as programs see them that open a file as text: a line feed each.
    static func normalizingLineEnds(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var result: [UInt8] = []
        var isAfterReturn = false
        for byte in text.utf8 {
            if byte == 0x0D || (byte == 0x0A && !isAfterReturn) {
                result.append(0x0A)
            } else if byte != 0x0A {
                result.append(byte)
            }
            isAfterReturn = byte == 0x0D
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// Whether `${{` stands in `range`.
    package func holdsRailwayReference(in range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index + 2 < range.upperBound {
            if self[index] == 0x24, self[index + 1] == 0x7B, self[index + 2] == 0x7B { return true }
            index += 1
        }
        return false
    }
}

extension UInt8 {
    /// A letter, a digit or an underscore.
    package var isNameByte: Bool {
        (self >= 0x61 && self <= 0x7A) || (self >= 0x41 && self <= 0x5A) || self == 0x5F || isDigit
    }

    /// An ASCII digit.
    package var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}

/// The letters after a backslash.
enum DotEnvEscapes {
    /// The control character that `a b f n r t v` stand for.
    static func control(_ letter: UInt8) -> UInt8? {
        switch letter {
        case 0x61: 0x07
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        case 0x76: 0x0B
        default: nil
        }
    }

    /// The number of up to three octal digits, and how many there are.
    static func octal(_ bytes: Span<UInt8>, from start: Int, before end: Int) -> (code: UInt8, length: Int) {
        var code = 0
        var index = start
        while index < min(end, start + 3), bytes[index] >= 0x30, bytes[index] <= 0x37 {
            let next = code * 8 + Int(bytes[index] - 0x30)
            if next > 0xFF { break }
            code = next
            index += 1
        }
        return (UInt8(truncatingIfNeeded: code), index - start)
    }
}
