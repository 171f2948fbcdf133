public import FoundationEssentials
import GroundworkCore

/// What becomes of each backup, and why.
public struct RetentionPlan: Sendable, Hashable {
    /// Why a backup is kept or deleted. The set is open: a `switch` needs a `default`.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The kind of reason, such as `age`.
        public let code: String
        /// The reason in words.
        public let text: String

        init(_ code: String, _ text: String) {
            self.code = code
            self.text = text
        }

        /// The words.
        public var description: String { text }
    }

    /// What becomes of one backup.
    public struct Decision: Sendable, Hashable {
        /// The backup.
        public var backup: RetentionCandidate
        /// Whether it is kept.
        public var isKept: Bool
        /// Why; there is always a reason.
        public var reasons: [Reason]
    }

    /// One for each backup, the newest first.
    public var decisions: [Decision]
    /// When it was made.
    public var date: Date

    /// The backups that are kept, the newest first.
    public var kept: [Decision] { decisions.filter(\.isKept) }
    /// The backups that are to be deleted, the newest first.
    public var deleted: [Decision] { decisions.filter { !$0.isKept } }
    /// The stored bytes of what is to be deleted, held to `Int64.max`.
    public var deletedBytes: Int64 {
        deleted.reduce(0) { sum, decision in
            let (next, overflow) = sum.addingReportingOverflow(max(0, decision.backup.storedLength))
            return overflow ? .max : next
        }
    }
}
