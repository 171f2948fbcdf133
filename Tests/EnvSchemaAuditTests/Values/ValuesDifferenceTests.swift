import EnvSchemaAudit
import Testing

@Suite struct ValuesDifferenceTests {
    @Test func comparesNamesAndTextsWithoutShowingThem() {
        let first = ServiceValues(["A": "1", "B": "secret-1", "C": "3"])
        var second = ServiceValues(["B": "secret-2", "C": "3", "D": "4"])
        second.variables["S"] = ObservedValue(sealed: nil)
        var third = first
        third.variables["S"] = ObservedValue("x")
        let difference = ValuesDifference(third, second)
        #expect(difference.onlyFirst == ["A"])
        #expect(difference.onlySecond == ["D"])
        #expect(difference.different == ["B"])
        #expect(difference.same == ["C"])
        #expect(difference.unverified == ["S"])
        #expect(difference.text == "- A\n~ B\n+ D\n? S\n")
        #expect(!difference.isEmpty)
        #expect(ValuesDifference(first, first).isEmpty)
    }
}
