/// The schema of one service as data: written by the service's build, read by audits that never import its code.
public struct SchemaManifest: Sendable, Hashable {
    /// The version of this format.
    public var formatVersion = 1
    /// The lowest version that a reader must know.
    public var minimumReader = 1
    /// The name of the service, such as `auth-service`.
    public var service: String
    /// What the service does, in a sentence.
    public var summary: String?
    /// The variables in the order of their declaration.
    public var variables: [EnvVariable]
    /// The rules over several variables.
    public var rules: [EnvRule]

    /// Describes a service.
    public init(service: String, summary: String? = nil, variables: [EnvVariable], rules: [EnvRule] = []) {
        self.service = service
        self.summary = summary
        self.variables = variables
        self.rules = rules
    }
}
