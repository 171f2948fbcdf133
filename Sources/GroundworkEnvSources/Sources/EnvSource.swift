package import GroundworkEnvModel

/// Where values come from. A list of sources is in order of precedence: the first that has a value wins.
///
/// An empty value counts as absent, unless the variable allows it, and does not hide a value of a later source.
public struct EnvSource: Sendable {
    /// Whether the source may name the environment that the service runs in; files may not, for the name decides which
    /// files are read.
    package let namesMode: Bool
    package let open: @Sendable (EnvMode) -> [OpenSource]

    init(namesMode: Bool, open: @escaping @Sendable (EnvMode) -> [OpenSource]) {
        self.namesMode = namesMode
        self.open = open
    }

    /// A source of your own, such as a vault.
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - names: the names that it has, as far as they are known; used to find misspelt ones.
    ///   - value: looks a name up; what it throws becomes a problem of that variable, and its text is not shown.
    public init(
        _ name: String,
        names: [String] = [],
        value: @escaping @Sendable (_ name: String) throws -> String?
    ) {
        let origin = EnvOrigin(.custom, path: name)
        let open = OpenSource(origin: origin, names: names) { wanted in
            do {
                return try value(wanted).map { .text($0, origin) }
            } catch {
                return .unreadable("could not be looked up (\(type(of: error)))", origin)
            }
        }
        self.init(namesMode: true) { _ in [open] }
    }

    /// Values that the program gives: a test, a tool.
    /// - Parameters:
    ///   - values: the values by their names.
    ///   - name: what errors call them.
    public static func values(_ values: [String: String], name: String? = nil) -> EnvSource {
        let origin = EnvOrigin(.memory, path: name)
        let open = OpenSource(origin: origin, names: Array(values.keys)) { wanted in
            values[wanted].map { .text($0, origin) }
        }
        return EnvSource(namesMode: true) { _ in [open] }
    }
}

/// A source that was opened: all its names can be asked for.
package struct OpenSource: Sendable {
    /// What a source knows of a name.
    package enum Finding: Sendable {
        case text(String, EnvOrigin)
        /// There is a value, but it cannot be read; why, in words that follow the name, without the value.
        case unreadable(String, EnvOrigin)

        package var origin: EnvOrigin {
            switch self {
            case .text(_, let origin), .unreadable(_, let origin): origin
            }
        }
    }

    package let origin: EnvOrigin
    package var names: [String] = []
    package var problems: [EnvProblem] = []
    /// Remarks on names; those on names that nobody declared are nobody's business.
    package var remarks: [Remark] = []
    /// Whether every user of the machine may read the source.
    package var isExposed = false
    package var lookup: @Sendable (String) -> Finding?

    package init(origin: EnvOrigin, names: [String] = [], lookup: @escaping @Sendable (String) -> Finding?) {
        self.origin = origin
        self.names = names
        self.lookup = lookup
    }
}

/// Something about a source that matters if the schema declares the name.
package struct Remark: Sendable {
    /// The name; nil when the source as a whole is meant.
    package var name: String?
    /// Whether it matters for secrets alone.
    package var isForSecrets = false
    package var problem: EnvProblem

    /// A name that is set twice in one source.
    static func duplicate(_ name: String, _ origin: EnvOrigin) -> Remark {
        Remark(
            name: name,
            problem: EnvProblem(
                .duplicate,
                [name],
                origin: origin,
                message: "is set twice in one source",
                remedy: "keep one of the two"
            )
        )
    }
}
