import EnvSchema

/// The services of the audit. Put your own here.
enum Services {
    static let all: [any EnvSchema.Type] = [AuthEnv.self, ProfileEnv.self, ChatEnv.self, BackupEnv.self]

    /// Their schemas as data.
    static func manifests() throws -> [SchemaManifest] {
        try all.map { schema in try schema.manifest }
    }
}
