/// One thing that an audit found.
public struct AuditFinding: Sendable, Hashable, Codable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// The service will not start or will do harm.
        case error
        /// Should be mended.
        case warning
        /// Worth knowing.
        case note

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }

        /// An error is greater than a warning, a warning greater than a note.
        public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }
    }

    /// How bad it is.
    public var severity: Severity
    /// The kind, for programs.
    public var code: Code
    /// The service.
    public var service: String
    /// The variable; nil when the whole service is meant.
    public var variable: String?
    /// What was found, in a sentence, without any value.
    public var message: String
    /// What to do.
    public var remedy: String
    /// A line for a shell that does it, where there is one. It reads the value from its input, never from an argument.
    public var command: String?

    /// A finding.
    public init(
        severity: Severity,
        code: Code = .other,
        service: String,
        variable: String?,
        message: String,
        remedy: String,
        command: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.service = service
        self.variable = variable
        self.message = message
        self.remedy = remedy
        self.command = command
    }
}
