public import GroundworkCore

/// Options of pg_dump as text, as the `BACKUP_OPTIONS` of the Railway template has them: `-n public --no-comments`.
///
/// Words are split as a shell splits them, with quotes and backslashes, and no shell ever sees them: its other signs are
/// refused. Only options that choose what is in the backup, or how pg_dump reads it, are accepted; those that would change
/// where it goes, its format or whom it is from are refused by name. Options as in PostgreSQL's reference page of
/// `pg_dump`; those that the installed version does not know, it refuses itself.
public struct DumpOptions: TextParsable, Hashable {
    /// What is expected, for the messages of configuration readers.
    public static let expectedText = "options of pg_dump such as --schema=public --exclude-table=log_*"

    /// The schemas and tables that were chosen.
    public private(set) var selection = DumpSelection()
    /// The other options, one word each.
    public private(set) var arguments: [String] = []
    /// The value of `--lock-wait-timeout`.
    public private(set) var lockWaitTimeout: Duration?

    /// Options that were read and change nothing, because they choose the form of a file that is ours to choose.
    public private(set) var withoutEffect: [String] = []

    /// Which options have no effect, in a full sentence; nil when all have one.
    public var warning: String? {
        guard !withoutEffect.isEmpty else { return nil }
        let names = withoutEffect.joined(separator: ", ")
        return "Options of pg_dump without effect: \(names). The backup is a custom archive in the database's own "
            + "encoding, compressed and stored while it is made; leave them out."
    }

    /// No options.
    public init() {}

    /// Reads options.
    /// - Throws: `TextParsingError` that names an option that is not accepted, with the reason.
    public init(parsing text: String) throws(TextParsingError) {
        var words = try OptionWords.split(text).flatMap(Self.apart)[...]
        while let word = words.popFirst() {
            let (name, attached) = try Self.nameAndValue(word)
            guard let meaning = Self.meanings[name] else {
                if let reason = Self.refusals[name] {
                    throw TextParsingError("the option \(name) is refused: \(reason)")
                }
                throw TextParsingError("\(name) is no option that is accepted here")
            }
            guard meaning.takesValue else {
                guard attached == nil else { throw TextParsingError("the option \(name) takes no value") }
                switch meaning {
                case .flag(let argument): arguments.append(argument)
                case .ignoredFlag: note(name)
                default: break
                }
                continue
            }
            guard let value = attached ?? words.popFirst(), !value.isEmpty, !value.utf8.contains(0) else {
                throw TextParsingError("the option \(name) needs a value")
            }
            try apply(meaning, value, name)
        }
    }

    private mutating func apply(_ meaning: Meaning, _ value: String, _ name: String) throws(TextParsingError) {
        switch meaning {
        case .schema: selection.schemas.append(value)
        case .excludedSchema: selection.excludedSchemas.append(value)
        case .table: selection.tables.append(value)
        case .excludedTable: selection.excludedTables.append(value)
        case .tableWithoutData: selection.tablesWithoutData.append(value)
        case .valued(let option): arguments.append("\(option)=\(value)")
        case .number(let option):
            guard let number = Int(value), number > 0 else {
                throw TextParsingError("the value of \(name) is no number")
            }
            arguments.append("\(option)=\(number)")
        case .lockWaitTimeout:
            guard let milliseconds = Self.milliseconds(value) else {
                throw TextParsingError("the value of \(name) is no time such as 30000 (milliseconds), 30s or 5min")
            }
            lockWaitTimeout = .milliseconds(milliseconds)
        case .encoding:
            // As PostgreSQL compares names of encodings: by letters and digits alone.
            let plain = value.lowercasedASCII().filter { $0.isLetter || $0.isNumber }
            guard ["utf8", "unicode"].contains(plain) else {
                throw TextParsingError(
                    "the option \(name) is refused: a dump is taken in the database's own encoding, and a restore turns it "
                        + "into that of its target; leave it out"
                )
            }
            note(name)
        case .ignoredValue: note(name)
        case .flag, .ignored, .ignoredFlag: break
        }
    }

    private mutating func note(_ name: String) {
        if !withoutEffect.contains(name) { withoutEffect.append(name) }
    }

    /// Short options in one word, `-Oxn public`, as words of their own; the last may have a value attached.
    private static func apart(_ word: String) -> [String] {
        guard word.hasPrefix("-"), !word.hasPrefix("--") else { return [word] }
        var words: [String] = []
        var rest = word.dropFirst()
        while let letter = rest.first, rest.count > 1, let long = shortNames["-\(letter)"],
            let meaning = meanings[long], !meaning.takesValue
        {
            words.append("-\(letter)")
            rest = rest.dropFirst()
        }
        return words + ["-\(rest)"]
    }

    /// `--name=value`, `--name`, `-nvalue` and `-n`.
    private static func nameAndValue(_ word: String) throws(TextParsingError) -> (String, String?) {
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        guard word.hasPrefix("-"), word.count > 1 else {
            throw TextParsingError("a word is no option; the database is taken from its URL alone")
        }
        let name = String(word.prefix(2))
        let rest = String(word.dropFirst(2))
        guard let long = shortNames[name] else { return (name, nil) }
        guard !rest.isEmpty else { return (long, nil) }
        guard meanings[long]?.takesValue ?? true else {
            throw TextParsingError("the option \(name) takes no value; write several short options apart")
        }
        return (long, rest)
    }

    /// A time as `lock_timeout` takes it: milliseconds, or a number with ms, s, min or h.
    private static func milliseconds(_ text: String) -> Int? {
        let units = [("ms", 1), ("min", 60_000), ("s", 1000), ("h", 3_600_000)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)), (1...100_000).contains(number) else { return nil }
            return number * factor
        }
        return Int(text).flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil }
    }
}
