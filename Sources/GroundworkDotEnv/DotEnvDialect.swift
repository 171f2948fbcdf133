/// The grammar by which a `.env` file is read. There is no standard: programs disagree on comments, quotes and `$`.
public struct DotEnvDialect: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The name, in lower case.
    public let rawValue: String

    /// Names a dialect. One that is not known here is read as ``compose``.
    public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

    /// The name.
    public var description: String { rawValue }

    /// Docker Compose's (`env_file` and `.env`), the closest to a written standard and the default.
    public static let compose = DotEnvDialect(rawValue: "compose")
    /// The npm package `dotenv`'s: `#` starts a comment anywhere outside quotes, backticks quote.
    public static let node = DotEnvDialect(rawValue: "node")
    /// python-dotenv's: `${NAME}` is expanded even in single quotes.
    public static let python = DotEnvDialect(rawValue: "python")
    /// What `set -a; . file` reads, restricted to assignments: anything that would run a program is refused.
    public static let bash = DotEnvDialect(rawValue: "bash")

    /// The dialects that are known here.
    public static let all: [DotEnvDialect] = [.compose, .node, .python, .bash]
}
