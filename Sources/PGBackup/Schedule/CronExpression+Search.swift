import GroundworkCore

extension CronExpression {
    /// No two times are further apart: a 29th of February on one weekday comes after 40 years at the latest.
    private static let yearLimit = 60

    /// The first time at or after `seconds` that fits. Both are readings of a wall clock, as seconds since 1970-01-01
    /// 00:00 of that clock.
    /// - Returns: nil beyond the year 9999.
    func nextWallTime(atOrAfter seconds: Int) -> Int? {
        // Up to a whole minute.
        let start = UTCDateTime(secondsSince1970: seconds + 59)
        guard (1...9999).contains(start.year) else { return nil }
        let lastYear = min(9999, start.year + Self.yearLimit)
        var (year, month, day) = (start.year, start.month, start.day)
        var firstMinute = start.hour * 60 + start.minute
        while year <= lastYear {
            if contains(months, month) {
                let length = UTCDateTime.days(inMonth: month, year: year)
                while day <= length {
                    if fits(day: day, month: month, year: year), let minute = minuteOfDay(atOrAfter: firstMinute) {
                        return UTCDateTime(year: year, month: month, day: day)
                            .map { $0.secondsSince1970 + minute * 60 }
                    }
                    day += 1
                    firstMinute = 0
                }
            }
            (day, firstMinute) = (1, 0)
            month += 1
            if month > 12 { (month, year) = (1, year + 1) }
        }
        return nil
    }

    /// The fewest minutes between two times of one day, or between the last of one day and the first of the next.
    var shortestInterval: Int {
        var first: Int?
        var previous: Int?
        var shortest = 24 * 60
        for minute in 0..<(24 * 60) where contains(hours, minute / 60) && contains(minutes, minute % 60) {
            if let previous { shortest = min(shortest, minute - previous) } else { first = minute }
            previous = minute
        }
        if let first, let previous { shortest = min(shortest, first + 24 * 60 - previous) }
        return shortest
    }

    private func contains(_ set: UInt64, _ value: Int) -> Bool { set & 1 << UInt64(value) != 0 }

    private func fits(day: Int, month: Int, year: Int) -> Bool {
        guard let date = UTCDateTime(year: year, month: month, day: day) else { return false }
        let byDate = contains(daysOfMonth, day)
        let byWeekday = contains(weekdays, date.weekday)
        return eitherDay ? byDate || byWeekday : byDate && byWeekday
    }

    private func minuteOfDay(atOrAfter first: Int) -> Int? {
        for hour in (first / 60)..<24 where contains(hours, hour) {
            let start = hour == first / 60 ? first % 60 : 0
            for minute in start..<60 where contains(minutes, minute) { return hour * 60 + minute }
        }
        return nil
    }
}
