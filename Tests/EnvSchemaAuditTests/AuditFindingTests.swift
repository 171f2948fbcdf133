import EnvSchemaAudit
import Testing

@Suite struct AuditFindingTests {
    @Test func severitiesAreThree() {
        #expect(AuditFinding.Severity.allCases.count == 3)
    }
}
