public import EnvSchema

/// What an audit found. It holds no value, so it can be kept and sent.
///
/// Encode it with sorted keys for a text that stays the same when nothing changed, as ``json()`` does.
public struct AuditReport: Sendable, Hashable, Codable {
    /// One service's part.
    public struct Service: Sendable, Hashable, Codable {
        /// The name of the service.
        public var name: String
        /// What it does.
        public var summary: String?
        /// Whether it has no value source yet.
        public var isNew: Bool
        /// Where the values come from; nil when it is new.
        public var source: String?
        /// The variables in the order of their declaration, undeclared ones at the end.
        public var cells: [AuditCell]

        /// The cell of a variable.
        public subscript(variable: String) -> AuditCell? { cells.first { $0.variable == variable } }
    }

    /// The version of this format.
    public var formatVersion = 1
    /// The kind of environment that was audited.
    public var mode: EnvMode
    /// The name of the platform's environment, where it is known.
    public var environment: String?
    /// The services in the order in which they were given.
    public var services: [Service]
    /// All findings, by service and variable.
    public var findings: [AuditFinding]

    /// The part of one service.
    public subscript(service: String) -> Service? { services.first { $0.name == service } }

    /// The findings of one variable.
    public func findings(service: String, variable: String) -> [AuditFinding] {
        findings.filter { $0.service == service && $0.variable == variable }
    }

    /// How many findings there are of a severity.
    public func count(of severity: AuditFinding.Severity) -> Int { findings.count { $0.severity == severity } }

    /// The exit code for a program: 0 when no finding is as bad as `threshold`, else 1.
    ///
    /// Programs add 64 for wrong usage and 2 for input that cannot be read.
    public func exitCode(failingFrom threshold: AuditFinding.Severity = .error) -> Int32 {
        findings.contains { $0.severity >= threshold } ? 1 : 0
    }
}
