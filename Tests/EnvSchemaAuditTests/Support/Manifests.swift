import EnvSchema

/// Variables and manifests for tests.
enum Make {
    static let text = EnvTypeDescription(name: "text", expected: "a text", example: "text")
    static let integer = EnvTypeDescription(
        name: "integer",
        expected: "a whole number",
        jsonType: "integer",
        example: "1"
    )

    static func variable(
        _ name: String,
        _ base: EnvRequirement.Base = .required,
        secret: Bool = false,
        sharing: EnvSharing = .own,
        type: EnvTypeDescription = text,
        note: String? = nil,
        change: (inout EnvVariable) -> Void = { _ in }
    ) -> EnvVariable {
        var variable = EnvVariable(
            name,
            help: "Help of \(name)",
            type: type,
            requirement: EnvRequirement(base),
            isSecret: secret
        )
        variable.sharing = sharing
        variable.note = note
        change(&variable)
        return variable
    }

    static func manifest(_ service: String, _ variables: [EnvVariable], rules: [EnvRule] = []) -> SchemaManifest {
        SchemaManifest(service: service, variables: variables, rules: rules)
    }
}
