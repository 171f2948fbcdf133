/// What ``Mailer/check(timeout:)`` found.
public struct MailCheckReport: Sendable, Hashable, CustomStringConvertible {
    /// Everything that was found, in order.
    public var findings: [MailCheckFinding]

    /// Takes findings.
    public init(findings: [MailCheckFinding]) { self.findings = findings }

    /// Whether mail can be sent, as far as could be proved: there is no failure.
    public var isReady: Bool { !findings.contains { $0.severity == .failure } }

    /// The findings of a severity.
    public func findings(_ severity: MailCheckFinding.Severity) -> [MailCheckFinding] {
        findings.filter { $0.severity == severity }
    }

    /// A line for each finding, and a verdict.
    public var description: String {
        let warnings = findings(.warning).count
        let verdict =
            isReady
            ? warnings == 0 ? "Mail is ready." : "Mail is ready, with \(warnings) to look at."
            : "Mail is not ready: \(findings(.failure).count) to mend."
        return (findings.map(\.description) + [verdict]).joined(separator: "\n")
    }
}
