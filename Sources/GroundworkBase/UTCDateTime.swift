package import FoundationEssentials

/// A point in time as the numbers of the UTC calendar, and the text forms that protocols use.
///
/// `FoundationEssentials` has neither HTTP dates nor time zones by name on Linux, and a `Calendar` is slow: this is
/// plain arithmetic on the proleptic Gregorian calendar.
package struct UTCDateTime: Sendable, Hashable {
    package var year: Int, month: Int, day: Int
    package var hour: Int, minute: Int, second: Int
    package var nanosecond: Int

    /// The calendar's numbers of a date.
    package init(_ date: Date) {
        let interval = date.timeIntervalSince1970
        let bounded = interval.isFinite ? min(max(interval, -62_135_596_800), 253_402_300_799) : 0
        let whole = bounded.rounded(.down)
        self.init(secondsSince1970: Int(whole), nanosecond: min(999_999_999, Int((bounded - whole) * 1e9)))
    }

    /// The calendar's numbers of a count of seconds since 1970.
    package init(secondsSince1970 total: Int, nanosecond: Int = 0) {
        let days = total >= 0 ? total / 86_400 : -((86_399 - total) / 86_400)
        let rest = total - days * 86_400
        (year, month, day) = UTCDateTime.civil(fromDays: days)
        hour = rest / 3600
        minute = rest % 3600 / 60
        second = rest % 60
        self.nanosecond = nanosecond
    }

    /// Numbers that are checked: nil when there is no such day or time.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0)
    {
        guard (1...9999).contains(year), (1...12).contains(month), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second), (0...999_999_999).contains(nanosecond),
            day >= 1, day <= UTCDateTime.days(inMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = min(second, 59)
        self.nanosecond = nanosecond
    }

    /// Seconds since 1970.
    package var secondsSince1970: Int {
        UTCDateTime.days(fromYear: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    package var date: Date {
        Date(timeIntervalSince1970: Double(secondsSince1970) + Double(nanosecond) / 1e9)
    }

    /// 0 is Sunday.
    package var weekday: Int {
        let days = UTCDateTime.days(fromYear: year, month: month, day: day)
        return ((days + 4) % 7 + 7) % 7
    }

    package static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01; years begin in March so that the leap day is the last of its year.
    private static func days(fromYear year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
