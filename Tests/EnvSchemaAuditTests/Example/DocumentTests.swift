import EnvSchema
import EnvSchemaAudit
import EnvSchemaTools
import Testing

/// The documents of the example are those that follow from its schemas.
@Suite struct DocumentTests {
    @Test func areUpToDate() throws {
        let documents = try Services.documents()
        #expect(documents.count == 6)
        for (name, document) in documents {
            let path = "\(SourceTree.root())/Examples/Environment/\(name)"
            let existing = String(decoding: try AuditInputs.read(path), as: UTF8.self)
            #expect(
                document.difference(from: existing) == nil,
                "run: env-audit docs --directory Examples/Environment"
            )
        }
    }
}
