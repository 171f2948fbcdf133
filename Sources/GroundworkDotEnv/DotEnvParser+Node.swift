// npm's dotenv: https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow
//
// Its grammar is one regular expression that backtracks; what it falls back to is spelled out here.
extension DotEnvParser {
    mutating func nodeStatement(_ bytes: Span<UInt8>) throws(DotEnvError) {
        let start = bytes.skippingWhitespace(from: position, crossingLines: true)
        position = start
        guard start < bytes.count else { return }
        if bytes[start] == 0x23 {
            position = bytes.endOfTextLine(from: start)
            return
        }
        guard let (name, valueStart) = nodeName(at: start, bytes) else {
            let isName = bytes.nodeNameEnd(from: start) > start
            throw error(
                isName ? .missingEquals : .invalidName,
                at: isName ? bytes.nodeNameEnd(from: start) : start,
                bytes,
                isName ? "= is missing after the name" : "a name was expected",
                "write NAME=value, and put a value of several lines into quotes"
            )
        }
        let value = try nodeValue(at: valueStart, bytes)
        try add(value, name: name, valueStart: valueStart, bytes)
    }

    private func nodeName(at start: Int, _ bytes: Span<UInt8>) -> (name: Range<Int>, valueStart: Int)? {
        if bytes.hasPrefix("export", at: start), bytes.whitespaceLength(at: start + 6) > 0 {
            let after = bytes.skippingWhitespace(from: start + 6, crossingLines: !isStrict)
            if let found = nodeNameAndSeparator(at: after, bytes) { return found }
        }
        return nodeNameAndSeparator(at: start, bytes)
    }

    private func nodeNameAndSeparator(at start: Int, _ bytes: Span<UInt8>) -> (name: Range<Int>, valueStart: Int)? {
        let end = bytes.nodeNameEnd(from: start)
        guard end > start else { return nil }
        if bytes.holds(0x3A, at: end) {
            let length = bytes.whitespaceLength(at: end + 1)
            guard length > 0 else { return nil }
            let isReturnLine = bytes.holds(0x0D, at: end + 1) && bytes.holds(0x0A, at: end + 2)
            return (start..<end, end + 1 + (isReturnLine ? 2 : length))
        }
        let index = bytes.skippingWhitespace(from: end, crossingLines: !isStrict)
        return bytes.holds(0x3D, at: index) ? (start..<end, index + 1) : nil
    }

    private mutating func nodeValue(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> DotEnvValueText {
        let first = bytes.skippingWhitespace(from: start, crossingLines: true)
        let hasQuote = first < bytes.count && bytes[first].isNodeQuote
        let line = bytes.endOfTextLine(from: start)
        if isStrict, bytes.holds(0x0A, at: start - 1) || (hasQuote && first > line) {
            throw error(
                .valueOnNextLine,
                at: start - 1,
                bytes,
                "dotenv takes the value from the next line",
                "write the value behind =, or \"\" when it is empty"
            )
        }
        if hasQuote {
            if let (close, next) = nodeClosingQuote(at: first, bytes) {
                position = next
                return try nodeText((first + 1)..<close, quote: bytes[first], bytes)
            }
            if isStrict { throw nodeQuoteError(at: first, bytes) }
        }
        position = line
        var end = start
        while end < line, bytes[end] != 0x23 { end += 1 }
        let range = bytes.trimmingEnd(bytes.skippingWhitespace(from: start, crossingLines: true, before: end)..<end)
        guard let quote = range.isEmpty ? nil : bytes[range.lowerBound], quote.isNodeQuote else {
            return try nodeText(range, quote: nil, bytes)
        }
        if range.count > 1, bytes[range.upperBound - 1] == quote {
            return try nodeText((range.lowerBound + 1)..<(range.upperBound - 1), quote: quote, bytes)
        }
        var value = try nodeText(range, quote: quote, bytes)
        value.quoting = .none
        return value
    }

    /// The quote that closes a value: the first that no backslash precedes, else the last before it after which the
    /// line ends. Also where reading goes on.
    private func nodeClosingQuote(at open: Int, _ bytes: Span<UInt8>) -> (close: Int, next: Int)? {
        let quote = bytes[open]
        var index = open + 1
        var escapedEnd: (close: Int, next: Int)?
        while index < bytes.count {
            if bytes[index] == quote {
                let isEscaped = bytes[index - 1] == 0x5C && index - 1 > open
                if let next = nodeEnd(after: index, bytes) {
                    if !isEscaped { return (index, next) }
                    escapedEnd = (index, next)
                }
                if !isEscaped { break }
            }
            index += 1
        }
        return escapedEnd
    }

    /// Where reading goes on when nothing but a comment follows; nil when something else follows.
    private func nodeEnd(after close: Int, _ bytes: Span<UInt8>) -> Int? {
        let index = bytes.skippingWhitespace(from: close + 1, crossingLines: true)
        if index == bytes.count { return index }
        if bytes[index] == 0x23 { return bytes.endOfTextLine(from: index) }
        return bytes.endOfTextLine(from: close + 1) < index ? index : nil
    }

    private mutating func nodeQuoteError(at open: Int, _ bytes: Span<UInt8>) -> DotEnvError {
        var index = open + 1
        while index < bytes.count, bytes[index] != bytes[open] || bytes[index - 1] == 0x5C { index += 1 }
        guard index < bytes.count, bytes.endOfTextLine(from: open) > index else { return unterminated(at: open, bytes) }
        return error(
            .textAfterQuote,
            at: index + 1,
            bytes,
            "text stands after the closing quote, so that dotenv keeps the quotes",
            "put the whole value into one pair of quotes"
        )
    }

    private mutating func nodeText(
        _ range: Range<Int>,
        quote: UInt8?,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> DotEnvValueText {
        let quoting: DotEnvEntry.Quoting =
            switch quote {
            case 0x22: .double
            case 0x27: .single
            case 0x60: .backtick
            default: .none
            }
        if quoting != .single, quoting != .backtick { try refuseCommands(in: range, bytes) }
        var value = DotEnvValueText(text: nil, quoting: quoting)
        var text = Self.normalizingLineEnds(try text(range, bytes))
        if quoting == .double { text = Self.nodeUnescaped(text) }
        value.hasRailwayReference = bytes.holdsRailwayReference(in: range)
        if quoting != .single, text.utf8.contains(0x24) {
            value.isTemplate = true
            if options.expansion.isOn { text = Self.escapingDollars(text) }
        }
        value.text = text
        return value
    }

    private static func nodeUnescaped(_ text: String) -> String {
        guard text.utf8.contains(0x5C) else { return text }
        var result: [UInt8] = []
        for byte in text.utf8 {
            if result.last == 0x5C, byte == 0x6E || byte == 0x72 {
                result[result.count - 1] = byte == 0x6E ? 0x0A : 0x0D
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension Span<UInt8> {
    fileprivate func nodeNameEnd(from start: Int) -> Int {
        var index = start
        while index < count, self[index].isNameByte || self[index] == 0x2E || self[index] == 0x2D { index += 1 }
        return index
    }

    fileprivate func skippingWhitespace(from start: Int, crossingLines: Bool, before end: Int) -> Int {
        min(skippingWhitespace(from: start, crossingLines: crossingLines), end)
    }
}

extension UInt8 {
    fileprivate var isNodeQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
}
