public import GroundworkDotEnv

/// A line of a `.env` file that programs read differently.
///
/// It shows no value unless values were asked for.
public struct DotEnvPortabilityFinding: Sendable, Hashable, CustomStringConvertible {
    /// What a dialect's program makes of the line.
    public enum Outcome: Sendable, Hashable {
        /// A value of so many bytes.
        case value(bytes: Int)
        /// A value in which the program replaces references.
        case expanded
        /// A value that the program cuts or changes.
        case altered
        /// The value that the process has.
        case inherited
        /// Nothing: the line is dropped without a word, or belongs to another value.
        case nothing
        /// An error.
        case refused
    }

    /// What makes the line ambiguous. An open set.
    public struct Cause: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// What makes the line ambiguous, in words.
        public let rawValue: String
        /// Names a cause.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// What makes the line ambiguous, in words.
        public var description: String { rawValue }

        /// A `#` that starts a comment for some only.
        public static let comment = Cause(rawValue: "a # in or before the value")
        /// A backslash, which only some take for an escape.
        public static let escape = Cause(rawValue: "a backslash in the value")
        /// Quotes that do not enclose the whole value, or are not closed.
        public static let quote = Cause(rawValue: "quotes within the value")
        /// A `$`, which only some expand.
        public static let dollar = Cause(rawValue: "a $ in the value")
        /// `${{…}}`, which Railway alone reads.
        public static let railwayReference = Cause(rawValue: "a Railway reference")
        /// `$(…)` or backticks.
        public static let command = Cause(rawValue: "$(…) or backticks")
        /// White space in a value without quotes, or around `=`.
        public static let space = Cause(rawValue: "spaces in the value or around =")
        /// A name that not all accept, or a name alone.
        public static let name = Cause(rawValue: "the form of the name")
        /// A colon in the place of `=`.
        public static let colon = Cause(rawValue: "a colon in place of =")
        /// A carriage return at the end of the line.
        public static let carriageReturn = Cause(rawValue: "a carriage return at the end of the line")
        /// A byte-order mark.
        public static let byteOrderMark = Cause(rawValue: "a byte-order mark at the beginning of the file")
        /// Characters that have a meaning for a shell.
        public static let shell = Cause(rawValue: "characters with a meaning for a shell")
    }

    /// The line, from 1.
    public let line: Int
    /// What makes the line ambiguous; may be empty.
    public let causes: [Cause]
    /// What each dialect's program makes of the line, in the order in which the dialects were asked for.
    public let outcomes: [Reading]
    /// How to write the line so that all read it alike.
    public let remedy: String

    /// What one dialect's program makes of a line.
    public struct Reading: Sendable, Hashable {
        /// The dialect.
        public let dialect: DotEnvDialect
        /// What its program makes of the line.
        public let outcome: Outcome
        /// The value, only when values were asked for.
        public let value: String?
    }

    /// The line, the readings, the causes and the remedy.
    public var description: String {
        let readings = outcomes.map { "\($0.dialect): \(Self.words($0))" }.joined(separator: ", ")
        let reasons = causes.isEmpty ? "" : " (\(causes.map(\.rawValue).joined(separator: ", ")))"
        return "line \(line) reads differently\(reasons): \(readings); \(remedy)"
    }

    private static func words(_ reading: Reading) -> String {
        if let value = reading.value { return "`\(value)`" }
        return switch reading.outcome {
        case .value(let bytes): bytes == 1 ? "1 byte" : "\(bytes) bytes"
        case .expanded: "expanded"
        case .altered: "cut"
        case .inherited: "taken from the process"
        case .nothing: "nothing"
        case .refused: "an error"
        }
    }
}
