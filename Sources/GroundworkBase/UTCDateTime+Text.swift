extension UTCDateTime {
    /// `20130524T000000Z`, the basic form of ISO 8601 that SigV4 signs.
    package var basicISO8601: String {
        "\(padded(year, 4))\(padded(month, 2))\(padded(day, 2))T\(padded(hour, 2))\(padded(minute, 2))\(padded(second, 2))Z"
    }

    /// `20130524`.
    package var basicDay: String { "\(padded(year, 4))\(padded(month, 2))\(padded(day, 2))" }

    /// `2013-05-24T00:00:00Z`, RFC 3339.
    package var rfc3339: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))Z"
    }

    /// `2013-05-24T00:00:00.000Z`, RFC 3339 with milliseconds.
    package var rfc3339Milliseconds: String {
        "\(rfc3339.dropLast()).\(padded(nanosecond / 1_000_000, 3))Z"
    }

    /// `Fri, 24 May 2013 00:00:00 GMT`, the IMF-fixdate of RFC 9110, section 5.6.7.
    package var httpDate: String {
        "\(Self.weekdayNames[weekday]), \(padded(day, 2)) \(Self.monthNames[month - 1]) \(padded(year, 4)) "
            + "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2)) GMT"
    }

    private static let weekdayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Reads an IMF-fixdate (RFC 9110, section 5.6.7).
    package init?(httpDate text: some StringProtocol) {
        let words = text.fields(separatedBy: " ").filter { !$0.isEmpty }
        guard words.count == 6, words[5] == "GMT", words[0].hasSuffix(","),
            let month = Self.monthNames.firstIndex(where: { $0 == words[2] }),
            let day = ASCIIText.decimal(words[1], maximum: 31), let year = ASCIIText.decimal(words[3], maximum: 9999)
        else { return nil }
        let clock = words[4].fields(separatedBy: ":").map { ASCIIText.decimal($0, maximum: 60) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2] else { return nil }
        self.init(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    /// Reads RFC 3339 (`2013-05-24T00:00:00.000Z`, also with an offset) and the basic form (`20130524T000000Z`).
    package init?(iso8601 text: some StringProtocol) {
        var digits = DigitReader(Array(text.utf8))
        guard let year = digits.number(4) else { return nil }
        let extended = digits.skip("-")
        guard let month = digits.number(2), !extended || digits.skip("-"), let day = digits.number(2),
            digits.skip("T") || digits.skip("t") || digits.skip(" "),
            let hour = digits.number(2), !extended || digits.skip(":"), let minute = digits.number(2),
            !extended || digits.skip(":"), let second = digits.number(2)
        else { return nil }
        var nanosecond = 0
        if digits.skip(".") {
            guard let fraction = digits.fraction() else { return nil }
            nanosecond = fraction
        }
        var offset = 0
        if !(digits.skip("Z") || digits.skip("z")) {
            let sign = digits.skip("+") ? 1 : digits.skip("-") ? -1 : 0
            guard sign != 0, let hours = digits.number(2), hours < 24 else { return nil }
            _ = digits.skip(":")
            guard let minutes = digits.number(2), minutes < 60 else { return nil }
            offset = sign * (hours * 3600 + minutes * 60)
        }
        guard digits.isAtEnd,
            let local = UTCDateTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second,
                nanosecond: nanosecond
            )
        else { return nil }
        self = UTCDateTime(secondsSince1970: local.secondsSince1970 - offset, nanosecond: nanosecond)
    }
}

/// Reads runs of digits and single signs.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + width] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += width
        return value
    }

    /// One to nine digits count, further ones are passed over.
    mutating func fraction() -> Int? {
        let start = position
        var value = 0
        var scale = 100_000_000
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            value += Int(bytes[position] - 0x30) * scale
            scale /= 10
            position += 1
        }
        return position > start ? value : nil
    }

    mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == sign.value else { return false }
        position += 1
        return true
    }
}
