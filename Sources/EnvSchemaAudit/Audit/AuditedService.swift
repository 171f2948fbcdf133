public import EnvSchema

/// One service of an audit: what it declares, and what it has.
public struct AuditedService: Sendable {
    /// What it declares.
    public var manifest: SchemaManifest
    /// What it has; nil when it has no value source yet, unless the project of the audit knows it.
    public var values: ServiceValues?
    /// The name that references on Railway use, where it is not that of the manifest.
    public var platformName: String?

    /// A service with its values.
    public init(_ manifest: SchemaManifest, values: ServiceValues? = nil, platformName: String? = nil) {
        self.manifest = manifest
        self.values = values
        self.platformName = platformName
    }

    /// The name that references use.
    var referenceName: String { platformName ?? manifest.service }
}
