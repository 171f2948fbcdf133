import GroundworkDotEnv

/// Finds the lines of a `.env` file that programs read differently.
public enum DotEnvPortability {
    /// The lines on which `dialects` differ. Lines are those on which the first dialect begins an assignment or fails.
    /// - Parameters:
    ///   - bytes: the file.
    ///   - dialects: the dialects to compare; the first is the one that is meant.
    ///   - showingValues: whether the findings hold the values. They may be secret: off unless asked for.
    ///   - limits: what is refused for its size; at most ``DotEnvLimits/messages`` findings are made.
    public static func findings(
        in bytes: [UInt8],
        dialects: [DotEnvDialect] = DotEnvDialect.all,
        showingValues: Bool = false,
        limits: DotEnvLimits = DotEnvLimits()
    ) -> [DotEnvPortabilityFinding] {
        let readings = dialects.map { DialectReading(bytes, dialect: $0, limits: limits) }
        guard let meant = readings.first else { return [] }
        var findings: [DotEnvPortabilityFinding] = []
        var lineStarts = LineStarts(bytes)
        for line in meant.lines {
            let candidates = readings.map { $0.at(line) }
            let isRailway = candidates.contains { $0.isRailway }
            guard isRailway || candidates.dropFirst().contains(where: { $0 != candidates[0] }) else { continue }
            let range = lineStarts.range(of: line)
            findings.append(
                DotEnvPortabilityFinding(
                    line: line,
                    causes: causes(bytes.span.extracting(range), isFirst: line == 1),
                    outcomes: zip(dialects, candidates).map { dialect, candidate in
                        DotEnvPortabilityFinding.Reading(
                            dialect: dialect,
                            outcome: isRailway ? candidate.outcomeOfRailway(in: dialect) : candidate.outcome,
                            value: showingValues ? candidate.value : nil
                        )
                    },
                    remedy: isRailway ? railwayRemedy : remedy(for: candidates[0], in: dialects)
                )
            )
            if findings.count >= limits.messages { break }
        }
        return findings
    }

    private static let railwayRemedy = "keep it in Railway's variables, and a plain value in the file"

    private static func remedy(for meant: Candidate, in dialects: [DotEnvDialect]) -> String {
        guard let name = meant.name, let value = meant.value else {
            return "write NAME=value with a name of letters, digits and underscores"
        }
        guard name.utf8.allSatisfy(\.isNameByte), name.utf8.first?.isDigit == false else {
            return "use letters, digits and underscores alone in the name"
        }
        guard !meant.isExpanded else {
            return "write the value out, or in single quotes if the $ is meant"
        }
        guard let form = DotEnvQuoting.quote(value, for: dialects) else {
            return "no form is read alike by all of them; put the value into a file of its own (\(name)_FILE)"
        }
        switch form.utf8.first {
        case 0x27: return "write the value in single quotes"
        case 0x22: return "write the value in double quotes"
        default: return "write NAME=value without quotes, spaces and byte-order mark, and end lines with a line feed"
        }
    }

