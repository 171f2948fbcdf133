import EnvSchema
import EnvSchemaTools
import Testing

@Suite struct EnvRuleTests {
    private func violation(_ rule: EnvRule, _ facts: [String: EnvFact], mode: EnvMode? = .production) -> String? {
        rule.violation(in: EnvFacts(mode: mode, variables: facts)).map { "\($0.variables.first ?? "") \($0.message)" }
    }

    @Test func aRequirementHoldsOnlyUnderItsCondition() {
        let rule = EnvRule.require("KEY", when: "PROVIDER", is: "resend")
        #expect(violation(rule, ["PROVIDER": .set("log")]) == nil)
        #expect(violation(rule, ["PROVIDER": .set("resend")]) == "KEY must be set when PROVIDER is resend")
        #expect(violation(rule, ["PROVIDER": .defaulted("resend")]) == "KEY must be set when PROVIDER is resend")
        #expect(violation(rule, ["PROVIDER": .set("resend"), "KEY": .set(nil)]) == nil)
    }

    @Test func whatIsUnknownBreaksNoRule() {
        let rule = EnvRule.require("KEY", when: "PROVIDER", is: "resend")
        #expect(violation(rule, ["PROVIDER": .set(nil)]) == nil)
        #expect(violation(rule, ["PROVIDER": .unknown]) == nil)
        #expect(violation(rule, ["PROVIDER": .set("resend"), "KEY": .unknown]) == nil)
    }

    @Test func anAlternativeNeedsOne() {
        let rule = EnvRule.atLeastOne("A", "B")
        #expect(violation(rule, [:]) == "A is not set, nor is any other: at least one of A, B must be")
        #expect(violation(rule, ["B": .set("x")]) == nil)
        #expect(violation(rule, ["B": .defaulted("x")]) == nil)
        #expect(violation(rule, ["B": .unknown]) == nil)
    }

    @Test func exactlyOneIsNeitherNoneNorTwo() {
        let rule = EnvRule.exactlyOne("A", "B", "C")
        #expect(violation(rule, [:]) == "A is not set, nor is any other: exactly one of A, B, C must be")
        #expect(
            violation(rule, ["A": .set("1"), "C": .set("1")])
                == "A and C are set together, but exactly one of A, B, C may be"
        )
        #expect(violation(rule, ["A": .set("1"), "B": .defaulted("2")]) == nil)
    }

    @Test func mutuallyExclusiveVariablesMayAllBeAbsent() {
        let rule = EnvRule.mutuallyExclusive("A", "B")
        #expect(violation(rule, [:]) == nil)
        #expect(violation(rule, ["A": .set("1"), "B": .set("1")]) != nil)
    }

    @Test func allOrNoneNamesWhatIsMissing() {
        let rule = EnvRule.allOrNone("A", "B", "C")
        #expect(violation(rule, [:]) == nil)
        #expect(violation(rule, ["A": .set("1"), "B": .defaulted("2"), "C": .set("1")]) == nil)
        #expect(
            violation(rule, ["A": .set("1")])
                == "B and C must be set too, because A is: all of A, B, C or none"
        )
        #expect(violation(rule, ["A": .defaulted("1")]) == nil)
    }

    @Test func anImplicationIsBrokenByItsConsequenceOnly() {
        let rule = EnvRule.when(.variable("TLS", is: "on"), then: .not(.isSet("PLAIN_PORT")))
        #expect(violation(rule, ["TLS": .set("off"), "PLAIN_PORT": .set("1")]) == nil)
        #expect(
            violation(rule, ["TLS": .set("on"), "PLAIN_PORT": .set("1")])
                == "PLAIN_PORT does not fit: when TLS is on, it must be that PLAIN_PORT is not set"
        )
    }

    @Test func theEnvironmentIsACondition() {
        let rule = EnvRule.require("SENTRY_DSN", when: .mode([.production, .preview]))
        #expect(
            violation(rule, [:], mode: .preview)
                == "SENTRY_DSN must be set when the environment is production or preview"
        )
        #expect(violation(rule, [:], mode: .test) == nil)
        #expect(violation(rule, [:], mode: nil) == nil)
    }

    @Test func conditionsNestAndKeepTheUnknownApart() {
        let condition = EnvCondition.any([.all([.isSet("A"), .isSet("B")]), .not(.isSet("C"))])
        func holds(_ facts: [String: EnvFact]) -> Bool? {
            condition.holds(in: EnvFacts(mode: nil, variables: facts))
        }
        #expect(holds(["A": .set(nil), "B": .set(nil), "C": .set(nil)]) == true)
        #expect(holds(["A": .set(nil), "C": .set(nil)]) == false)
        #expect(holds(["A": .set(nil), "B": .unknown, "C": .set(nil)]) == nil)
        #expect(holds(["B": .unknown]) == true)
        #expect(condition.words == "(A is set and B is set) or C is not set")
    }

    @Test func theReasonIsPartOfTheMessage() {
        let rule = EnvRule.require("A", "B", when: .isSet("C")).because("they belong together")
        #expect(violation(rule, ["C": .set("x")]) == "A and B must be set when C is set (they belong together)")
    }

    @Test func aLoadReportsBrokenRulesAfterTheVariables() throws {
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(authValues.merging(["PORT": "x", "EMAIL_PROVIDER": "resend"]) { $1 })
        }
        #expect(errors.problems.map(\.code) == [.invalid, .rule])
        #expect(
            errors.problems.last?.message
                == "must be set when EMAIL_PROVIDER is resend (Resend sends no mail without a key)"
        )
    }

    @Test func anInvalidValueBreaksNoRuleBesides() throws {
        let errors = try #require(throws: EnvErrors.self) {
            try AuthEnv.load(authValues.merging(["EMAIL_PROVIDER": "ressend"]) { $1 })
        }
        #expect(errors.problems.map(\.code) == [.invalid])
    }

    @Test func rulesSurviveJSON() throws {
        let manifest = SchemaManifest(
            service: "x",
            variables: [],
            rules: [.when(.any([.isSet("A"), .not(.mode([.test]))]), then: .variable("B", is: "c"))]
        )
        #expect(try SchemaManifest(json: Array(manifest.json().utf8)) == manifest)
    }
}
