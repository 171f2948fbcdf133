import GroundworkCore

extension CronExpression {
    private static let lengthLimit = 512

    private static let names: [(name: String, text: String)] = [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ]

    /// Reads an expression.
    /// - Throws: ``CronExpressionError`` with the field and the place.
    public init(_ text: String) throws(CronExpressionError) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw CronExpressionError(.fieldCount, at: 0, in: text, "it is longer than \(Self.lengthLimit) bytes")
        }
        var words = CronWord.split(text)
        if let word = words.first, word.bytes.first == UInt8(ascii: "@") {
            let name = String(decoding: word.bytes, as: UTF8.self).lowercasedASCII()
            guard words.count == 1, let known = Self.names.first(where: { $0.name == name }) else {
                throw CronExpressionError(
                    .unknownName,
                    at: word.offset,
                    in: text,
                    name == "@reboot"
                        ? "@reboot names no time; a run at the start of the process is a setting of its own"
                        : "this is none of \(Self.names.map(\.name).joined(separator: " ")), which stand alone"
                )
            }
            words = CronWord.split(known.text)
        }
        // Schedulers with seconds write them first; at second 0 is when a run without them begins.
        if words.count == 6, words[0].isZero { words.removeFirst() }
        guard words.count == 5 else { throw Self.wrongCount(words, text) }
        var sets: [UInt64] = []
        for (field, word) in zip(Field.all, words) {
            var parser = CronFieldParser(field, word, text: text)
            sets.append(try parser.parse())
        }
        let restricts = words.map { $0.bytes.first != UInt8(ascii: "*") }
        self.init(
            text: text.trimmingASCIIWhitespace(),
            minutes: sets[0],
            hours: sets[1],
            daysOfMonth: sets[2],
            months: sets[3],
            weekdays: (sets[4] | sets[4] >> 7) & 0x7F,
            eitherDay: restricts[2] && restricts[4],
            hoursBeginWithStar: !restricts[1]
        )
        guard isEverDue else {
            throw CronExpressionError(
                .neverDue,
                field: .dayOfMonth,
                at: words[2].offset,
                in: text,
                "no such day is in the months of the next field"
            )
        }
    }

    private static func wrongCount(_ words: [CronWord], _ text: String) -> CronExpressionError {
        let reason = "there are \(words.count) fields instead of five"
        if words.count == 6 {
            return CronExpressionError(
                .fieldCount,
                at: words[0].offset,
                in: text,
                "\(reason); seconds are not offered, so that the first of six can be 0 only, and years are not either"
            )
        }
        let extra = words.count > 5 ? words[5].offset : text.utf8.count
        return CronExpressionError(.fieldCount, at: extra, in: text, reason)
    }

    /// Whether some month has one of the days. A weekday that alone is enough comes in every month.
    private var isEverDue: Bool {
        if eitherDay { return true }
        return (1...12).contains { month in
            guard months & 1 << UInt64(month) != 0 else { return false }
            // 2000 has a 29th of February.
            return (1...UTCDateTime.days(inMonth: month, year: 2000)).contains { daysOfMonth & 1 << UInt64($0) != 0 }
        }
    }
}

/// Text without white space, and where it stands.
struct CronWord: Sendable {
    var bytes: ArraySlice<UInt8>
    var offset: Int { bytes.startIndex }

    /// Whether it is the number zero.
    var isZero: Bool { bytes.count <= 2 && bytes.allSatisfy { $0 == UInt8(ascii: "0") } }

    static func split(_ text: String) -> [CronWord] {
        Array(text.utf8).split { $0.isASCIIWhitespace }.map { CronWord(bytes: $0) }
    }
}

/// Reads one field.
private struct CronFieldParser {
    let field: CronExpression.Field
    let word: CronWord
    let text: String

    init(_ field: CronExpression.Field, _ word: CronWord, text: String) {
        self.field = field
        self.word = word
        self.text = text
    }

    mutating func parse() throws(CronExpressionError) -> UInt64 {
        var set: UInt64 = 0
        for item in word.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            set |= try parse(item: item)
        }
        return set
    }

    private func parse(item: ArraySlice<UInt8>) throws(CronExpressionError) -> UInt64 {
        let parts = item.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let range = parts.first ?? item
        var (first, last) = (field.minimum, field.maximum)
        if !range.elementsEqual("*".utf8) {
            let ends = range.split(separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
            first = try value(ends.first ?? range)
            // `a/n` goes on to the end, `a` alone does not.
            if ends.count == 2 {
                last = try value(ends[1])
                guard first <= last else {
                    throw error(.reversedRange, range, "a range ends before it begins; write two, joined with a comma")
                }
            } else if parts.count == 1 {
                last = first
            } else if field == .dayOfWeek {
                last = max(first, 6)
            }
        } else if field == .dayOfWeek {
            last = 6
        }
        guard parts.count == 2 else { return field.bits(from: first, to: last, step: 1) }
        return field.bits(from: first, to: last, step: try step(parts[1], longest: field.maximum - field.minimum))
    }

    private func step(_ digits: ArraySlice<UInt8>, longest: Int) throws(CronExpressionError) -> Int {
        guard let step = number(digits), step > 0 else {
            throw error(.invalidStep, digits, "the step after the slash is not a number from 1 to \(longest)")
        }
        guard step <= longest else {
            throw error(
                .invalidStep,
                digits,
                "the step after the slash is beyond \(longest); steps begin anew with each larger unit of time"
            )
        }
        return step
    }

    private func value(_ bytes: ArraySlice<UInt8>) throws(CronExpressionError) -> Int {
        let lower = String(decoding: bytes, as: UTF8.self).lowercasedASCII()
        if let index = field.valueNames.firstIndex(of: lower) { return field.minimum + index }
        guard let number = number(bytes) else { throw error(.invalidValue, bytes, "something is not \(expected)") }
        guard (field.minimum...field.maximum).contains(number) else {
            throw error(.outOfRange, bytes, "a value is not from \(field.minimum) to \(field.maximum)")
        }
        return number
    }

    private var expected: String {
        let names = field.valueNames
        let orName = names.isEmpty ? "" : " or \(names[0]) to \(names[names.count - 1])"
        return "a star or a number from \(field.minimum) to \(field.maximum)\(orName)"
    }

    /// One to four digits.
    private func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...4).contains(bytes.count) else { return nil }
        var value = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private func error(_ code: CronExpressionError.Code, _ place: ArraySlice<UInt8>, _ reason: String)
        -> CronExpressionError
    {
        CronExpressionError(code, field: field, at: place.startIndex, in: text, reason)
    }
}
