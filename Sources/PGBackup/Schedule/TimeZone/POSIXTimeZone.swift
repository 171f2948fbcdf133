import GroundworkCore

/// The rule of a zone as POSIX writes it in `TZ`, with the extension of RFC 9636: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct POSIXTimeZone: Sendable, Hashable {
    /// The day and the time of day at which clocks change, the same in every year.
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `Jn`, 1 to 365: the 29th of February is never counted.
            case julian(Int)
            /// `n`, 0 to 365: the 29th of February is counted.
            case zeroBased(Int)
            /// `Mm.w.d`: weekday `d` of week `w` of month `m`; week 5 is the last.
            case weekday(month: Int, week: Int, day: Int)
        }

        var day: Day
        /// Seconds since midnight, of the time that holds before the change; -167 to 167 hours.
        var time: Int

        /// Seconds from 1970 to the change in a year, on the clock that holds before it.
        func wallTime(in year: Int) -> Int {
            func midnight(_ month: Int, _ day: Int) -> Int {
                UTCDateTime(year: year, month: month, day: day)?.secondsSince1970 ?? 0
            }
            let days: Int
            switch day {
            case .zeroBased(let number): days = midnight(1, 1) / 86_400 + number
            case .julian(let number):
                let isLeap = UTCDateTime.days(inMonth: 2, year: year) == 29
                days = midnight(1, 1) / 86_400 + number - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .weekday(let month, let week, let weekday):
                let first = midnight(month, 1) / 86_400
                let firstWeekday = UTCDateTime(secondsSince1970: first * 86_400).weekday
                var day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
                if day >= UTCDateTime.days(inMonth: month, year: year) { day -= 7 }
                days = first + day
            }
            return days * 86_400 + time
        }
    }

    /// Seconds ahead of UTC.
    var standard: Int
    /// Nil for a zone without summer time.
    var summer: (offset: Int, begins: Change, ends: Change)?

    static func == (lhs: POSIXTimeZone, rhs: POSIXTimeZone) -> Bool {
        lhs.standard == rhs.standard && lhs.summer?.offset == rhs.summer?.offset
            && lhs.summer?.begins == rhs.summer?.begins && lhs.summer?.ends == rhs.summer?.ends
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(standard)
        hasher.combine(summer?.offset)
    }

    /// The stretch that a second is in, as if the rule had held always.
    func segment(containing second: Int) -> TimeZoneRules.Segment {
        guard let summer else { return TimeZoneRules.Segment(start: nil, end: nil, offset: standard) }
        // Rules name days from year 2 to 9998, so that the neighbouring years exist.
        let bounded = min(max(second, -62_000_000_000), 253_000_000_000)
        let year = min(max(UTCDateTime(secondsSince1970: bounded).year, 3), 9997)
        var changes: [TimeZoneRules.Transition] = []
        for year in (year - 2)...(year + 2) {
            // At one moment the beginning of summer time wins: it has no end in zones that keep it all year.
            changes.append(.init(start: summer.ends.wallTime(in: year) - summer.offset, offset: standard))
            changes.append(.init(start: summer.begins.wallTime(in: year) - standard, offset: summer.offset))
        }
        let sorted = changes.enumerated().sorted {
            ($0.element.start, $0.element.offset == summer.offset ? 1 : 0, $0.offset)
                < ($1.element.start, $1.element.offset == summer.offset ? 1 : 0, $1.offset)
        }
        var segment = TimeZoneRules.Segment(start: nil, end: nil, offset: standard)
        for (index, change) in sorted.enumerated() {
            let isLastOfItsSecond = index + 1 == sorted.count || sorted[index + 1].element.start > change.element.start
            guard isLastOfItsSecond else { continue }
            if change.element.start > second {
                segment.end = change.element.start
                break
            }
            segment.start = change.element.start
            segment.offset = change.element.offset
        }
        return segment
    }
}
