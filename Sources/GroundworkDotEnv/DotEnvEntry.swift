/// One assignment of a `.env` file.
///
/// Its description and its mirror show the line but neither name nor value: a value that went wrong, such as an unquoted key
/// over several lines, can look like a name.
public struct DotEnvEntry: Sendable, Hashable {
    /// How the value was written.
    public enum Quoting: String, Sendable, Hashable {
        /// Without quotes.
        case none
        /// In `'…'`.
        case single
        /// In `"…"`.
        case double
        /// In backticks (node).
        case backtick
        /// In several pieces (bash).
        case mixed
    }

    /// The name.
    public var name: String
    /// The value; nil when the line has a name alone, which means "as the process has it".
    public var value: String?
    /// The line on which the name stands, from 1; lines end with a line feed.
    public var line: Int
    /// The column of the name in bytes of UTF-8, from 1.
    public var column: Int
    /// How the value was written.
    public var quoting: Quoting
    /// Whether the dialect's own program replaces a reference in this value, whatever the options say.
    public var hasReference: Bool

    /// Whether the value stands in quotes.
    public var isQuoted: Bool { quoting != .none }
}

extension DotEnvEntry: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where the assignment stands.
    public var description: String { "assignment at line \(line), column \(column)" }
    /// Where the assignment stands.
    public var debugDescription: String { description }
    /// Where the assignment stands.
    public var customMirror: Mirror { Mirror(self, children: ["line": line, "column": column]) }
}
