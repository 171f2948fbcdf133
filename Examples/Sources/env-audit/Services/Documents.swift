import EnvSchema
import EnvSchemaTools

extension Services {
    /// The documents with the names of their files.
    static func documents() throws -> [(name: String, document: EnvDocument)] {
        let manifests = try manifests()
        let pages = [EnvDocuments.variables(manifests), EnvDocuments.secrets(manifests)]
        return pages.map { ($0.name, $0) } + manifests.map { ("\($0.service).env.example", EnvDocuments.example($0)) }
    }
}
