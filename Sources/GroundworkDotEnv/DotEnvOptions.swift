/// How a `.env` file is read.
public struct DotEnvOptions: Sendable {
    /// What to do with text on which a dialect's own program guesses.
    public enum Reading: String, Sendable, Hashable {
        /// A line that the program drops or misreads is an error, and so are `$(…)` and backticks.
        case strict
        /// As the dialect's program reads it: dropped lines become warnings.
        case faithful
    }

    /// The grammar.
    public var dialect = DotEnvDialect.compose
    /// What to do with text on which the dialect's own program guesses.
    public var reading = Reading.strict
    /// Whether references such as `${HOST}` are replaced.
    public var expansion = DotEnvExpansion.off
    /// What is refused for its size.
    public var limits = DotEnvLimits()

    /// Options; what is not named keeps its default.
    public init(
        dialect: DotEnvDialect = .compose,
        reading: Reading = .strict,
        expansion: DotEnvExpansion = .off,
        limits: DotEnvLimits = DotEnvLimits()
    ) {
        self.dialect = dialect
        self.reading = reading
        self.expansion = expansion
        self.limits = limits
    }
}

/// Whether references in values are replaced. Off unless asked for: a `$` in a password is common.
public struct DotEnvExpansion: Sendable, CustomStringConvertible, CustomReflectable {
    /// The process's variables; nil when nothing is expanded.
    let process: [String: String]?

    /// Values are taken as they are written.
    public static let off = DotEnvExpansion(process: nil)

    /// `$NAME`, `${NAME}` and the operators `:-` `-` `:?` `?` `:+` `+`, nested, are replaced; `$$` and `\$` stand for
    /// one `$`. A reference takes the value in `process` first, which is never expanded again, then that of an earlier
    /// line. `${{…}}` stays as it is.
    public static func on(process: [String: String]) -> DotEnvExpansion { DotEnvExpansion(process: process) }

    /// Whether references are replaced.
    public var isOn: Bool { process != nil }

    /// `on` or `off`; never a variable.
    public var description: String { isOn ? "on" : "off" }

    /// Shows no variable.
    public var customMirror: Mirror { Mirror(self, children: ["isOn": isOn]) }
}

/// What is refused for its size. The defaults leave room for any file that a process could be started with.
public struct DotEnvLimits: Sendable, Hashable {
    /// The greatest file in bytes.
    public var fileBytes = 16 << 20
    /// The greatest line in bytes.
    public var lineBytes = 1 << 20
    /// The greatest value in bytes, after expansion. Linux starts no program with a longer `NAME=value` (execve(2)).
    public var valueBytes = 128 << 10
    /// The greatest number of assignments.
    public var entries = 100_000
    /// The greatest number of bytes that expansion makes in the whole file.
    public var expandedBytes = 16 << 20
    /// How deep `${A:-${B:-…}}` may be nested.
    public var expansionDepth = 16
    /// How many warnings, and how many errors of one file, are kept.
    public var messages = 1_000

    /// The defaults.
    public init() {}
}
