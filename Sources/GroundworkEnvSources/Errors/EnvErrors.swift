import GroundworkBase
public import GroundworkEnvModel

/// Everything that kept a schema from loading, at once: the sources first, then the variables and then the rules, each in
/// the order of their declaration.
///
/// Print it, or encode it as JSON for tools. It never holds a value.
public struct EnvErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of the service.
    public var service: String
    /// The environment that it was loaded for; nil when the schema itself is wrong.
    public var mode: EnvMode?
    /// What must be mended.
    public var problems: [EnvProblem]
    /// What should be.
    public var warnings: [EnvProblem]

    /// Collects problems.
    public init(service: String, mode: EnvMode? = nil, problems: [EnvProblem], warnings: [EnvProblem] = []) {
        self.service = service
        self.mode = mode
        self.problems = problems
        self.warnings = warnings
    }

    /// The problems of one variable.
    public func problems(of name: String) -> [EnvProblem] { problems.filter { $0.variables.contains(name) } }

    /// A block to read in a terminal or a log.
    public var description: String {
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        let place = mode.map { " (\($0))" } ?? ""
        let declaration = problems.contains { $0.code == .declaration }
        var text = "\(service)\(place): \(count) in the \(declaration ? "schema" : "environment")"
        for problem in problems { text += "\n  ✗ " + Self.indented(problem.description) }
        for warning in warnings { text += "\n  ! " + Self.indented(warning.description) }
        return text
    }

    private static func indented(_ text: String) -> String {
        text.fields(separatedBy: "\n").joined(separator: "\n  ")
    }
}
