/// One thing that is wrong, or not as it should be, with the environment or with the schema.
///
/// No property ever holds the value of a variable, nor a piece of it.
public struct EnvProblem: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of problems. An open set.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name of the kind.
        public var description: String { rawValue }
        /// A required variable has no value.
        public static let missing = Code(rawValue: "missing")
        /// The value is not of the type or exceeds a limit.
        public static let invalid = Code(rawValue: "invalid")
        /// The text is a platform's reference, such as `${{shared.KEY}}`, and not the value.
        public static let unresolvedReference = Code(rawValue: "unresolved-reference")
        /// A rule over several variables does not hold.
        public static let rule = Code(rawValue: "rule")
        /// A secret is too short, too regular, a placeholder or of the wrong shape.
        public static let weakSecret = Code(rawValue: "weak-secret")
        /// A source could not be read.
        public static let source = Code(rawValue: "source")
        /// Both `NAME` and `NAME_FILE` are set.
        public static let ambiguous = Code(rawValue: "ambiguous")
        /// The environment that the service runs in is not one of the schema's.
        public static let mode = Code(rawValue: "mode")
        /// The schema itself is wrong.
        public static let declaration = Code(rawValue: "declaration")
        /// A deprecated name is set.
        public static let deprecatedName = Code(rawValue: "deprecated-name")
        /// A name that nobody declared looks like a declared one.
        public static let unknownName = Code(rawValue: "unknown-name")
        /// A value that other readers of the same file would read in another way, or with white space at its ends.
        public static let fragileValue = Code(rawValue: "fragile-value")
        /// A name is set twice in one source, or under two names.
        public static let duplicate = Code(rawValue: "duplicate")
        /// A secret stands where other users of the machine see it.
        public static let exposedSecret = Code(rawValue: "exposed-secret")
    }

    /// The kind.
    public var code: Code
    /// The variables that it is about; the first is the one to mend. Empty when a whole source is meant.
    public var variables: [String]
    /// Where the value stood; nil when there was none.
    public var origin: EnvOrigin?
    /// What is wrong, in words that follow the name of the variable.
    public var message: String
    /// What was expected, in words that complete "expected …"; nil where nothing was.
    public var expected: String?
    /// A line to copy that mends it, or words where there is no such line.
    public var remedy: String?

    /// Describes a problem.
    @inline(never)
    public init(
        _ code: Code,
        _ variables: [String],
        origin: EnvOrigin? = nil,
        message: String,
        expected: String? = nil,
        remedy: String? = nil
    ) {
        self.code = code
        self.variables = variables
        self.origin = origin
        self.message = message
        self.expected = expected
        self.remedy = remedy
    }

    /// The variable that it is about, if it is about one.
    public var variable: String? { variables.first }

    /// Two to three lines: what, what was expected and where; the remedy.
    public var description: String {
        var text = ""
        if let variable { text += "\(variable) " }
        text += message
        if let origin { text += " [\(origin)]" }
        if let expected { text += "\n    expected: \(expected)" }
        if let remedy { text += "\n    to mend:  \(remedy)" }
        return text
    }
}
