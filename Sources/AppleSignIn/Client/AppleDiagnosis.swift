/// What ``AppleSignInClient/diagnose()`` found.
public struct AppleDiagnosis: Sendable, CustomStringConvertible {
    /// One thing that was looked at.
    public struct Check: Sendable, Hashable {
        /// How it stands. Closed by nature.
        public enum Status: String, Sendable, Hashable {
            /// Right.
            case passed
            /// Wrong.
            case failed
            /// Could not be looked at.
            case skipped
        }

        /// What was looked at.
        public let name: String
        /// How it stands.
        public let status: Status
        /// What was found and what to do, in sentences.
        public let detail: String
    }

    /// Everything that was looked at, in order.
    public let checks: [Check]

    /// Whether nothing is wrong.
    public var isHealthy: Bool { !checks.contains { $0.status == .failed } }

    /// One line for each check.
    public var description: String {
        checks.map { "\($0.status.rawValue): \($0.name): \($0.detail)" }.joined(separator: "\n")
    }
}
