public import FoundationEssentials
public import GroundworkBase
public import GroundworkEnvModel

/// A day of the calendar without time and zone: `2026-11-23` (ISO 8601, the full-date of RFC 3339).
public struct CalendarDay: EnvValue, TextParsable, LosslessStringConvertible, Hashable, Comparable {
    /// 1 to 9999.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// "a day such as 2026-11-23".
    public static let expectedText = "a day such as 2026-11-23"

    /// `day`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(name: "day", expected: expectedText, jsonFormat: "date", example: "2026-11-23")
    }

    /// None.
    public static var envLimitFields: Set<EnvLimits.Field> { [] }

    /// A day; nil when the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard UTCDateTime(year: year, month: month, day: day) != nil else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Reads a day; nil when it is none.
    public init?(_ description: String) {
        guard let day = try? CalendarDay(parsing: description) else { return nil }
        self = day
    }

    /// Reads a day.
    public init(parsing text: String) throws(TextParsingError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
            let date = UTCDateTime(iso8601: text + "T00:00:00Z")
        else { throw TextParsingError("it is no day of the form YYYY-MM-DD") }
        (year, month, day) = (date.year, date.month, date.day)
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        guard let date = UTCDateTime(year: year, month: month, day: day) else { return "" }
        return String(date.rfc3339.prefix(10))
    }

    /// When the day begins in UTC.
    public var startInUTC: Date {
        UTCDateTime(year: year, month: month, day: day)?.date ?? Date(timeIntervalSince1970: 0)
    }

    /// Earlier.
    public static func < (lhs: CalendarDay, rhs: CalendarDay) -> Bool {
        (lhs.year, lhs.month, lhs.day) < (rhs.year, rhs.month, rhs.day)
    }
}

/// An instant of RFC 3339: `2026-11-23T12:00:00Z`, with an offset instead of `Z`, or with a fraction. The offset is
/// required: a time without one means another instant on each machine.
extension Date: EnvValue {
    /// `instant`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "instant",
            expected: "an instant such as 2026-11-23T12:00:00Z",
            jsonFormat: "date-time",
            example: "2026-11-23T12:00:00Z"
        )
    }

    /// Reads an instant.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Date {
        let bytes = Array(text.utf8)
        guard (20...40).contains(bytes.count), bytes[4] == 0x2D, bytes[10] | 0x20 == UInt8(ascii: "t"),
            let date = UTCDateTime(iso8601: text)
        else { throw TextParsingError("it is no instant of the form YYYY-MM-DDThh:mm:ssZ or with an offset") }
        return date.date
    }

    /// The instant in UTC, with milliseconds where there are any.
    public var envText: String? {
        let date = UTCDateTime(self)
        return date.nanosecond < 1_000_000 ? date.rfc3339 : date.rfc3339Milliseconds
    }
}
