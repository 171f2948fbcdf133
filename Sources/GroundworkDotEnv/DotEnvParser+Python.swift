// python-dotenv 1.2: https://github.com/theskumar/python-dotenv/blob/main/README.md#file-format
extension DotEnvParser {
    mutating func pythonStatement(_ bytes: Span<UInt8>) throws(DotEnvError) {
        let start = bytes.skippingWhitespace(from: position, crossingLines: true)
        position = start
        guard start < bytes.count else { return }
        var nameStart = start
        if bytes.hasPrefix("export", at: start) {
            let after = bytes.skippingBlanks(from: start + 6)
            if after > start + 6 { nameStart = after }
        }
        position = nameStart
        if bytes.holds(0x23, at: nameStart) {
            position = bytes.endOfTextLine(from: nameStart)
            return
        }
        let name = try pythonName(at: nameStart, bytes)
        var index = bytes.skippingBlanks(from: position)
        position = index
        guard bytes.holds(0x3D, at: index) else {
            if isStrict, bytes.holds(0x3A, at: index - 1) || bytes.holds(0x3A, at: index) {
                throw error(.missingEquals, at: index, bytes, "python-dotenv knows no colon here", "write NAME=value")
            }
            try pythonLineEnd(bytes, .missingEquals)
            return try addBareName(name, bytes)
        }
        index = bytes.skippingBlanks(from: index + 1)
        let hadBlank = index > position + 1
        position = index
        var value = DotEnvValueText(text: "", quoting: .none)
        if bytes.holds(0x22, at: index) || bytes.holds(0x27, at: index) {
            value = try pythonQuoted(at: index, bytes)
            try pythonLineEnd(bytes, .textAfterQuote)
        } else if !(hadBlank && bytes.holds(0x23, at: index)) {
            value = try pythonUnquoted(at: index, bytes)
        } else {
            position = bytes.endOfTextLine(from: index)
        }
        try add(value, name: name, valueStart: index, bytes)
    }

    private mutating func pythonName(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> Range<Int> {
        if bytes.holds(0x27, at: start), let end = bytes.firstIndex(of: 0x27, from: start + 1), end > start + 1 {
            position = end + 1
            if isStrict, (start..<end).contains(where: { [0x3D, 0x0A, 0x0D].contains(bytes[$0]) }) {
                throw error(
                    .invalidName,
                    at: start,
                    bytes,
                    "no variable's name holds = or a line end",
                    "write NAME=value"
                )
            }
            return (start + 1)..<end
        }
        var index = start
        if !bytes.holds(0x27, at: start) {
            while index < bytes.count, bytes[index] != 0x3D, bytes[index] != 0x23,
                bytes.whitespaceLength(at: index) == 0
            {
                index += 1
            }
        }
        guard index > start else {
            throw error(.invalidName, at: start, bytes, "a name was expected", "write NAME=value")
        }
        position = index
        return start..<index
    }

    /// Goes to the end of the line, which may hold a comment.
    private mutating func pythonLineEnd(_ bytes: Span<UInt8>, _ code: DotEnvError.Code) throws(DotEnvError) {
        let index = bytes.skippingBlanks(from: position)
        position = index
        if bytes.holds(0x23, at: index) {
            position = bytes.endOfTextLine(from: index)
        } else if index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D {
            throw error(
                code,
                at: index,
                bytes,
                code == .missingEquals ? "= is missing after the name" : "text stands after the closing quote",
                code == .missingEquals ? "write NAME=value" : "put the whole value into one pair of quotes"
            )
        }
    }

    private mutating func pythonUnquoted(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> DotEnvValueText {
        let end = bytes.endOfTextLine(from: start)
        position = end
        var cut = end
        var hasMarks = false
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte == 0x24 || byte == 0x60 { hasMarks = true }
            if byte == 0x23, bytes.trimmingEnd(start..<index).upperBound < index {
                cut = index
                break
            }
            index += 1
        }
        let range = bytes.trimmingEnd(start..<cut)
        var value = DotEnvValueText(text: try text(range, bytes), quoting: .none)
        if hasMarks {
            try refuseCommands(in: range, bytes)
            markPythonReferences(in: range, bytes, of: &value)
        }
        return value
    }

    private mutating func pythonQuoted(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> DotEnvValueText {
        let quote = bytes[start]
        var index = start + 1
        var hasEscapes = false
        var hasMarks = false
        while index < bytes.count, bytes[index] != quote {
            if bytes[index] == 0x5C {
                hasEscapes = true
                index += 1
            } else if bytes[index] == 0x24 || bytes[index] == 0x60 {
                hasMarks = true
            }
            index += 1
        }
        guard index < bytes.count else { throw unterminated(at: start, bytes) }
        position = index + 1
        let range = (start + 1)..<index
        let isDouble = quote == 0x22
        var value = DotEnvValueText(text: nil, quoting: isDouble ? .double : .single)
        value.text =
            hasEscapes
            ? Self.pythonUnescaped(range, isDouble: isDouble, bytes)
            : Self.normalizingLineEnds(try text(range, bytes))
        if hasMarks {
            if isDouble { try refuseCommands(in: range, bytes) }
            markPythonReferences(in: range, bytes, of: &value)
        }
        return value
    }

    private static func pythonUnescaped(_ range: Range<Int>, isDouble: Bool, _ bytes: Span<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == 0x5C, index < range.upperBound else {
                if byte == 0x0D, index < range.upperBound, bytes[index] == 0x0A { continue }
                result.append(byte == 0x0D ? 0x0A : byte)
                continue
            }
            let next = bytes[index]
            if next == 0x5C || next == 0x27 || (isDouble && next == 0x22) {
                result.append(next)
                index += 1
            } else if isDouble, let control = DotEnvEscapes.control(next) {
                result.append(control)
                index += 1
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func markPythonReferences(in range: Range<Int>, _ bytes: Span<UInt8>, of value: inout DotEnvValueText) {
        value.hasRailwayReference = bytes.holdsRailwayReference(in: range)
        var index = range.lowerBound
        while index + 1 < range.upperBound {
            if bytes[index] == 0x24, bytes[index + 1] == 0x7B {
                value.isTemplate = true
                value.hasReference = true
                return
            }
            index += 1
        }
    }
}

extension Span<UInt8> {
    /// The first index at or after `start` without white space; both kinds of line ends stop it.
    func skippingBlanks(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != 0x0A, self[index] != 0x0D {
            let length = whitespaceLength(at: index)
            if length == 0 { return index }
            index += length
        }
        return index
    }

    /// Where the line ends, at a line feed or a carriage return.
    func endOfTextLine(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != 0x0A, self[index] != 0x0D { index += 1 }
        return index
    }
}
