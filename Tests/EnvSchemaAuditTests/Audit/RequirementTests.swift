import EnvSchema
import EnvSchemaAudit
import Testing

@Suite struct RequirementTests {
    private let key = Make.variable("RESEND_API_KEY", .optional, secret: true)
    private let rule = EnvRule.require("RESEND_API_KEY", when: "EMAIL_PROVIDER", is: "resend")

    private func requirement(_ provider: EnvVariable, _ values: [String: String]) throws -> AuditReport {
        try audit([provider, key], rules: [rule], values: values)
    }

    @Test func aConditionThatHoldsMakesItRequired() throws {
        let report = try requirement(Make.variable("EMAIL_PROVIDER"), ["EMAIL_PROVIDER": "resend"])
        #expect(report.cell("RESEND_API_KEY")?.requirement.isRequired == .yes)
        #expect(report.cell("RESEND_API_KEY")?.requirement.kind == .conditional)
        #expect(report.cell("RESEND_API_KEY")?.status == .notConfigured)
        #expect(report.codes == ["RESEND_API_KEY broken-rule"])
        #expect(report.exitCode() == 1)
    }

    @Test func aConditionThatDoesNotHoldLeavesItOptional() throws {
        let report = try requirement(Make.variable("EMAIL_PROVIDER"), ["EMAIL_PROVIDER": "smtp"])
        #expect(report.cell("RESEND_API_KEY")?.status == .optional)
        #expect(report.findings.isEmpty)
    }

    @Test func aMissingRequiredVariableLeavesTheConditionOpen() throws {
        let report = try requirement(Make.variable("EMAIL_PROVIDER"), [:])
        #expect(report.cell("RESEND_API_KEY")?.requirement.isRequired == .unknown)
        #expect(report.cell("RESEND_API_KEY")?.status == .notConfigured)
        #expect(report.codes == ["EMAIL_PROVIDER missing", "RESEND_API_KEY undecided-rule"])
    }

    @Test func aDefaultDecides() throws {
        let log = Make.variable("EMAIL_PROVIDER", .defaulted) { $0.defaultText = "log" }
        #expect(try requirement(log, [:]).cell("RESEND_API_KEY")?.status == .optional)
        let resend = Make.variable("EMAIL_PROVIDER", .defaulted) { $0.defaultText = "resend" }
        #expect(try requirement(resend, [:]).cell("RESEND_API_KEY")?.status == .notConfigured)
    }

    @Test func aSealedValueLeavesTheConditionOpen() throws {
        let values = ServiceValues(
            observed: ["EMAIL_PROVIDER": ObservedValue(sealed: nil)],
            kind: .railwayConfiguration,
            label: "config"
        )
        let manifest = Make.manifest("a", [Make.variable("EMAIL_PROVIDER"), key], rules: [rule])
        let report = try EnvAudit(services: [AuditedService(manifest, values: values)]).report()
        #expect(report.cell("RESEND_API_KEY")?.requirement.isRequired == .unknown)
        #expect(report.codes == ["RESEND_API_KEY undecided-rule"])
    }

    @Test func rulesOverSeveralVariablesAreErrors() throws {
        let three = ["A", "B", "C"].map { Make.variable($0, .optional) }
        func codes(_ rule: EnvRule, _ set: String...) throws -> [String] {
            let values = Dictionary(uniqueKeysWithValues: set.map { ($0, "1") })
            return try audit(three, rules: [rule], values: values).codes
        }
        #expect(try codes(.allOrNone("A", "B", "C"), "A") == ["B broken-rule"])
        #expect(try codes(.allOrNone("A", "B", "C")).isEmpty)
        #expect(try codes(.atLeastOne("A", "B")) == ["A broken-rule"])
        #expect(try codes(.exactlyOne("A", "B"), "A", "B") == ["A broken-rule"])
        #expect(try codes(.mutuallyExclusive("A", "B"), "A", "B") == ["A broken-rule"])
        #expect(try codes(.when(.isSet("A"), then: .not(.isSet("B"))), "A", "B").count == 1)
    }

    @Test func allOrNoneMakesTheOthersRequired() throws {
        let report = try audit(
            [Make.variable("A", .optional), Make.variable("B", .optional)],
            rules: [.allOrNone("A", "B")],
            values: ["A": "1"]
        )
        #expect(report.cell("B")?.status == .notConfigured)
        #expect(report.cell("B")?.requirement.condition == "when A is set")
    }
}
