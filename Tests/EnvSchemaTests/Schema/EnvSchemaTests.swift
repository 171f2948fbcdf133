import EnvSchema
import GroundworkCore
import Testing

/// A type of our own: a small number.
struct Small: EnvValue, Hashable {
    static let envType = EnvTypeDescription(
        name: "small number",
        expected: "a number",
        jsonType: "integer",
        example: "7"
    )
    var number: Int
    var envText: String? { "\(number)" }

    static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Small {
        guard let number = Int(text) else { throw TextParsingError("it is not a number") }
        if let maximum = limits.maximum, Double(number) > maximum { throw TextParsingError("it is too large") }
        return Small(number: number)
    }
}

private struct TwoNumbers: EnvSchema {
    static let serviceName = "two-numbers"
    @Env("FIRST", help: "The first", range: 0...99) var first: Small = Small(number: 5)
    @Env("SECOND", help: "The second") var second: Small
}

@Suite struct EnvSchemaTests {
    @Test func loadsDeclaredVariables() throws {
        let values = try TwoNumbers.load(["SECOND": "8"])
        #expect(values.first.number == 5)
        #expect(values.second.number == 8)
    }

    @Test func reportsEveryProblemAtOnceInTheOrderOfTheDeclarations() throws {
        let errors = try #require(throws: EnvErrors.self) { try TwoNumbers.load(["FIRST": "zebra"]) }
        #expect(errors.problems.map(\.variables) == [["FIRST"], ["SECOND"]])
        #expect(errors.problems.map(\.code) == [.invalid, .missing])
        #expect(!errors.description.contains("zebra"))
        #expect(errors.problems.first?.expected == "a number, from 0 to 99")
        #expect(errors.problems.last?.remedy == "export SECOND=7")
    }

    @Test func listsVariablesWithoutAnyEnvironment() throws {
        #expect(TwoNumbers.variables.map(\.name) == ["FIRST", "SECOND"])
        #expect(try TwoNumbers.manifest.variables.first?.defaultText == "5")
    }

    @Test func theExampleNeedsNoEnvironment() throws {
        #expect(try TwoNumbers.example(["SECOND": "9"]).second.number == 9)
        #expect(try TwoNumbers.example().second.number == 7)
    }
}
