/// Reads a `.env` file byte by byte; the statements of each dialect are in extensions.
///
/// When a statement throws, ``position`` is where its program would go on; the rest of that line is skipped.
struct DotEnvParser {
    let options: DotEnvOptions
    let recovers: Bool
    var position = 0
    var entries: [DotEnvEntry] = []
    var lastEntry: [String: Int] = [:]
    var warnings: [DotEnvWarning] = []
    var errors: [DotEnvError] = []
    /// Bytes that expansion made so far.
    var expanded = 0
    /// Where the value before ended, to tell whether a statement begins on the same line.
    var endOfQuote = -1

    /// How far lines were counted: the line that holds `counted`, and where that line begins.
    private struct LineCount {
        var counted = 0
        var line = 1
        var lineStart = 0
    }

    private var count = LineCount()
    /// The count at the beginning of the statement, to which it goes back when an error lay further on.
    private var countBefore = LineCount()

    /// The dialect as an enum: it is asked for at each statement, and comparing names takes time.
    enum Grammar {
        case compose, node, python, bash
    }

    let grammar: Grammar

    init(options: DotEnvOptions, recovers: Bool) {
        self.options = options
        self.recovers = recovers
        grammar =
            switch options.dialect {
            case .node: .node
            case .python: .python
            case .bash: .bash
            default: .compose
            }
    }

    var isStrict: Bool { options.reading == .strict }

    mutating func run(_ bytes: Span<UInt8>) throws(DotEnvError) {
        try check(bytes)
        if bytes.startsWithByteOrderMark {
            guard grammar != .bash else {
                throw error(
                    .byteOrderMark,
                    at: 0,
                    bytes,
                    "the file begins with a byte-order mark, which bash takes for a part of the first name",
                    "save it as UTF-8 without a byte-order mark"
                )
            }
            position = 3
        }
        while position < bytes.count {
            if position < count.lineStart { count = countBefore }
            countBefore = count
            do throws(DotEnvError) {
                switch grammar {
                case .compose: try composeStatement(bytes)
                case .node: try nodeStatement(bytes)
                case .python: try pythonStatement(bytes)
                case .bash: try bashStatement(bytes)
                }
            } catch {
                try recover(from: error, bytes)
            }
        }
    }

    /// Keeps an error and goes on after the line, where that is wanted or the dialect's program does the same.
    private mutating func recover(from error: DotEnvError, _ bytes: Span<UInt8>) throws(DotEnvError) {
        let isLimit = [.tooManyEntries, .expansionTooLarge].contains(error.code)
        let isDropped =
            !isStrict && Self.droppedCodes.contains(error.code)
            && (grammar == .python || grammar == .node)
        if isDropped {
            warn(
                .droppedLine,
                line: error.line,
                column: error.column,
                "\(options.dialect) drops this line: \(error.reason)"
            )
        } else {
            guard recovers, !isLimit, errors.count < options.limits.messages else { throw error }
            errors.append(error)
        }
        let opensAsText = grammar == .python || grammar == .node
        position = min(
            bytes.count,
            (opensAsText ? bytes.endOfTextLine(from: position) : bytes.endOfLine(from: position)) + 1
        )
    }

    private static let droppedCodes: [DotEnvError.Code] = [
        .invalidName, .missingEquals, .unterminatedQuote, .textAfterQuote,
    ]

