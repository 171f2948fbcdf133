/// How a report is written for a terminal.
public struct TerminalOptions: Sendable, Hashable {
    /// The columns of the terminal; lines are folded to fit. At least 40.
    public var width = 100
    /// Whether colours are used. Marks and words say the same without them.
    public var usesColor = false
    /// Whether the findings follow the tables.
    public var showsFindings = true
    /// The least severity of a finding that is shown.
    public var threshold = AuditFinding.Severity.note

    /// One hundred columns without colours.
    public init() {}

    /// The options for a stream.
    /// - Parameters:
    ///   - isTerminal: whether the stream is a terminal; anything else gets no colour.
    ///   - columns: the terminal's width; nil takes it from the environment.
    ///   - environment: `NO_COLOR` (no-color.org) and `TERM=dumb` turn colours off, `COLUMNS` tells the width.
    public init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
        let hasColor = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        usesColor = isTerminal && hasColor
        width = max(40, min(columns ?? environment["COLUMNS"].flatMap(Int.init) ?? 100, 400))
    }
}