    /// What on the line gives rise to different readings.
    private static func causes(_ line: Span<UInt8>, isFirst: Bool) -> [DotEnvPortabilityFinding.Cause] {
        var causes: [DotEnvPortabilityFinding.Cause] = []
        func add(_ cause: DotEnvPortabilityFinding.Cause, _ isPresent: Bool) {
            if isPresent { causes.append(cause) }
        }
        add(.byteOrderMark, isFirst && line.startsWithByteOrderMark)
        add(.carriageReturn, line.holds(0x0D, at: line.count - 1))
        let equals = line.firstIndex(of: 0x3D, from: 0)
        let colon = line.firstIndex(of: 0x3A, from: 0)
        add(.colon, colon.map { $0 < equals ?? line.count } ?? false)
        guard let separator = equals ?? colon else { return causes + [.name] }
        var nameEnd = line.hasPrefix("export ", at: 0) ? 7 : 0
        while nameEnd < separator, line[nameEnd].isNameByte { nameEnd += 1 }
        let hasSpace = nameEnd < separator && line.skippingWhitespace(from: nameEnd) == separator
        add(.name, nameEnd < separator && !hasSpace && causes.isEmpty)
        let valueStart = line.skippingWhitespace(from: separator + 1)
        let quote = valueStart < line.count ? line[valueStart] : 0
        let isQuoted = quote == 0x22 || quote == 0x27
        let end = line.trimmingEnd(0..<line.count).upperBound
        var value = line.extracting(min(valueStart, end)..<end)
        let railway = value.holdsRailwayReference(in: 0..<value.count)
        add(.railwayReference, railway)
        add(.command, value.firstIndex(of: 0x60, from: 0) != nil || value.holdsCommand)
        add(.dollar, !railway && value.firstIndex(of: 0x24, from: 0) != nil)
        add(.escape, value.firstIndex(of: 0x5C, from: 0) != nil)
        add(.space, hasSpace || (!isQuoted && value.skippingNonBlanks(from: 0) < value.count))
        add(.comment, value.firstIndex(of: 0x23, from: 0) != nil)
        if isQuoted, value.count > 1, value.holds(quote, at: value.count - 1) {
            value = value.extracting(1..<(value.count - 1))
            add(.quote, value.firstIndex(of: quote, from: 0) != nil)
        } else {
            add(.quote, value.firstIndex(of: 0x22, from: 0) != nil || value.firstIndex(of: 0x27, from: 0) != nil)
        }
        add(.shell, !isQuoted && value.holdsShellCharacter)
        return causes
    }
}

/// What a dialect's program makes of one line.
private struct Candidate: Hashable {
    var outcome = DotEnvPortabilityFinding.Outcome.nothing
    var name: String?
    var value: String?
    var isRailway = false
    var isExpanded: Bool { outcome == .expanded }

    /// What the program does with `${{…}}`, which the parsers here leave alone.
    func outcomeOfRailway(in dialect: DotEnvDialect) -> DotEnvPortabilityFinding.Outcome {
        switch dialect {
        case .node: outcome
        case .python: .altered
        default: .refused
        }
    }
}

/// What a dialect's program makes of each line of a file.
private struct DialectReading {
    private var candidates: [Int: Candidate] = [:]

    init(_ bytes: [UInt8], dialect: DotEnvDialect, limits: DotEnvLimits) {
        let options = DotEnvOptions(dialect: dialect, reading: .faithful, limits: limits)
        let (file, errors) = DotEnvFile.recovering(parsing: bytes, options: options)
        for error in errors { candidates[error.line] = Candidate(outcome: .refused) }
        let railway = Set(file.warnings.lazy.filter { $0.code == .railwayReference }.map(\.line))
        for entry in file.entries {
            var candidate = Candidate(name: entry.name, value: entry.value)
            candidate.isRailway = railway.contains(entry.line)
            if let value = entry.value {
                candidate.outcome = entry.hasReference ? .expanded : .value(bytes: value.utf8.count)
            } else {
                candidate.outcome = .inherited
            }
            // Two assignments on one line: no other dialect reads the same.
            if candidates[entry.line] == nil { candidates[entry.line] = candidate }
        }
    }

    var lines: [Int] { candidates.keys.sorted() }
    func at(_ line: Int) -> Candidate { candidates[line] ?? Candidate() }
}

/// Where the lines of a file are; asked for growing lines.
private struct LineStarts {
    private let bytes: [UInt8]
    private var line = 1
    private var start = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func range(of wanted: Int) -> Range<Int> {
        while line < wanted, start < bytes.count {
            start = min(bytes.count, bytes.span.endOfLine(from: start) + 1)
            line += 1
        }
        return start..<bytes.span.endOfLine(from: start)
    }
}

extension Span<UInt8> {
    fileprivate var holdsCommand: Bool {
        var index = 0
        while index + 1 < count {
            if self[index] == 0x24, self[index + 1] == 0x28 { return true }
            index += 1
        }
        return false
    }

    fileprivate var holdsShellCharacter: Bool {
        var index = 0
        while index < count {
            if [0x26, 0x28, 0x29, 0x3B, 0x3C, 0x3E, 0x7C, 0x7E].contains(self[index]) { return true }
            index += 1
        }
        return false
    }

    fileprivate func skippingNonBlanks(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != 0x20, self[index] != 0x09 { index += 1 }
        return index
    }
}
