import EnvSchema
import Testing

@Suite struct DurationTests {
    @Test(arguments: [
        ("30s", 30_000), ("5m", 300_000), ("1h30m", 5_400_000), ("250ms", 250), ("1.5h", 5_400_000),
        ("2d", 172_800_000),
        ("1d2h3m4s5ms", 93_784_005), ("0s", 0), ("PT1H30M", 5_400_000), ("PT0.25S", 250), ("P1DT12H", 129_600_000),
        ("P2W", 1_209_600_000), ("pt5m", 300_000), ("2000000us", 2000), ("3000000µs", 3000),
    ])
    func durationsAreRead(text: String, milliseconds: Int) {
        #expect(read(Duration.self, text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "30", "30 s", "30S", "-5s", "1m1h", "1s1s", "1h30", "1.s", ".5s", "5x", "P", "PT", "P1Y", "P1M",
        "PT1H30",
        "P1DT", "PT1.5H30M", "PT1M1H", "1e3s", "99999999999999999999s", "P99999999999D", "PT-1S", "5 minutes", "५s",
        "1h 30m",
    ])
    func othersAreRefused(text: String) { #expect(read(Duration.self, text) == nil) }

    @Test func aBareNumberNeedsItsUnit() {
        #expect(refusal(Duration.self, "30")?.contains("without a unit") == true)
        #expect(read(Duration.self, "30", limits { $0.unit = .seconds }) == .seconds(30))
        #expect(read(Duration.self, "1.5", limits { $0.unit = .minutes }) == .seconds(90))
        #expect(read(Duration.self, "30s", limits { $0.unit = .minutes }) == .seconds(30))
    }

    @Test func theRangeIsInSeconds() {
        let range = limits { ($0.minimum, $0.maximum) = (1, 60) }
        #expect(read(Duration.self, "1m", range) == .seconds(60))
        #expect(refusal(Duration.self, "61s", range) == "it is more than 60 seconds")
        #expect(refusal(Duration.self, "999ms", range) == "it is less than 1 seconds")
    }

    @Test(arguments: ["30s", "1h30m", "250ms", "1d", "1s500ms", "5ns", "0s"])
    func durationsReadTheirOwnText(text: String) {
        let value = read(Duration.self, text)
        #expect(value?.envText == text)
    }
}
