/// Where a value, or the lack of one, was found. It never holds the value, nor the path in a `NAME_FILE` variable, which
/// may be a secret that was put into the wrong place.
public struct EnvOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of places. An open set.
    public struct Kind: Sendable, Hashable, RawRepresentable {
        /// The name of the kind.
        public let rawValue: String
        /// Names a kind.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The environment of the process.
        public static let process = Kind(rawValue: "process")
        /// A file of the `.env` family.
        public static let file = Kind(rawValue: "file")
        /// A directory with one file per secret.
        public static let secretsDirectory = Kind(rawValue: "secrets-directory")
        /// `--set NAME=value`.
        public static let commandLine = Kind(rawValue: "command-line")
        /// Values that the program gave.
        public static let memory = Kind(rawValue: "memory")
        /// A source that the program brought along.
        public static let custom = Kind(rawValue: "custom")
        /// The default in the declaration.
        public static let defaultValue = Kind(rawValue: "default")
        /// The declaration itself.
        public static let declaration = Kind(rawValue: "declaration")
    }

    // Behind a reference: problems, provenance and findings hold an origin each and are copied often.
    private var place: Place

    /// The kind of place.
    public var kind: Kind {
        get { place.kind }
        set { place = Place(newValue, path, line, column, name) }
    }
    /// The file or directory, or the name of a source of your own.
    public var path: String? {
        get { place.path }
        set { place = Place(kind, newValue, line, column, name) }
    }
    /// The line in the file, from 1.
    public var line: Int? {
        get { place.line }
        set { place = Place(kind, path, newValue, column, name) }
    }
    /// The column of the name in bytes, from 1.
    public var column: Int? {
        get { place.column }
        set { place = Place(kind, path, line, newValue, name) }
    }
    /// The name under which the value stood: an alias, an old name or `NAME_FILE`; nil when it is the variable's own.
    public var name: String? {
        get { place.name }
        set { place = Place(kind, path, line, column, newValue) }
    }

    /// Names a place.
    public init(_ kind: Kind, path: String? = nil, line: Int? = nil, column: Int? = nil, name: String? = nil) {
        place = Place(kind, path, line, column, name)
    }

    /// Whether both are the same place.
    public static func == (lhs: EnvOrigin, rhs: EnvOrigin) -> Bool {
        lhs.kind == rhs.kind && lhs.path == rhs.path && lhs.line == rhs.line && lhs.column == rhs.column
            && lhs.name == rhs.name
    }

    /// Hashes the place.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(path)
        hasher.combine(line)
        hasher.combine(column)
        hasher.combine(name)
    }

    /// The environment of the process.
    public static let process = EnvOrigin(.process)
    /// The default in the declaration.
    public static let defaultValue = EnvOrigin(.defaultValue)
    /// The declaration itself.
    public static let declaration = EnvOrigin(.declaration)

    /// Such as `process`, `.env:3:1` or `process (as PORT_FILE)`.
    public var description: String {
        var text: String
        switch kind {
        case .defaultValue: text = "the default"
        case .declaration: text = "the declaration"
        case .commandLine: text = "command line"
        case .memory: text = path ?? "values given by the program"
        case .file, .custom: text = path ?? kind.rawValue
        case .secretsDirectory: text = path.map { "secrets directory \($0)" } ?? "secrets directory"
        default: text = kind.rawValue
        }
        if let line { text += ":\(line)" }
        if line != nil, let column { text += ":\(column)" }
        if let name { text += " (as \(name))" }
        return text
    }
}

private final class Place: Sendable {
    let kind: EnvOrigin.Kind
    let path: String?
    let line: Int?
    let column: Int?
    let name: String?

    init(_ kind: EnvOrigin.Kind, _ path: String?, _ line: Int?, _ column: Int?, _ name: String?) {
        (self.kind, self.path, self.line, self.column, self.name) = (kind, path, line, column, name)
    }
}

extension EnvOrigin: CustomReflectable {
    /// Shows what ``description`` shows.
    public var customMirror: Mirror { Mirror(self, children: ["place": description]) }
}
