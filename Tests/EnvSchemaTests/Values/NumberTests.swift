import EnvSchema
import Testing

@Suite struct NumberTests {
    @Test func integersOfEveryWidthReadTheirWholeRange() {
        func check<Number: FixedWidthInteger & EnvValue>(_ type: Number.Type) {
            #expect(read(type, String(Number.max)) == Number.max)
            #expect(read(type, String(Number.min)) == Number.min)
            #expect(read(type, String(Number.max) + "0") == nil)
        }
        check(Int.self)
        check(Int8.self)
        check(Int16.self)
        check(Int32.self)
        check(Int64.self)
        check(Int128.self)
        check(UInt.self)
        check(UInt8.self)
        check(UInt16.self)
        check(UInt32.self)
        check(UInt64.self)
        check(UInt128.self)
    }

    @Test(arguments: [
        "", " 1", "1 ", "1.0", "1e3", "0x10", "1_000", "1,000", "one", "--1", "+", "-", "١", "\"1\"", "1\n",
    ])
    func textsThatAreNoIntegerAreRefused(text: String) {
        #expect(read(Int.self, text) == nil)
    }

    @Test func signsAreRead() {
        #expect(read(Int.self, "-12") == -12)
        #expect(read(Int.self, "+12") == 12)
        #expect(refusal(UInt.self, "-12") == "it is negative")
    }

    @Test func integersKeepToTheirRangeExactly() {
        let range = limits {
            $0.minimum = 1
            $0.maximum = 65_535
        }
        #expect(read(Int.self, "1", range) == 1)
        #expect(read(Int.self, "65535", range) == 65_535)
        #expect(refusal(Int.self, "0", range) == "it is less than 1")
        #expect(refusal(Int.self, "65536", range) == "it is more than 65535")
        // 2^53 + 1 is no Double: a comparison in Double would let it through.
        let large = limits { $0.maximum = 9_007_199_254_740_992 }
        #expect(read(Int.self, "9007199254740992", large) != nil)
        #expect(read(Int.self, "9007199254740993", large) == nil)
        // The bound lies outside of the type.
        #expect(read(Int8.self, "127", limits { $0.maximum = 1000 }) == 127)
        #expect(read(Int8.self, "127", limits { $0.minimum = 1000 }) == nil)
        #expect(read(Int8.self, "-128", limits { $0.minimum = -1000 }) == -128)
        #expect(read(UInt8.self, "0", limits { $0.maximum = -1 }) == nil)
        #expect(read(UInt8.self, "0", limits { $0.minimum = -5 }) == 0)
    }

    @Test(arguments: [("0.5", 0.5), ("-3", -3), ("+1.25", 1.25), ("1e-3", 0.001), ("2E2", 200)])
    func decimalsAreRead(text: String, value: Double) {
        #expect(read(Double.self, text) == value)
        #expect(read(Float.self, text) == Float(value))
    }

    @Test(arguments: [
        "", "nan", "inf", "infinity", "-inf", "0x1p3", "1,5", "1.", ".5", "1e", "1e999", "1 ", "1.2.3", "NaN",
    ])
    func textsThatAreNoFiniteNumberAreRefused(text: String) {
        #expect(read(Double.self, text) == nil)
    }

    @Test func numbersReadTheirOwnText() {
        #expect(Double(0.1).envText.flatMap { read(Double.self, $0) } == 0.1)
        #expect(Double(1e300).envText.flatMap { read(Double.self, $0) } == 1e300)
        #expect(Int(-5).envText == "-5")
        #expect(Double.infinity.envText == nil)
    }

    @Test func helpfulReasonsAreGiven() {
        #expect(refusal(Int.self, "3001 ") == "it has white space around it")
        #expect(refusal(Int.self, "\"3001\"") == "it has quotes around it")
        #expect(refusal(Double.self, "1,5")?.contains("a dot before the decimals") == true)
    }
}
