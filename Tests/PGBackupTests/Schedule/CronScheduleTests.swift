import FoundationEssentials
import GroundworkCore
import PGBackup
import Testing

@Suite struct CronScheduleTests {
    private func times(_ text: String, _ zone: String, after start: String, _ count: Int) throws -> [String] {
        let schedule = CronSchedule(try CronExpression(text), in: try IANATimeZone(zone))
        let date = try #require(UTCDateTime(iso8601: start)?.date)
        return schedule.preview(count, after: date).map(schedule.timeZone.text(of:))
    }

    // Berlin, 2026-03-29: 02:00 becomes 03:00.
    @Test func aTimeInASkippedHourIsDueAtTheEndOfTheGap() throws {
        #expect(
            try times("30 2 * * *", "Europe/Berlin", after: "2026-03-27T12:00:00Z", 3)
                == ["2026-03-28 02:30:00 +01:00", "2026-03-29 03:00:00 +02:00", "2026-03-30 02:30:00 +02:00"]
        )
    }

    @Test func severalTimesInASkippedHourAreDueOnce() throws {
        #expect(
            try times("*/20 2 * * *", "Europe/Berlin", after: "2026-03-29T00:00:00Z", 2)
                == ["2026-03-29 03:00:00 +02:00", "2026-03-30 02:00:00 +02:00"]
        )
        #expect(
            try times("0 2,3 * * *", "Europe/Berlin", after: "2026-03-29T00:00:00Z", 2)
                == ["2026-03-29 03:00:00 +02:00", "2026-03-30 02:00:00 +02:00"]
        )
    }

    // Berlin, 2026-10-25: 03:00 becomes 02:00.
    @Test func aTimeInARepeatedHourIsDueTheFirstTimeOnly() throws {
        #expect(
            try times("30 2 * * *", "Europe/Berlin", after: "2026-10-24T12:00:00Z", 2)
                == ["2026-10-25 02:30:00 +02:00", "2026-10-26 02:30:00 +01:00"]
        )
        // Asked between the two half past two.
        #expect(
            try times("30 2 * * *", "Europe/Berlin", after: "2026-10-25T00:45:00Z", 1) == ["2026-10-26 02:30:00 +01:00"]
        )
        #expect(
            try times("45 2 * * *", "Europe/Berlin", after: "2026-10-25T01:10:00Z", 1) == ["2026-10-26 02:45:00 +01:00"]
        )
    }

    @Test func anHourlyScheduleRunsEveryHourThatPasses() throws {
        #expect(
            try times("0 * * * *", "Europe/Berlin", after: "2026-03-28T23:30:00Z", 3)
                == ["2026-03-29 01:00:00 +01:00", "2026-03-29 03:00:00 +02:00", "2026-03-29 04:00:00 +02:00"]
        )
        #expect(
            try times("0 * * * *", "Europe/Berlin", after: "2026-10-24T23:30:00Z", 4)
                == [
                    "2026-10-25 02:00:00 +02:00", "2026-10-25 02:00:00 +01:00", "2026-10-25 03:00:00 +01:00",
                    "2026-10-25 04:00:00 +01:00",
                ]
        )
    }

    @Test func midnightThatIsSkippedIsDueAtOne() throws {
        // Santiago, 2026-09-06: 00:00 becomes 01:00.
        #expect(
            try times("@daily", "America/Santiago", after: "2026-09-05T12:00:00Z", 2)
                == ["2026-09-06 01:00:00 -03:00", "2026-09-07 00:00:00 -03:00"]
        )
    }

    @Test func aDayThatIsSkippedIsDueAtTheEndOfIt() throws {
        // Apia had no 2011-12-30.
        #expect(
            try times("0 5 * * *", "Pacific/Apia", after: "2011-12-29T16:00:00Z", 2)
                == ["2011-12-31 00:00:00 +14:00", "2011-12-31 05:00:00 +14:00"]
        )
    }

    @Test func theNextTimeIsAlwaysLater() throws {
        let schedule = CronSchedule(try CronExpression("0 5 * * *"))
        let due = Date(timeIntervalSince1970: 1_769_317_200)
        #expect(schedule.next(after: due.addingTimeInterval(-1)) == due)
        #expect(schedule.next(after: due.addingTimeInterval(-0.25)) == due)
        #expect(schedule.next(after: due) == due.addingTimeInterval(86_400))
        #expect(schedule.next(after: due.addingTimeInterval(0.25)) == due.addingTimeInterval(86_400))
    }

    @Test(arguments: [-.infinity, .infinity, .nan, -1e300, 1e300, -62_135_596_800, 253_402_300_799] as [Double])
    func anyDateHasAnAnswer(seconds: Double) throws {
        for zone in ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Santiago"] {
            for text in ["0 5 * * *", "0 * * * *"] {
                let schedule = CronSchedule(try CronExpression(text), in: try IANATimeZone(zone))
                let next = schedule.next(after: Date(timeIntervalSince1970: seconds))
                #expect(next.map { $0.timeIntervalSince1970.isFinite } ?? true)
            }
        }
    }

    @Test func aPreviewIsBounded() throws {
        #expect(CronSchedule(try CronExpression("* * * * *")).preview(.max, after: Date()).count == 10_000)
        #expect(CronSchedule(try CronExpression("* * * * *")).preview(-1, after: Date()).isEmpty)
    }
}
