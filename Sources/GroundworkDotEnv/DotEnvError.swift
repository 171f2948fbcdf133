/// Why a `.env` file could not be read, and where. It never repeats what the file holds.
public struct DotEnvError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }

        /// The file is not UTF-8.
        public static let notUTF8 = Code(rawValue: "not-utf8")
        /// The file holds a NUL byte, which no variable can hold.
        public static let nulByte = Code(rawValue: "nul-byte")
        /// The file begins with a byte-order mark that the dialect does not skip.
        public static let byteOrderMark = Code(rawValue: "byte-order-mark")
        /// The file is longer than ``DotEnvLimits/fileBytes``.
        public static let fileTooLarge = Code(rawValue: "file-too-large")
        /// A line is longer than ``DotEnvLimits/lineBytes``.
        public static let lineTooLong = Code(rawValue: "line-too-long")
        /// A value is longer than ``DotEnvLimits/valueBytes``.
        public static let valueTooLong = Code(rawValue: "value-too-long")
        /// There are more assignments than ``DotEnvLimits/entries``.
        public static let tooManyEntries = Code(rawValue: "too-many-entries")
        /// The line does not begin with a name that the dialect allows.
        public static let invalidName = Code(rawValue: "invalid-name")
        /// There is no `=` after the name.
        public static let missingEquals = Code(rawValue: "missing-equals")
        /// A quote is not closed.
        public static let unterminatedQuote = Code(rawValue: "unterminated-quote")
        /// Text stands after a closing quote.
        public static let textAfterQuote = Code(rawValue: "text-after-quote")
        /// The dialect's program would take the value from the next line.
        public static let valueOnNextLine = Code(rawValue: "value-on-next-line")
        /// `$(…)` or backticks: a file is not a program.
        public static let commandSubstitution = Code(rawValue: "command-substitution")
        /// A shell would do more than assign here.
        public static let unsupportedSyntax = Code(rawValue: "unsupported-syntax")
        /// A reference is not well formed.
        public static let invalidReference = Code(rawValue: "invalid-reference")
        /// A reference with `:?` or `?` found no value.
        public static let unsetReference = Code(rawValue: "unset-reference")
        /// References are nested deeper than ``DotEnvLimits/expansionDepth``.
        public static let expansionTooDeep = Code(rawValue: "expansion-too-deep")
        /// Expansion made more than ``DotEnvLimits/expandedBytes``.
        public static let expansionTooLarge = Code(rawValue: "expansion-too-large")
    }

    /// The kind.
    public let code: Code
    /// The line, from 1; lines end with a line feed.
    public let line: Int
    /// The column in bytes of UTF-8, from 1.
    public let column: Int
    /// What is wrong, without anything that the file holds.
    public let reason: String
    /// How to mend it.
    public let remedy: String

    /// Makes an error.
    init(_ code: Code, line: Int, column: Int, reason: String, remedy: String) {
        self.code = code
        self.line = line
        self.column = column
        self.reason = reason
        self.remedy = remedy
    }

    /// Place, reason and remedy in one line.
    public var description: String { "line \(line), column \(column): \(reason); \(remedy)" }
}
