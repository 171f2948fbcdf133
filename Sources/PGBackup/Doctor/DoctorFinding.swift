/// One thing that was looked at before the first night.
public struct DoctorFinding: Sendable, Hashable {
    /// How it is. The order is that of severity.
    public enum Level: String, Sendable, Hashable, Comparable, CaseIterable {
        /// As it should be.
        case ok
        /// Not looked at, with the reason.
        case skipped
        /// Backups can be made; something should be known or mended.
        case warning
        /// Backups cannot be made, or cannot be restored.
        case failed

        /// By severity.
        public static func < (lhs: Level, rhs: Level) -> Bool { lhs.rank < rhs.rank }

        private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What it belongs to: `database`, `store`, …
    public var area: String
    /// What was looked at, such as `TLS`.
    public var name: String
    /// How it is.
    public var level: Level
    /// What was found, in a sentence without secrets.
    public var text: String
    /// What to do about it, in a sentence; nil when there is nothing to do.
    public var remedy: String?

    /// Describes a finding.
    public init(_ area: String, _ name: String, _ level: Level, _ text: String, remedy: String? = nil) {
        self.area = area
        self.name = name
        self.level = level
        self.text = text
        self.remedy = remedy
    }
}

/// What the doctor found.
public struct DoctorReport: Sendable, Hashable {
    /// In the order in which things were looked at.
    public var findings: [DoctorFinding]

    /// Joins findings.
    public init(_ findings: [DoctorFinding] = []) { self.findings = findings }

    /// The worst of all.
    public var level: DoctorFinding.Level { findings.map(\.level).max() ?? .ok }

    /// Whether nothing stands in the way of the first night.
    public var isReady: Bool { level < .failed }
}
