import EnvSchemaAudit
import GroundworkBase
import Testing

@Suite struct ServiceValuesRailwayTests {
    private func read(_ text: String) throws -> ServiceValues {
        try ServiceValues(railwayVariables: Array(text.utf8))
    }

    @Test func readsTheFlatObject() throws {
        let values = try read(#"{"A": "1", "PEM": "-----BEGIN\nX", "N": 5, "SEALED": null, "E": ""}"#)
        #expect(values.variables.keys.sorted() == ["A", "E", "N", "PEM", "SEALED"])
        #expect(values.variables["SEALED"]?.isSealed == true)
        #expect(values.variables["E"]?.isEmpty == true)
        #expect(values.variables["N"]?.text == Secret("5"))
    }

    @Test func readsAnArrayOfNamesAndValues() throws {
        #expect(try read(#"[{"name": "A", "value": "1"}, {"key": "B"}]"#).variables.keys.sorted() == ["A", "B"])
    }

    @Test(arguments: ["3", "\"x\"", "[1]", "[{}]", #"{"A": {"value": "1"}}"#, #"{"A": []}"#])
    func namesUnknownShapes(_ text: String) {
        do throws(AuditInputError) {
            _ = try ServiceValues(railwayVariables: Array(text.utf8))
            Issue.record("It was read.")
        } catch {
            #expect(error.code == .unknownShape)
        }
    }

    @Test func theLastOfTwoCountsWithAWarning() throws {
        let values = try read(#"{"A": "1", "A": "2"}"#)
        #expect(values.variables["A"]?.text == Secret("2"))
        #expect(values.warnings == ["A stands twice; the last one counts."])
    }

    @Test func aConfigurationGainsTheValuesOfTheList() throws {
        let raw = ServiceValues(
            observed: ["URL": ObservedValue("${{Postgres.URL}}"), "S": ObservedValue(sealed: nil)],
            kind: .railwayConfiguration,
            label: "config"
        )
        let merged = raw.merging(try read(#"{"URL": "postgres://h", "X": "1"}"#))
        #expect(merged.variables["URL"]?.text == Secret("${{Postgres.URL}}"))
        #expect(merged.variables["URL"]?.rendered == Secret("postgres://h"))
        #expect(merged.variables["S"]?.isSealed == true)
        #expect(merged.variables["X"] != nil)
        #expect(merged.label == "config + railway variable list --json")
    }
}
