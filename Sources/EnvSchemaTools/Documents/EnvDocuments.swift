public import GroundworkEnvModel

/// Writes documents from schemas as data. The same schemas give the same bytes, and no document holds a value.
///
///     let document = EnvDocuments.variables([try AuthEnv.manifest])
///     let old = try? String(contentsOfFile: document.name, encoding: .utf8)
///     if let stale = document.difference(from: old) { print(stale); exit(1) }
public enum EnvDocuments {
    /// `ENVIRONMENT_VARIABLES.md`: every variable of every service, with its type, requirement, default and rules.
    public static func variables(_ manifests: [SchemaManifest]) -> EnvDocument {
        EnvDocument(
            name: "ENVIRONMENT_VARIABLES.md",
            format: .markdown,
            section: "variables",
            preamble: "# Environment variables\n\n",
            body: VariablesPage(manifests).text
        )
    }

    /// `SECRETS_MANAGEMENT.md`: where each secret lives, who has it, in which order secrets are rotated, which services
    /// restart, and what a leak opens.
    public static func secrets(_ manifests: [SchemaManifest]) -> EnvDocument {
        EnvDocument(
            name: "SECRETS_MANAGEMENT.md",
            format: .markdown,
            section: "secrets",
            preamble: "# Secrets management\n\n",
            body: SecretsPage(manifests).text
        )
    }

    /// `.env.example`: a file to copy and fill in. Required variables stand open, all others as comments; secrets stand
    /// without a value.
    public static func example(_ manifest: SchemaManifest) -> EnvDocument {
        EnvDocument(
            name: ".env.example",
            format: .dotEnv,
            section: MarkdownText.oneLine(manifest.service),
            preamble: "# Copy this file to .env and fill it in. Never commit .env.\n",
            body: ExampleFile(manifest).text
        )
    }

    /// A JSON Schema of draft 2020-12 for the environment as an object of names and values, such as
    /// `railway variable list --json` prints.
    ///
    /// Everything that loads is valid; the reverse holds but for what JSON Schema cannot say: lengths in bytes, the
    /// syntax of URLs and the like, and rules that depend on the environment that the service runs in.
    public static func jsonSchema(_ manifest: SchemaManifest) -> EnvDocument {
        EnvDocument(
            name: "environment.schema.json",
            format: .json,
            section: "",
            body: SchemaPage(manifest).node.document
        )
    }

    /// The manifest as JSON, which audits read.
    /// - Throws: ``ManifestError`` when a limit is infinite.
    public static func manifest(_ manifest: SchemaManifest) throws(ManifestError) -> EnvDocument {
        EnvDocument(name: "environment.manifest.json", format: .json, section: "", body: try manifest.json())
    }
}

extension EnvRequirement {
    /// In words: "yes", "no", "yes, not in preview", "in production".
    var words: String {
        let optional = optionalIn.map(\.rawValue).joined(separator: ", ")
        let required = requiredIn.map(\.rawValue).joined(separator: ", ")
        switch base {
        case .required: return optional.isEmpty ? "yes" : "yes, not in \(optional)"
        case .optional, .defaulted: return required.isEmpty ? "no" : "in \(required)"
        }
    }
}

extension EnvSharing {
    /// In words; empty when the value is the service's own.
    var words: String {
        switch (strength, owner) {
        case (.own, _): ""
        case (.must, let owner?): "must match \(owner)"
        case (.must, nil): "must be shared"
        case (.should, let owner?): "should match \(owner)"
        case (.should, nil): "should be shared"
        }
    }
}

extension EnvRule {
    /// The rule as a sentence without its reason.
    var sentence: String {
        switch kind {
        case .require(let names, let condition):
            "\(Self.list(names)) must be set when \(condition.words)."
        case .atLeastOne(let names): "At least one of \(Self.list(names)) must be set."
        case .exactlyOne(let names): "Exactly one of \(Self.list(names)) must be set."
        case .allOrNone(let names): "All of \(Self.list(names)) must be set, or none."
        case .atMostOne(let names): "At most one of \(Self.list(names)) may be set."
        case .implies(let condition, let consequence): "When \(condition.words), it must be that \(consequence.words)."
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
