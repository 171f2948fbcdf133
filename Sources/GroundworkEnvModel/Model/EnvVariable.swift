/// One variable of a schema as data: what documents, manifests and audits read. It never holds a value of it.
public struct EnvVariable: Sendable, Hashable {
    /// The name, such as `DATABASE_URL`.
    public var name: String
    /// Other names that are read, without a warning, when ``name`` is absent.
    public var aliases: [String] = []
    /// Old names that are read, with a warning, when ``name`` and ``aliases`` are absent.
    public var deprecatedNames: [String] = []
    /// What the variable is for.
    public var help: String
    /// A short remark for tables: the ticket, the usual value, where it comes from.
    public var note: String?
    /// The heading under which documents list it.
    public var group: String?
    /// The type.
    public var type: EnvTypeDescription
    /// The limits.
    public var limits = EnvLimits()
    /// Whether it must be set.
    public var requirement: EnvRequirement
    /// The default as text; nil when there is none or it is secret.
    public var defaultText: String?
    /// Whether the value is secret.
    public var isSecret: Bool
    /// What the secret is; nil when it is none.
    public var secret: EnvSecretTraits?
    /// Who else has the same value.
    public var sharing = EnvSharing.own
    /// An example to show instead of the type's; never a real secret.
    public var example: String?
    /// Whether an empty text is a value. Else it counts as missing.
    public var allowsEmpty = false
    /// Whether `NAME_FILE` may name a file that holds the value.
    public var acceptsFile = false

    /// Describes a variable.
    public init(
        _ name: String,
        help: String,
        type: EnvTypeDescription,
        requirement: EnvRequirement,
        isSecret: Bool
    ) {
        self.name = name
        self.help = help
        self.type = type
        self.requirement = requirement
        self.isSecret = isSecret
    }
}

extension EnvVariable {
    /// The name, the aliases and the old names, in the order in which they are looked up.
    package var allNames: [String] {
        aliases.isEmpty && deprecatedNames.isEmpty ? [name] : [name] + aliases + deprecatedNames
    }
}
