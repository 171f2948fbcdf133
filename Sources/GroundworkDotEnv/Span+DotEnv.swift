extension Span<UInt8> {
    /// Where `byte` stands first at or after `start`.
    package func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// Where `byte` stands first at or after `start`, the end of the line at the latest.
    package func endOfLine(from start: Int) -> Int { firstIndex(of: 0x0A, from: start) ?? count }

    /// Whether the bytes of `text` stand at `start`.
    package func hasPrefix(_ text: StaticString, at start: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard start >= 0, start + length <= count else { return false }
        return text.withUTF8Buffer { pattern in
            for offset in 0..<length {
                if unsafe self[start + offset] != pattern[offset] { return false }
            }
            return true
        }
    }

    /// Whether `byte` stands at `index`; false beyond the end.
    package func holds(_ byte: UInt8, at index: Int) -> Bool { index >= 0 && index < count && self[index] == byte }

    package var startsWithByteOrderMark: Bool { hasPrefix("\u{FEFF}", at: 0) }

    /// The length of the white space character at `index`, line feed included; 0 when there is none.
    package func whitespaceLength(at index: Int) -> Int {
        guard index < count else { return 0 }
        let byte = self[index]
        if byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { return 1 }
        guard byte >= 0x80 else { return 0 }
        return wideWhitespaceLength(byte, at: index)
    }

    // NEL and NBSP, Ogham space, the spaces of General Punctuation, the ideographic space.
    private func wideWhitespaceLength(_ byte: UInt8, at index: Int) -> Int {
        if byte == 0xC2 { return holds(0x85, at: index + 1) || holds(0xA0, at: index + 1) ? 2 : 0 }
        guard index + 2 < count else { return 0 }
        let second = self[index + 1]
        let third = self[index + 2]
        switch (byte, second, third) {
        case (0xE1, 0x9A, 0x80), (0xE3, 0x80, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9),
            (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F):
            return 3
        default:
            return 0
        }
    }

    /// The first index at or after `start` without white space, staying on the line unless `crossingLines`.
    package func skippingWhitespace(from start: Int, crossingLines: Bool = false) -> Int {
        var index = start
        while index < count {
            if !crossingLines, self[index] == 0x0A { return index }
            let length = whitespaceLength(at: index)
            if length == 0 { return index }
            index += length
        }
        return index
    }

    /// `range` without white space at its end.
    package func trimmingEnd(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while end > range.lowerBound {
            let byte = self[end - 1]
            if byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) {
                end -= 1
            } else if byte >= 0x80, end - 2 >= range.lowerBound, whitespaceLength(at: end - 2) == 2 {
                end -= 2
            } else if byte >= 0x80, end - 3 >= range.lowerBound, whitespaceLength(at: end - 3) == 3 {
                end -= 3
            } else {
                break
            }
        }
        return range.lowerBound..<end
    }
}
