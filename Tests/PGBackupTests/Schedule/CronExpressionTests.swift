import FoundationEssentials
import GroundworkCore
import PGBackup
import Testing

@Suite struct CronExpressionTests {
    private func times(_ text: String, after start: String, _ count: Int) throws -> [String] {
        let schedule = CronSchedule(try CronExpression(text))
        let date = try #require(UTCDateTime(iso8601: start)?.date)
        return schedule.preview(count, after: date).map { String(UTCDateTime($0).rfc3339.prefix(16)) }
    }

    @Test(arguments: [(0, 0), (5, 0), (23, 59), (-1, 60)])
    func aDailyTimeIsWhatItsTextSays(hour: Int, minute: Int) throws {
        let daily = CronExpression.daily(hour: hour, minute: minute)
        #expect(daily == (try CronExpression(daily.text)))
    }

    @Test(arguments: [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@Daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
        ("*/15 * * * *", "0,15,30,45 * * * *"),
        ("5/20 * * * *", "5,25,45 * * * *"), ("0 0 * jan,MAR-may *", "0 0 * 1,3,4,5 *"), ("0 0 * * sun", "0 0 * * 7"),
        ("0 0 * * 5-7", "0 0 * * fri,sat,sun"), ("0 0 * * MON-fri/2", "0 0 * * 1,3,5"),
        ("\t 0  0 * * *\n", "0 0 * * *"),
        ("0 0-23/6 * * *", "0 0,6,12,18 * * *"), ("0 0 * * 3/2", "0 0 * * 3,5"),
        ("0 0 5 * * *", "0 5 * * *"), ("00 */15 * * * *", "*/15 * * * *"), ("0 0 0 13 * fri", "0 0 13 * fri"),
    ])
    func meansTheSame(_ text: String, as other: String) throws {
        let start = "2026-02-27T10:20:30Z"
        #expect(try times(text, after: start, 40) == times(other, after: start, 40))
    }

