public import FoundationEssentials
import GroundworkCore

/// A cron expression on the clocks of a time zone.
///
/// ### When clocks are changed
/// - An expression that names hours (`30 2 * * *`, `0 1-5 * * *`) follows a clock whose hands are never turned back:
///   what falls into a skipped hour is due once, at the first moment after the gap; in a repeated hour it is due only
///   the first time. A nightly backup runs exactly once a day.
/// - An expression whose hour begins with a star (`0 * * * *`, `*/10 * * * *`, `0 */6 * * *`) follows the clock as it
///   goes: skipped times are not there, repeated times are due twice. An hourly backup runs every hour that passes.
///
/// UTC has no such days.
///
///     let schedule = CronSchedule(try CronExpression("30 2 * * *"), in: try IANATimeZone("Europe/Berlin"))
///     for run in schedule.preview(3, after: Date()) { print(schedule.timeZone.text(of: run)) }
public struct CronSchedule: Sendable, Hashable, CustomStringConvertible {
    /// When something is due.
    public var expression: CronExpression
    /// Whose clocks are read.
    public var timeZone: IANATimeZone

    /// Joins an expression with a time zone.
    public init(_ expression: CronExpression, in timeZone: IANATimeZone = .utc) {
        self.expression = expression
        self.timeZone = timeZone
    }

    /// The expression and the zone.
    public var description: String { "\(expression) (\(timeZone))" }

    /// The first time after `date`, always a later one; nil beyond the year 9999.
    public func next(after date: Date) -> Date? {
        let second = UTCDateTime(date).secondsSince1970
        let next = expression.hoursBeginWithStar ? nextByClock(after: second) : nextOfDay(after: second)
        return next.map { Date(timeIntervalSince1970: Double($0)) }
    }

    /// The next `count` times after `date`, at most 10,000.
    public func preview(_ count: Int, after date: Date) -> [Date] {
        var times: [Date] = []
        var date = date
        while times.count < min(count, 10_000), let next = next(after: date) {
            times.append(next)
            date = next
        }
        return times
    }

    /// What is unwise about it, in full sentences.
    public var warnings: [String] {
        let minutes = expression.shortestInterval
        guard minutes < 5 else { return [] }
        return [
            "The schedule \(expression.text.debugDescription) is due every \(minutes == 1 ? "minute" : "\(minutes) minutes") "
                + "at its densest. A backup rarely ends so soon, and platforms such as Railway start nothing more often "
                + "than every 5 minutes."
        ]
    }

    /// For expressions whose hour begins with a star: whenever the clock shows a time that fits.
    private func nextByClock(after second: Int) -> Int? {
        var from = second + 1
        while true {
            let segment = timeZone.rules.segment(containing: from)
            guard let wall = expression.nextWallTime(atOrAfter: from + segment.offset) else { return nil }
            let time = wall - segment.offset
            guard let end = segment.end, time >= end else { return time }
            from = end
        }
    }

    /// For expressions that name hours: when the clock, never turned back, reaches or passes a time that fits.
    private func nextOfDay(after second: Int) -> Int? {
        guard let wall = expression.nextWallTime(atOrAfter: furthestWallTime(until: second) + 1) else { return nil }
        // Clocks differ by two days at the very most: before, none can show it.
        var segment = timeZone.rules.segment(containing: max(second + 1, wall - 2 * 86_400))
        while true {
            let time = max(wall - segment.offset, segment.start ?? .min)
            guard let end = segment.end, time >= end else { return max(time, second + 1) }
            segment = timeZone.rules.segment(containing: end)
        }
    }

    /// The latest time that the clock has shown up to a second.
    private func furthestWallTime(until second: Int) -> Int {
        var segment = timeZone.rules.segment(containing: second)
        var furthest = second + segment.offset
        while let start = segment.start, start > second - 3 * 86_400 {
            segment = timeZone.rules.segment(containing: start - 1)
            furthest = max(furthest, start - 1 + segment.offset)
        }
        return furthest
    }
}
