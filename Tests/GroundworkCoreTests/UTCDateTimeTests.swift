import FoundationEssentials
import GroundworkCore
import GroundworkTestProcesses
import GroundworkTesting
import Testing

@Suite struct UTCDateTimeTests {
    /// Python's calendar has the years 1 to 9999.
    private static let first = -62_135_596_800
    private static let last = 253_402_300_799

    @Test func agreesWithPythonOverThousandsOfDates() async throws {
        let random = ManualRandom(seed: 42)
        var seconds = (0..<8000).map { _ in
            Self.first + Int(random.next() % UInt64(Self.last - Self.first + 1))
        }
        seconds += [Self.first, Self.last, 0, -1, 1, 86_399, 86_400, -86_400, -86_401, 951_782_399, 951_782_400]
        // The turn of every year and of February, 1890 to 2110.
        for year in 1890...2110 {
            for (month, day) in [(1, 1), (2, 28), (3, 1), (12, 31)] {
                seconds.append(try #require(UTCDateTime(year: year, month: month, day: day)).secondsSince1970 - 1)
            }
        }
        let script = """
            import sys, datetime as d
            from email.utils import format_datetime
            for line in sys.stdin:
                t = d.datetime(1970, 1, 1, tzinfo=d.timezone.utc) + d.timedelta(seconds=int(line))
                print(t.strftime("%Y").zfill(4) + t.strftime("%m%dT%H%M%SZ"), t.isoweekday() % 7, format_datetime(t, usegmt=True), sep="|")
            """
        let input = Array(seconds.map(String.init).joined(separator: "\n").utf8)
        let output = try await ChildProcess.output(of: "python3", ["-c", script], input: input)
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        try #require(lines.count == seconds.count)
        for (second, line) in zip(seconds, lines) {
            let value = UTCDateTime(secondsSince1970: second)
            let own = "\(value.basicISO8601)|\(value.weekday)|\(value.httpDate)"
            guard own == line else {
                Issue.record("\(second): \(own) instead of \(line)")
                return
            }
            let isSame =
                value.secondsSince1970 == second && UTCDateTime(iso8601: value.basicISO8601) == value
                && UTCDateTime(iso8601: value.rfc3339) == value && UTCDateTime(httpDate: value.httpDate) == value
                && UTCDateTime(value.date) == value
            guard isSame else {
                Issue.record("\(second) does not come back from its texts")
                return
            }
        }
    }

    @Test func everyDayFromYearMinus400To4000ComesBack() {
        // 146,097 days are 400 years: the arithmetic repeats itself after that.
        for day in stride(from: -865_000, through: 742_000, by: 1) {
            let value = UTCDateTime(secondsSince1970: day * 86_400 + 43_200)
            guard value.secondsSince1970 == day * 86_400 + 43_200, value.hour == 12 else {
                Issue.record("day \(day)")
                return
            }
        }
    }

    @Test func fractionsAreKept() {
        let value = UTCDateTime(Date(timeIntervalSince1970: 1.5))
        #expect(value.nanosecond == 500_000_000)
        #expect(value.rfc3339Milliseconds == "1970-01-01T00:00:01.500Z")
        let before = UTCDateTime(Date(timeIntervalSince1970: -0.25))
        #expect(before.rfc3339Milliseconds == "1969-12-31T23:59:59.750Z")
    }

    @Test func datesOutOfRangeAreHeldToTheRange() {
        #expect(UTCDateTime(Date(timeIntervalSince1970: .infinity)).rfc3339 == "1970-01-01T00:00:00Z")
        #expect(UTCDateTime(Date(timeIntervalSince1970: .nan)).rfc3339 == "1970-01-01T00:00:00Z")
        #expect(UTCDateTime(Date(timeIntervalSince1970: 1e300)).rfc3339 == "9999-12-31T23:59:59Z")
        #expect(UTCDateTime(Date(timeIntervalSince1970: -1e300)).rfc3339 == "0001-01-01T00:00:00Z")
    }

    @Test(arguments: [
        ("2013-05-24T00:00:00Z", "2013-05-24T00:00:00.000Z"), ("20130524T000000Z", "2013-05-24T00:00:00.000Z"),
        ("2013-05-24T00:00:00.123456789Z", "2013-05-24T00:00:00.123Z"),
        ("2013-05-24t02:30:00.5+02:30", "2013-05-24T00:00:00.500Z"),
        ("2013-05-23 18:00:00-0600", "2013-05-24T00:00:00.000Z"),
        ("2013-05-24T00:00:00.1234567891234Z", "2013-05-24T00:00:00.123Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
    ])
    func readsISO8601(_ text: String, _ expected: String) {
        #expect(UTCDateTime(iso8601: text)?.rfc3339Milliseconds == expected)
    }

    @Test(arguments: [
        "", "2013", "2013-05-24", "2013-05-24T00:00:00", "2013-02-29T00:00:00Z", "2013-13-01T00:00:00Z",
        "2013-00-01T00:00:00Z", "2013-05-00T00:00:00Z", "2013-05-24T24:00:00Z", "2013-05-24T00:60:00Z",
        "2013-05-24T00:00:61Z", "2013-05-24T00:00:00.Z", "2013-05-24T00:00:00Zx", "2013-0524T00:00:00Z",
        "0000-01-01T00:00:00Z", "2013-05-24T00:00:00+25:00", "2013-05-24T00:00:00+00:60", "+013-05-24T00:00:00Z",
        "２013-05-24T00:00:00Z", "1900-02-29T00:00:00Z",
    ])
    func refusesWhatIsNoISO8601(_ text: String) {
        #expect(UTCDateTime(iso8601: text) == nil)
    }

    @Test(arguments: [
        "", "Fri, 24 May 2013 00:00:00", "24 May 2013 00:00:00 GMT", "Fri, 24 may 2013 00:00:00 GMT",
        "Fri, 31 Apr 2013 00:00:00 GMT", "Fri, 24 May 2013 00:00 GMT", "Fri, 24 May 2013 00:00:00 CET",
        "Fri, 24 May 2013 25:00:00 GMT", "Fri, -1 May 2013 00:00:00 GMT",
    ])
    func refusesWhatIsNoHTTPDate(_ text: String) {
        #expect(UTCDateTime(httpDate: text) == nil)
    }
}
