import FoundationEssentials
import GroundworkCore

/// Dates as messages write them: `Thu, 26 Nov 2026 08:30:00 +0000` (RFC 5322, section 3.3).
enum MailDateText {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The date in UTC. Years before 1900 do not exist there (section 3.3) and become 1900.
    static func text(_ date: Date) -> String {
        let time = UTCDateTime(date)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        bytes += weekdays[time.weekday].utf8
        bytes += ", ".utf8
        append(time.day, 2, to: &bytes)
        bytes.append(0x20)
        bytes += months[time.month - 1].utf8
        bytes.append(0x20)
        append(max(1900, time.year), 4, to: &bytes)
        bytes.append(0x20)
        append(time.hour, 2, to: &bytes)
        bytes.append(0x3A)
        append(time.minute, 2, to: &bytes)
        bytes.append(0x3A)
        append(time.second, 2, to: &bytes)
        bytes += " +0000".utf8
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ number: Int, _ width: Int, to bytes: inout [UInt8]) {
        var divisor = width == 4 ? 1000 : 10
        while divisor > 0 {
            bytes.append(UInt8(0x30 + number / divisor % 10))
            divisor /= 10
        }
    }
}
