// The assignments of bash: https://www.gnu.org/software/bash/manual/bash.html#Shell-Parameters
//
// A word is made of pieces, each with its own quoting. What would run a program, start a job, redirect or name a file
// is refused.
extension DotEnvParser {
    mutating func bashStatement(_ bytes: Span<UInt8>) throws(DotEnvError) {
        var start = position
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 || bytes[start] == 0x0A { start += 1 }
        position = start
        guard start < bytes.count else { return }
        if bytes[start] == 0x23 {
            position = bytes.endOfLine(from: start)
            return
        }
        var nameStart = start
        if bytes.hasPrefix("export", at: start), bytes.bashBlankEnd(from: start + 6) > start + 6 {
            nameStart = bytes.bashBlankEnd(from: start + 6)
        }
        var nameEnd = nameStart
        while nameEnd < bytes.count, bytes[nameEnd].isNameByte { nameEnd += 1 }
        guard nameEnd > nameStart, !bytes[nameStart].isDigit else {
            throw error(
                .invalidName,
                at: nameStart,
                bytes,
                "bash expects a name of letters, digits and underscores",
                "write NAME=value, and put a value of several lines into quotes"
            )
        }
        guard bytes.holds(0x3D, at: nameEnd) else {
            let after = bytes.bashBlankEnd(from: nameEnd)
            let ends = after >= bytes.count || bytes[after] == 0x0A || (after > nameEnd && bytes[after] == 0x23)
            guard nameStart > start, ends else {
                throw error(
                    .missingEquals,
                    at: nameEnd,
                    bytes,
                    "= must follow the name at once; bash would run a program",
                    "write NAME=value without spaces around ="
                )
            }
            position = bytes.endOfLine(from: after)
            return try addBareName(nameStart..<nameEnd, bytes)
        }
        let value = try bashWord(at: nameEnd + 1, bytes)
        try bashLineEnd(bytes)
        if value.text?.utf8.last == 0x0D {
            let place = place(of: start, bytes)
            warn(
                .carriageReturn,
                line: place.line,
                column: place.column,
                "the value ends with a carriage return; save the file with line feeds alone"
            )
        }
        try add(value, name: nameStart..<nameEnd, valueStart: nameEnd + 1, bytes)
    }

    private mutating func bashLineEnd(_ bytes: Span<UInt8>) throws(DotEnvError) {
        let index = bytes.bashBlankEnd(from: position)
        guard index < bytes.count, bytes[index] != 0x0A else {
            position = index
            return
        }
        guard bytes[index] == 0x23, index > position else {
            throw error(
                .unsupportedSyntax,
                at: index,
                bytes,
                "bash would run a program here",
                "put a value that holds spaces into quotes"
            )
        }
        position = bytes.endOfLine(from: index)
    }

