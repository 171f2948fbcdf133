/// One thing that an audit found.
public struct AuditFinding: Sendable, Hashable, Codable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// The service will not start or will do harm.
        case error
        /// Should be mended.
        case warning
        /// Worth knowing.
        case note
    }

    /// How bad it is.
    public var severity: Severity
    /// The service.
    public var service: String
    /// The variable; nil when the whole service is meant.
    public var variable: String?
    /// What was found, in a sentence, without any value.
    public var message: String
    /// What to do.
    public var remedy: String

    /// A finding.
    public init(severity: Severity, service: String, variable: String?, message: String, remedy: String) {
        self.severity = severity
        self.service = service
        self.variable = variable
        self.message = message
        self.remedy = remedy
    }
}
