/// A `.env` file: its assignments in the order of the file.
///
///     let file = try DotEnvFile(parsing: bytes, options: DotEnvOptions(dialect: .node))
///     file["DATABASE_URL"]?.value
///
/// Parsing touches no file, no process and no environment; it takes time and memory in proportion to the bytes.
public struct DotEnvFile: Sendable {
    /// Every assignment, duplicates included.
    public let entries: [DotEnvEntry]
    /// What deserves a look; at most ``DotEnvLimits/messages``.
    public let warnings: [DotEnvWarning]
    /// The place in ``entries`` of the last assignment of each name.
    private let lastEntry: [String: Int]

    /// Reads a file.
    /// - Throws: ``DotEnvError`` for the first thing that is wrong.
    public init(parsing bytes: [UInt8], options: DotEnvOptions = DotEnvOptions()) throws(DotEnvError) {
        var parser = DotEnvParser(options: options, recovers: false)
        try parser.run(bytes.span)
        self.init(parser)
    }

    /// Reads what can be read and lists everything that is wrong, at most ``DotEnvLimits/messages``.
    ///
    /// Reading goes on after the line with the error.
    public static func recovering(
        parsing bytes: [UInt8],
        options: DotEnvOptions = DotEnvOptions()
    ) -> (file: DotEnvFile, errors: [DotEnvError]) {
        var parser = DotEnvParser(options: options, recovers: true)
        do throws(DotEnvError) { try parser.run(bytes.span) } catch { parser.errors.append(error) }
        return (DotEnvFile(parser), parser.errors)
    }

    private init(_ parser: DotEnvParser) {
        entries = parser.entries
        warnings = parser.warnings
        lastEntry = parser.lastEntry
    }

    /// The last assignment of a name, which is the one that counts.
    public subscript(name: String) -> DotEnvEntry? { lastEntry[name].map { entries[$0] } }

    /// Each name that has a value, with the one that counts.
    public var values: [String: String] { lastEntry.compactMapValues { entries[$0].value } }
}

extension DotEnvFile: CustomStringConvertible, CustomReflectable {
    /// How many assignments and warnings there are.
    public var description: String { "\(entries.count) assignments, \(warnings.count) warnings" }
    /// How many assignments there are; no value.
    public var customMirror: Mirror { Mirror(self, children: ["entries": entries.count, "warnings": warnings]) }
}
