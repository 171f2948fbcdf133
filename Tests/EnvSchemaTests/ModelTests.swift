import EnvSchema
import Testing

@Suite struct EnvRequirementTests {
    @Test func exceptionsBeatTheBase() {
        let requirement = EnvRequirement(.required, optionalIn: [.preview])
        #expect(requirement.isRequired(in: .production))
        #expect(!requirement.isRequired(in: .preview))
        #expect(EnvRequirement(.optional, requiredIn: [.production]).isRequired(in: .production))
    }
}
