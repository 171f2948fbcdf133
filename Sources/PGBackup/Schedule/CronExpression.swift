public import GroundworkCore

/// The five fields of a cron expression: at which minutes of which days something is due.
///
/// Fields are minute (0–59), hour (0–23), day of the month (1–31), month (1–12 or `jan`–`dec`) and day of the week
/// (0–7 or `sun`–`sat`; 0 and 7 are Sunday). Each is `*`, a value, a range `a-b`, a step `*/n`, `a-b/n` or `a/n` (from
/// `a` to the end), or a list of these with commas. `@hourly @daily @midnight @weekly @monthly @yearly @annually` stand
/// for the usual five. A sixth field before them, as schedulers with seconds have it, is taken if it is 0.
///
/// A day is one on which both the day of the month and the day of the week fit. If **both** are restricted, either is
/// enough. As in cron(8), a field that begins with a star does not count as restricted: `0 0 */2 * 1` means Mondays with
/// an odd date, `0 0 1-31/2 * 1` every odd date and every Monday.
///
///     let nightly = try CronExpression("30 5 * * mon-fri")
public struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// What was written, without white space at its ends.
    public let text: String
    /// Bit `n` stands for value `n` of the field.
    let minutes: UInt64
    let hours: UInt64
    let daysOfMonth: UInt64
    let months: UInt64
    /// Sunday is bit 0.
    let weekdays: UInt64
    /// Whether the day of the month and the day of the week both restrict the days, so that either is enough.
    let eitherDay: Bool
    /// Whether the hour begins with a star: then it is due every so many hours, rather than at hours of the day.
    let hoursBeginWithStar: Bool

    /// Every day at midnight.
    public static var daily: CronExpression { daily(hour: 0) }

    /// Every day at a time; an hour beyond 0–23 and a minute beyond 0–59 are held to these.
    public static func daily(hour: Int, minute: Int = 0) -> CronExpression {
        let hour = min(max(hour, 0), 23)
        let minute = min(max(minute, 0), 59)
        return CronExpression(
            text: "\(minute) \(hour) * * *",
            minutes: 1 << UInt64(minute),
            hours: 1 << UInt64(hour),
            daysOfMonth: Field.dayOfMonth.all,
            months: Field.month.all,
            weekdays: 0x7F,
            eitherDay: false,
            hoursBeginWithStar: false
        )
    }

    /// The text.
    public var description: String { text }
}

extension CronExpression {
    /// One of the five fields.
    public struct Field: Sendable, Hashable, CustomStringConvertible {
        /// Its place, from 0.
        public let index: Int
        /// Its name: `minute`, `hour`, `day of the month`, `month` or `day of the week`.
        public let name: String
        /// The least value.
        public let minimum: Int
        /// The greatest value.
        public let maximum: Int
        /// Names that may stand for values, the first for ``minimum``.
        let valueNames: [String]

        private init(_ index: Int, _ name: String, _ minimum: Int, _ maximum: Int, _ valueNames: [String] = []) {
            self.index = index
            self.name = name
            self.minimum = minimum
            self.maximum = maximum
            self.valueNames = valueNames
        }

        /// 0 to 59.
        public static let minute = Field(0, "minute", 0, 59)
        /// 0 to 23.
        public static let hour = Field(1, "hour", 0, 23)
        /// 1 to 31.
        public static let dayOfMonth = Field(2, "day of the month", 1, 31)
        /// 1 to 12, or `jan` to `dec`.
        public static let month = Field(
            3,
            "month",
            1,
            12,
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        )
        /// 0 to 7, or `sun` to `sat`.
        public static let dayOfWeek = Field(
            4,
            "day of the week",
            0,
            7,
            ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        )

        /// The five, in order.
        public static let all = [minute, hour, dayOfMonth, month, dayOfWeek]

        /// The name.
        public var description: String { name }

        /// All values as bits.
        var all: UInt64 { bits(from: minimum, to: maximum, step: 1) }

        func bits(from first: Int, to last: Int, step: Int) -> UInt64 {
            stride(from: first, through: last, by: step).reduce(0) { $0 | 1 << UInt64($1) }
        }
    }
}

extension CronExpression: TextParsable {
    /// What is expected.
    public static var expectedText: String {
        "a cron expression of five fields (minute hour day-of-month month day-of-week), such as \"0 5 * * *\", or @daily"
    }

    /// Reads an expression.
    /// - Throws: `TextParsingError` with the field's name and the place; ``init(_:)`` throws one that knows more.
    public init(parsing text: String) throws(TextParsingError) {
        do throws(CronExpressionError) {
            try self.init(text)
        } catch {
            throw TextParsingError(error.sentence, offset: error.offset)
        }
    }
}