    private mutating func bashWord(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> DotEnvValueText {
        // Most values need no putting together.
        let plainEnd = bytes.bashPlainEnd(from: start)
        if plainEnd == bytes.count || bytes[plainEnd].isASCIIBlank {
            position = plainEnd
            return DotEnvValueText(text: try text(start..<plainEnd, bytes), quoting: .none)
        }
        var word = BashWord(isTemplate: options.expansion.isOn)
        var index = start
        word: while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x20, 0x09, 0x0A:
                break word
            case 0x27:
                guard let end = bytes.firstIndex(of: 0x27, from: index + 1) else {
                    throw unterminated(at: index, bytes)
                }
                word.begin(.single)
                for inner in (index + 1)..<end { word.appendLiteral(bytes[inner]) }
                word.hasRailwayReference = word.hasRailwayReference || bytes.holdsRailwayReference(in: index..<end)
                index = end + 1
            case 0x22:
                word.begin(.double)
                index = try bashDoubleQuoted(at: index, into: &word, bytes)
            case 0x5C:
                guard index + 1 < bytes.count else { throw bashUnsupported(at: index, bytes) }
                word.begin(.none)
                if bytes[index + 1] != 0x0A { word.appendLiteral(bytes[index + 1]) }
                index += 2
            case 0x24:
                guard !bytes.holds(0x27, at: index + 1), !bytes.holds(0x22, at: index + 1) else {
                    throw bashUnsupported(at: index, bytes)
                }
                word.begin(.none)
                index = try bashDollar(at: index, into: &word, bytes)
            case 0x60:
                throw command(at: index, bytes)
            case 0x26, 0x28, 0x29, 0x3B, 0x3C, 0x3E, 0x7C:
                throw bashUnsupported(at: index, bytes)
            case 0x7E where index == start || bytes[index - 1] == 0x3A:
                throw bashUnsupported(at: index, bytes)
            default:
                word.begin(.none)
                word.append(byte)
                index += 1
            }
        }
        position = index
        return word.value
    }

    private mutating func bashDoubleQuoted(
        at open: Int,
        into word: inout BashWord,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> Int {
        var index = open + 1
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x22:
                return index + 1
            case 0x60:
                throw command(at: index, bytes)
            case 0x24:
                index = try bashDollar(at: index, into: &word, bytes)
            case 0x5C where index + 1 < bytes.count && [0x24, 0x60, 0x22, 0x5C].contains(bytes[index + 1]):
                word.appendLiteral(bytes[index + 1])
                index += 2
            case 0x5C where bytes.holds(0x0A, at: index + 1):
                index += 2
            default:
                word.append(byte)
                index += 1
            }
        }
        throw unterminated(at: open, bytes)
    }

    /// Takes over what begins with `$`, as a reference or as text.
    private mutating func bashDollar(
        at start: Int,
        into word: inout BashWord,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) -> Int {
        let next = start + 1 < bytes.count ? bytes[start + 1] : 0
        if next == 0x28 { throw command(at: start, bytes) }
        if next == 0x7B {
            let end: Int
            if bytes.holds(0x7B, at: start + 2) {
                guard let close = bytes.railwayEnd(from: start + 3) else { throw bashUnsupported(at: start, bytes) }
                word.hasRailwayReference = true
                end = close
            } else {
                end = try bashBraces(at: start, bytes)
            }
            for index in start..<end { word.append(bytes[index]) }
            word.hasReference = true
            return end
        }
        guard next.isNameByte, !next.isDigit else {
            if next.isDigit || [0x24, 0x40, 0x2A, 0x23, 0x3F, 0x2D, 0x21].contains(next) {
                throw bashUnsupported(at: start, bytes)
            }
            word.appendLiteral(0x24)
            return start + 1
        }
        word.append(0x24)
        word.hasReference = true
        return start + 1
    }

    private mutating func bashBraces(at start: Int, _ bytes: Span<UInt8>) throws(DotEnvError) -> Int {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 0x24 where bytes.holds(0x7B, at: index + 1):
                depth += 1
                index += 1
            case 0x7D:
                depth -= 1
                if depth == 0 { return index + 1 }
            case 0x22, 0x27, 0x5C, 0x60, 0x0A:
                throw bashUnsupported(at: index, bytes)
            case 0x24 where bytes.holds(0x28, at: index + 1):
                throw command(at: index, bytes)
            default:
                break
            }
            index += 1
        }
        throw bashUnsupported(at: start, bytes)
    }

    private mutating func bashUnsupported(at offset: Int, _ bytes: Span<UInt8>) -> DotEnvError {
        error(
            .unsupportedSyntax,
            at: offset,
            bytes,
            "a shell does more here than assign text",
            "put the value into single quotes"
        )
    }
}

/// The word behind `=`, put together from its pieces.
private struct BashWord {
    let isTemplate: Bool
    private var bytes: [UInt8] = []
    private var quoting: DotEnvEntry.Quoting?
    var hasReference = false
    var hasRailwayReference = false

    init(isTemplate: Bool) { self.isTemplate = isTemplate }

    mutating func begin(_ piece: DotEnvEntry.Quoting) {
        quoting = quoting == nil || quoting == piece ? piece : .mixed
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Text that is no reference even if it looks like one.
    mutating func appendLiteral(_ byte: UInt8) {
        bytes.append(byte)
        if byte == 0x24, isTemplate { bytes.append(byte) }
    }

    var value: DotEnvValueText {
        DotEnvValueText(
            text: String(decoding: bytes, as: UTF8.self),
            quoting: quoting ?? .none,
            isTemplate: isTemplate && bytes.contains(0x24),
            hasReference: hasReference,
            hasRailwayReference: hasRailwayReference
        )
    }
}

extension UInt8 {
    fileprivate var isASCIIBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A }
}

extension Span<UInt8> {
    /// Where the first byte stands that a shell may give a meaning to within a word.
    fileprivate func bashPlainEnd(from start: Int) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            // Letters, digits, `_ + , - . / : = @ % ?`, and `#`, which starts no comment within a word.
            let isPlain =
                byte.isNameByte || (byte >= 0x2B && byte <= 0x3A) || byte == 0x3D || byte == 0x40 || byte == 0x25
                || byte == 0x3F || byte == 0x23
            if !isPlain { return index }
            index += 1
        }
        return index
    }

    fileprivate func bashBlankEnd(from start: Int) -> Int {
        var index = start
        while index < count, self[index] == 0x20 || self[index] == 0x09 { index += 1 }
        return index
    }

    /// Where `}}` ends on the same line.
    fileprivate func railwayEnd(from start: Int) -> Int? {
        var index = start
        while index + 1 < count, self[index] != 0x0A {
            if self[index] == 0x7D, self[index + 1] == 0x7D { return index + 2 }
            index += 1
        }
        return nil
    }
}
