/// Something in a `.env` file that was read but deserves a look. It never repeats a value.
public struct DotEnvWarning: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of warnings. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }

        /// The same name was assigned on an earlier line; the last one counts.
        public static let duplicate = Code(rawValue: "duplicate")
        /// The dialect's program drops this line.
        public static let droppedLine = Code(rawValue: "dropped-line")
        /// A new assignment begins on the line on which the last one ended.
        public static let textAfterQuote = Code(rawValue: "text-after-quote")
        /// `${{…}}` stands in a value: only Railway reads it, other programs fail on it or cut it.
        public static let railwayReference = Code(rawValue: "railway-reference")
        /// The value holds a `$` that was not expanded, though some programs expand it.
        public static let unexpandedReference = Code(rawValue: "unexpanded-reference")
        /// The value ends with a carriage return.
        public static let carriageReturn = Code(rawValue: "carriage-return")
    }

    /// The kind.
    public let code: Code
    /// The line, from 1.
    public let line: Int
    /// The column in bytes of UTF-8, from 1.
    public let column: Int
    /// What is to be seen, without any value.
    public let message: String

    /// Place and message in one line.
    public var description: String { "line \(line), column \(column): \(message)" }
}