    /// Refuses what no dialect can hold.
    private mutating func check(_ bytes: Span<UInt8>) throws(DotEnvError) {
        guard bytes.count <= options.limits.fileBytes else {
            throw DotEnvError(
                .fileTooLarge,
                line: 1,
                column: 1,
                reason: "the file has \(bytes.count) bytes, more than \(options.limits.fileBytes)",
                remedy: "raise DotEnvLimits.fileBytes if that is meant"
            )
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes)
        } catch let failure {
            throw error(
                .notUTF8,
                at: failure.byteOffsets.lowerBound,
                bytes,
                "the file is not UTF-8",
                "save it as UTF-8"
            )
        }
        var start = 0
        var index = 0
        var lines = 0
        // One byte beyond the end, as if a line feed stood there.
        while index <= bytes.count {
            let byte = index < bytes.count ? bytes[index] : 0x0A
            if byte == 0 {
                throw error(
                    .nulByte,
                    at: index,
                    bytes,
                    "there is a NUL byte",
                    "remove it; encode binary values in base64"
                )
            }
            if byte == 0x0A {
                guard index - start <= options.limits.lineBytes else {
                    throw error(
                        .lineTooLong,
                        at: start,
                        bytes,
                        "the line has \(index - start) bytes, more than \(options.limits.lineBytes)",
                        "raise DotEnvLimits.lineBytes if that is meant, or put the value into a file of its own"
                    )
                }
                start = index + 1
                lines += 1
            }
            index += 1
        }
        // A file of nothing but line feeds needs no room for entries.
        let room = min(lines, options.limits.entries, bytes.count / 8 + 1)
        entries.reserveCapacity(room)
        lastEntry.reserveCapacity(room)
    }

    // MARK: Places

    /// The line and column of an offset. Quick when offsets grow.
    mutating func place(of offset: Int, _ bytes: Span<UInt8>) -> (line: Int, column: Int) {
        if offset < count.lineStart { count = offset < countBefore.lineStart ? LineCount() : countBefore }
        let end = min(offset, bytes.count)
        var index = count.counted
        while index < end {
            if bytes[index] == 0x0A {
                count.line += 1
                count.lineStart = index + 1
            }
            index += 1
        }
        count.counted = index
        return (count.line, offset - count.lineStart + 1)
    }

    mutating func error(
        _ code: DotEnvError.Code,
        at offset: Int,
        _ bytes: Span<UInt8>,
        _ reason: String,
        _ remedy: String
    ) -> DotEnvError {
        let place = place(of: offset, bytes)
        return DotEnvError(code, line: place.line, column: place.column, reason: reason, remedy: remedy)
    }

    mutating func warn(_ code: DotEnvWarning.Code, line: Int, column: Int, _ message: String) {
        guard warnings.count < options.limits.messages else { return }
        warnings.append(DotEnvWarning(code: code, line: line, column: column, message: message))
    }

    // MARK: Entries

    /// Adds an assignment without a value.
    mutating func addBareName(_ name: Range<Int>, _ bytes: Span<UInt8>) throws(DotEnvError) {
        try add(DotEnvValueText(text: nil, quoting: .none), name: name, valueStart: name.lowerBound, bytes)
    }

    mutating func add(
        _ value: DotEnvValueText,
        name: Range<Int>,
        valueStart: Int,
        _ bytes: Span<UInt8>
    ) throws(DotEnvError) {
        guard entries.count < options.limits.entries else {
            throw error(
                .tooManyEntries,
                at: name.lowerBound,
                bytes,
                "there are more than \(options.limits.entries) assignments",
                "raise DotEnvLimits.entries if that is meant"
            )
        }
        var nameText = try text(name, bytes)
        // Its names may stand in quotes and hold anything.
        if grammar == .python { nameText = Self.normalizingLineEnds(nameText) }
        let place = place(of: name.lowerBound, bytes)
        var text = value.text
        if value.isTemplate, let process = options.expansion.process, let template = text {
            text = try expand(template, process: process, valueStart: valueStart, bytes)
        }
        if let count = text?.utf8.count, count > options.limits.valueBytes {
            throw error(
                .valueTooLong,
                at: valueStart,
                bytes,
                "the value has \(count) bytes, more than \(options.limits.valueBytes)",
                "put it into a file of its own; Linux starts no program with a longer variable"
            )
        }
        let entry = DotEnvEntry(
            name: nameText,
            value: text,
            line: place.line,
            column: place.column,
            quoting: value.quoting,
            hasReference: value.hasReference
        )
        if let earlier = lastEntry.updateValue(entries.count, forKey: nameText) {
            let first = entries[earlier].line
            warn(
                .duplicate,
                line: place.line,
                column: place.column,
                "the name was assigned on line \(first) already; this one counts"
            )
        }
        entries.append(entry)
        if value.hasRailwayReference {
            warn(
                .railwayReference,
                line: place.line,
                column: place.column,
                "${{…}} is read by Railway alone; Compose and bash refuse it, python-dotenv cuts it"
            )
        }
        if value.hasReference, !value.hasRailwayReference, !options.expansion.isOn {
            warn(
                .unexpandedReference,
                line: place.line,
                column: place.column,
                "a $ in the value was not expanded, but \(options.dialect) expands it; write it in a way that "
                    + "every program reads alike (DotEnvQuoting), or turn expansion on"
            )
        }
    }

    func text(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(DotEnvError) -> String {
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: bytes.extracting(range)))
        } catch {
            // The whole file is UTF-8, so this is a range that cuts a character.
            throw DotEnvError(.notUTF8, line: 1, column: 1, reason: "a character is cut", remedy: "save it as UTF-8")
        }
    }
}

/// What a statement made of a value.
struct DotEnvValueText {
    /// The text, a template where ``isTemplate`` and expansion is on; nil for a name alone.
    var text: String?
    var quoting: DotEnvEntry.Quoting
    /// Whether references in ``text`` are to be replaced when expansion is on.
    var isTemplate = false
    /// Whether the dialect's own program replaces a reference.
    var hasReference = false
    var hasRailwayReference = false
}
