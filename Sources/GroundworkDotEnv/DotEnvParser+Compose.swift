// Docker Compose: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
extension DotEnvParser {
    mutating func composeStatement(_ bytes: Span<UInt8>) throws(DotEnvError) {
        let start = bytes.skippingWhitespace(from: position, crossingLines: true)
        position = start
        guard start < bytes.count else { return }
        if bytes[start] == 0x23 {
            position = bytes.endOfLine(from: start)
            return
        }
        if endOfQuote >= 0, bytes.firstIndex(of: 0x0A, from: endOfQuote) ?? bytes.count > start {
            try refuseTextAfterQuote(at: start, bytes)
        }
        endOfQuote = -1

        var nameStart = start
        if bytes.hasPrefix("export", at: start), bytes.whitespaceLength(at: start + 6) > 0 {
            nameStart = bytes.skippingWhitespace(from: start + 6)
        }
        let nameEnd = try composeNameEnd(from: nameStart, bytes)
        let after = bytes.skippingWhitespace(from: nameEnd)
        guard after < bytes.count, bytes[after] != 0x0A else {
            position = after
            return try addBareName(nameStart..<nameEnd, bytes)
        }
        guard bytes[after] == 0x3D || bytes[after] == 0x3A else {
            throw error(.missingEquals, at: after, bytes, "= is missing after the name", "write NAME=value")
        }
        let valueStart = bytes.skippingWhitespace(from: after + 1)
        let value: DotEnvValueText
        if bytes.holds(0x22, at: valueStart) || bytes.holds(0x27, at: valueStart) {
            value = try composeQuoted(at: valueStart, bytes)
        } else {
            value = try composeUnquoted(at: valueStart, bytes)
        }
        try add(value, name: nameStart..<nameEnd, valueStart: valueStart, bytes)
    }

    private mutating func refuseTextAfterQuote(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) {
        guard isStrict else {
            let place = place(of: start, bytes)
            return warn(
                .textAfterQuote,
                line: place.line,
                column: place.column,
                "text after a closing quote is read as the next assignment"
            )
        }
        endOfQuote = -1
        throw error(
            .textAfterQuote,
            at: start,
            bytes,
            "text stands after the closing quote",
            "put the whole value into one pair of quotes, and a space and # before a comment"
        )
    }

    private mutating func composeNameEnd(from start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> Int {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isNameByte || byte == 0x2E || byte == 0x2D || byte == 0x5B || byte == 0x5D {
                index += 1
            } else if byte >= 0x80, bytes.whitespaceLength(at: index) == 0 {
                index += 1
            } else {
                break
            }
        }
        guard index > start else {
            throw error(
                .invalidName,
                at: start,
                bytes,
                "a name was expected",
                "write NAME=value, and put a value of several lines into quotes"
            )
        }
        return index
    }

    private mutating func composeUnquoted(
        at start: Int,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> DotEnvValueText {
        var index = start
        var end = -1
        var hasMarks = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0A { break }
            if byte == 0x24 || byte == 0x60 {
                hasMarks = true
            } else if byte == 0x23, index > start, bytes[index - 1] == 0x20 {
                end = index - 1
                index = bytes.endOfLine(from: index)
                break
            }
            index += 1
        }
        position = index
        let range = bytes.trimmingEnd(start..<(end < 0 ? index : end))
        var value = DotEnvValueText(text: try text(range, bytes), quoting: .none)
        if hasMarks {
            try refuseCommands(in: range, bytes)
            markReferences(in: range, bytes, of: &value)
            if value.isTemplate, options.expansion.isOn, let text = value.text {
                value.text = Self.escapingDollars(text)
            }
        }
        return value
    }

    private mutating func composeQuoted(
        at start: Int,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> DotEnvValueText {
        let quote = bytes[start]
        var index = start + 1
        var hasEscapes = false
        var hasMarks = false
        while index < bytes.count, bytes[index] != quote {
            let byte = bytes[index]
            if byte == 0x5C {
                hasEscapes = true
                index += 1
            } else if byte == 0x24 || byte == 0x60 {
                hasMarks = true
            }
            index += 1
        }
        guard index < bytes.count else { throw unterminated(at: start, bytes) }
        position = index + 1
        endOfQuote = position
        let range = (start + 1)..<index
        let isDouble = quote == 0x22
        var value = DotEnvValueText(text: nil, quoting: isDouble ? .double : .single)
        if hasMarks, isDouble {
            try refuseCommands(in: range, bytes)
            markReferences(in: range, bytes, of: &value)
        } else if hasMarks {
            value.hasRailwayReference = bytes.holdsRailwayReference(in: range)
        }
        if !hasEscapes {
            value.text = try text(range, bytes)
        } else if isDouble {
            value.text = try composeUnescaped(range, template: value.isTemplate && options.expansion.isOn, bytes)
        } else {
            value.text = Self.removingBackslashes(before: quote, range, bytes)
        }
        return value
    }

    /// Turns the escapes of a double-quoted value into what they mean; what means nothing stays.
    private mutating func composeUnescaped(
        _ range: Range<Int>,
        template: Bool,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte == 0x5C, index + 1 < range.upperBound else {
                result.append(byte)
                index += 1
                continue
            }
            let next = bytes[index + 1]
            index += 2
            if next == 0x24 {
                result.append(0x24)
                if template { result.append(0x24) }
            } else if let control = DotEnvEscapes.control(next) {
                result.append(control)
            } else if next == 0x5C || next == 0x22 {
                result.append(next)
            } else if next == 0x30 {
                let (code, length) = DotEnvEscapes.octal(bytes, from: index, before: range.upperBound)
                guard code != 0 else {
                    throw error(.nulByte, at: index - 2, bytes, "the escape stands for a NUL byte", "remove it")
                }
                index += length
                result.append(contentsOf: Array(String(UnicodeScalar(code)).utf8))
            } else {
                result.append(0x5C)
                result.append(next)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
