/// The variables that one service has, as one source or several tell them.
///
///     let values = ServiceValues(["PORT": "3001"])
///     let file = ServiceValues(environmentFile: try DotEnvFile(parsing: bytes), label: "auth.env")
///     let railway = try ServiceValues(railwayVariables: json, label: "railway variable list --json")
public struct ServiceValues: Sendable {
    /// The kinds of sources. An open set.
    public struct Kind: Sendable, Hashable, RawRepresentable {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// Given by a program.
        public static let memory = Kind(rawValue: "memory")
        /// An env file.
        public static let environmentFile = Kind(rawValue: "environment file")
        /// `railway variable list --json`: values as the process gets them, sealed ones left out.
        public static let railwayVariables = Kind(rawValue: "Railway variables")
        /// `railway environment config --json`: values as they are stored, sealed ones named.
        public static let railwayConfiguration = Kind(rawValue: "Railway configuration")
        /// The environment of a running process, in which much stands that no schema declares.
        public static let process = Kind(rawValue: "process")
        /// What a service printed about itself at its start.
        public static let bootReport = Kind(rawValue: "boot report")
    }

    /// The kind of the source; of the first one when several were merged.
    public var kind: Kind
    /// What the source is called: a file's name, a command.
    public var label: String
    /// The variables by name.
    public var variables: [String: ObservedValue]
    /// What was odd about the source, in sentences without any value.
    public var warnings: [String] = []
    /// The boot report that was read, for its age and deployment.
    public var bootReport: BootReport?

    /// Variables that a program gives.
    public init(_ environment: [String: String], kind: Kind = .memory, label: String = "memory") {
        self.kind = kind
        self.label = label
        variables = environment.mapValues { ObservedValue($0) }
    }

    /// Variables with what is known of each.
    public init(observed variables: [String: ObservedValue], kind: Kind, label: String) {
        self.kind = kind
        self.label = label
        self.variables = variables
    }

    /// The environment of a running process, such as `ProcessInfo.processInfo.environment`.
    ///
    /// Names that the schema does not know are reported only when they look like a misspelt one.
    public static func process(_ environment: [String: String]) -> ServiceValues {
        ServiceValues(environment, kind: .process, label: "process environment")
    }

    /// What a service printed about itself.
    public init(bootReport report: BootReport) {
        kind = .bootReport
        label = "boot report"
        variables = [:]
        for entry in report.variables where entry.state != .absent {
            variables[entry.name] = ObservedValue(sealed: entry.fingerprint, isEmpty: entry.state == .empty)
        }
        bootReport = report
    }

    /// What both sources together tell; where they differ, this one is right.
    ///
    /// Merge `railway environment config --json` (references, sealed names) with `railway variable list --json`
    /// (values) and with a boot report (fingerprints of sealed values) to know the most.
    public func merging(_ other: ServiceValues) -> ServiceValues {
        var merged = self
        merged.label = "\(label) + \(other.label)"
        merged.warnings += other.warnings
        merged.bootReport = bootReport ?? other.bootReport
        for (name, value) in other.variables {
            merged.variables[name] = variables[name].map { $0.merging(value) } ?? value
        }
        return merged
    }
}