    @Test func eitherDayIsEnoughWhenBothAreRestricted() throws {
        #expect(
            try times("0 0 13 * fri", after: "2026-11-01T00:00:00Z", 5)
                == ["2026-11-06T00:00", "2026-11-13T00:00", "2026-11-20T00:00", "2026-11-27T00:00", "2026-12-04T00:00"]
        )
        #expect(
            try times("0 0 13 * 1", after: "2026-11-08T00:00:00Z", 3)
                == ["2026-11-09T00:00", "2026-11-13T00:00", "2026-11-16T00:00"]
        )
    }

    @Test func aFieldThatBeginsWithAStarDoesNotCountAsRestricted() throws {
        #expect(
            try times("0 0 */2 * 1", after: "2026-11-01T00:00:00Z", 3)
                == ["2026-11-09T00:00", "2026-11-23T00:00", "2026-12-07T00:00"]
        )
        #expect(
            try times("0 0 1-31/2 * 1", after: "2026-11-01T00:00:00Z", 4)
                == ["2026-11-02T00:00", "2026-11-03T00:00", "2026-11-05T00:00", "2026-11-07T00:00"]
        )
    }

    @Test func findsTheRarestDayThatThereIs() throws {
        // The 29th of February on a Sunday: */7 is Sunday alone, and begins with a star.
        #expect(
            try times("0 0 29 2 */7", after: "2026-01-01T00:00:00Z", 4)
                == ["2032-02-29T00:00", "2060-02-29T00:00", "2088-02-29T00:00", "2128-02-29T00:00"]
        )
        #expect(
            try times("59 23 31 12 *", after: "9998-06-01T00:00:00Z", 5) == ["9998-12-31T23:59", "9999-12-31T23:59"]
        )
    }

    @Test(arguments: ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30-31 feb *", "0 0 31 2 */2"])
    func refusesDaysThatNeverCome(text: String) throws {
        let error = #expect(throws: CronExpressionError.self) { try CronExpression(text) }
        #expect(error?.code == .neverDue)
        #expect(error?.field == .dayOfMonth)
        #expect(error?.offset == 4)
    }

    @Test func aWeekdayMakesUpForADateThatNeverComes() throws {
        #expect(try times("0 0 31 2 1", after: "2026-01-01T00:00:00Z", 1) == ["2026-02-02T00:00"])
    }

    @Test(arguments: [
        ("60 0 * * *", 0, 0, "outOfRange"), ("0 24 * * *", 1, 2, "outOfRange"), ("0 0 0 * *", 2, 4, "outOfRange"),
        ("0 0 * 13 *", 3, 6, "outOfRange"), ("0 0 * * 8", 4, 8, "outOfRange"), ("0 0 * * mon-8", 4, 12, "outOfRange"),
        ("0 0 * * fri-mon", 4, 8, "reversedRange"), ("*/0 * * * *", 0, 2, "invalidStep"),
        ("*/90 * * * *", 0, 2, "invalidStep"), ("*/ * * * *", 0, 2, "invalidStep"),
        ("5,,7 * * * *", 0, 2, "invalidValue"),
        (", * * * *", 0, 0, "invalidValue"), ("0 5h * * *", 1, 2, "invalidValue"), ("0 0 L * *", 2, 4, "invalidValue"),
        ("0 0 ? * *", 2, 4, "invalidValue"), ("0 0 * foo *", 3, 6, "invalidValue"),
        ("0 0 * * 1#2", 4, 8, "invalidValue"),
        ("-5 0 * * *", 0, 0, "invalidValue"), ("1-2-3 0 * * *", 0, 2, "invalidValue"),
        ("0 0 mon * *", 2, 4, "invalidValue"),
        ("0 00000 * * *", 1, 2, "invalidValue"), ("0 ０ * * *", 1, 2, "invalidValue"),
    ])
    func pointsAtTheFieldAndThePlace(text: String, field: Int, offset: Int, code: String) throws {
        let error = try #require(#expect(throws: CronExpressionError.self) { try CronExpression(text) })
        #expect(error.field == CronExpression.Field.all[field])
        #expect(error.offset == offset)
        #expect(error.code.description == code)
        #expect(error.description.contains(CronExpression.Field.all[field].name))
    }

    @Test(arguments: [
        ("", 0), ("   ", 3), ("0 5 * *", 7), ("0 0 5 * * * *", 10), ("@fortnightly", 0), ("@daily 5", 0),
        ("@reboot", 0), (" @", 1),
    ])
    func refusesWhatHasNotFiveFields(text: String, offset: Int) {
        let error = #expect(throws: CronExpressionError.self) { try CronExpression(text) }
        #expect(error?.offset == offset)
        #expect(error?.field == nil)
    }

    @Test(arguments: ["30 0 5 * * *", " */10 * * * * *", "5 0 * * * 2026", "000 0 5 * * *"])
    func saysThatSecondsAreNotOffered(text: String) throws {
        let error = try #require(#expect(throws: CronExpressionError.self) { try CronExpression(text) })
        #expect(error.code == .fieldCount && error.field == nil)
        #expect(error.offset == (text.hasPrefix(" ") ? 1 : 0))
        #expect(error.reason.contains("seconds are not offered"))
    }

    @Test func whatFollowsTheSecondsIsNamedByItsOwnField() throws {
        let error = try #require(#expect(throws: CronExpressionError.self) { try CronExpression("0 0 25 * * *") })
        #expect(error.field == .hour && error.offset == 4 && error.marked == "0 0 25 * * *\n    ^")
    }

    @Test func refusesEndlessText() {
        let error = #expect(throws: CronExpressionError.self) {
            try CronExpression(String(repeating: "1,", count: 10_000) + "1 * * * *")
        }
        #expect((error?.text.utf8.count ?? 0) <= 200)
    }

    @Test func marksThePlaceInTheText() throws {
        let error = try #require(#expect(throws: CronExpressionError.self) { try CronExpression("0 25 * * *") })
        #expect(error.marked == "0 25 * * *\n  ^")
        #expect(
            error.description
                == "in the hour, the second field, a value is not from 0 to 23 (at byte 2 of \"0 25 * * *\")"
        )
    }

    @Test func isReadAsATextParsableWhoseErrorHidesTheText() throws {
        #expect(try CronExpression(parsing: "0 5 * * *").text == "0 5 * * *")
        let error = #expect(throws: TextParsingError.self) { try CronExpression(parsing: "0 hunter2 * * *") }
        #expect(error?.offset == 2)
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.reason.contains("hour") == true)
    }

    @Test func dailyIsWhatItsTextSays() throws {
        #expect(try CronExpression(CronExpression.daily.text) == .daily)
    }

    @Test(arguments: [
        ("* * * * *", true), ("*/4 * * * *", true), ("0,3 5 * * *", true), ("58 23,0 * * *", false),
        ("*/5 * * * *", false),
        ("0 5 * * *", false), ("59,0 * * * *", true), ("0,59 0,23 * * *", true),
    ])
    func warnsBelowFiveMinutes(text: String, isWarned: Bool) throws {
        #expect(CronSchedule(try CronExpression(text)).warnings.isEmpty != isWarned)
    }
}
