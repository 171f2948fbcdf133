/// Something that a server lacks for a restore.
public struct RestoreProblem: Sendable, Hashable {
    /// What it is about. The set is open: a `switch` needs a `default`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name, such as `extensionMissing`.
        public let rawValue: String

        /// Any kind, also one that is not listed here.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        /// The server does not offer an extension (`pg_available_extensions`).
        public static let extensionMissing = Kind("extensionMissing")
        /// The server offers another version of an extension.
        public static let extensionVersion = Kind("extensionVersion")
        /// Only a superuser may create an extension, and the user is none.
        public static let extensionRights = Kind("extensionRights")
        /// The server does not load a library at its start that the source's server loads.
        public static let libraryMissing = Kind("libraryMissing")
        /// A role is missing that owns something or has rights.
        public static let roleMissing = Kind("roleMissing")
        /// The disk of the server has too little room.
        public static let noSpace = Kind("noSpace")
        /// Nobody can tell from here how much room the server has.
        public static let spaceUnknown = Kind("spaceUnknown")
        /// The server is of an older major version than the source.
        public static let olderServer = Kind("olderServer")
        /// The server does not know the source's locale.
        public static let localeMissing = Kind("localeMissing")
        /// The server does not know the provider of the source's locale: text is sorted by another.
        public static let localeProvider = Kind("localeProvider")
        /// The server is a standby, which takes no writes.
        public static let readOnlyServer = Kind("readOnlyServer")
        /// The user may not create databases.
        public static let mayNotCreateDatabases = Kind("mayNotCreateDatabases")
        /// The manifest does not tell what the database needs.
        public static let needsUnknown = Kind("needsUnknown")

        /// The kind's name.
        public var description: String { rawValue }

        /// The code of the error that a fatal one becomes.
        var code: PGBackupError.Code {
            switch self {
            case .extensionMissing: .extensionMissing
            case .roleMissing: .roleMissing
            case .noSpace: .noSpace
            case .localeMissing, .localeProvider: .localeMissing
            case .readOnlyServer: .readOnlyServer
            case .mayNotCreateDatabases: .permissionDenied
            default: .toolUnsuitable
            }
        }
    }

    /// How much it matters.
    public enum Severity: Sendable, Hashable, Comparable {
        /// Good to know.
        case note
        /// The restore may fail, or the database is not quite what it was.
        case warning
        /// The restore would fail.
        case fatal
    }

    /// What it is about.
    public var kind: Kind
    /// How much it matters.
    public var severity: Severity
    /// The extensions, roles, libraries or locales that it is about.
    public var names: [String]
    /// What is missing and how to mend it, in full sentences.
    public var message: String

    init(_ kind: Kind, _ severity: Severity, _ names: [String], _ message: String) {
        self.kind = kind
        self.severity = severity
        self.names = names
        self.message = message
    }

    init(_ kind: Kind, _ severity: Severity, _ message: String) { self.init(kind, severity, [], message) }
}

/// What was found about a server before a restore. Nothing was created or changed to find it.
public struct RestorePreflight: Sendable, Hashable {
    /// All that was found, the fatal ones first.
    public var problems: [RestoreProblem]

    init(_ problems: [RestoreProblem]) {
        let ordered = problems.enumerated().sorted {
            ($0.element.severity, $1.offset) > ($1.element.severity, $0.offset)
        }
        self.problems = ordered.map(\.element)
    }

    /// Whether nothing is known that makes the restore fail.
    public var passes: Bool { problems.allSatisfy { $0.severity < .fatal } }

    /// The messages of warnings.
    var warnings: [String] { problems.filter { $0.severity == .warning }.map(\.message) }

    /// The error that names all fatal problems; nil when there are none.
    var error: PGBackupError? {
        let fatal = problems.filter { $0.severity == .fatal }
        guard let first = fatal.first else { return nil }
        return PGBackupError(
            first.kind.code,
            "The restore was not begun, and nothing was created. " + fatal.map(\.message).joined(separator: " ")
        )
    }
}
