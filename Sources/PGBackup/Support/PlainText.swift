/// Numbers of bytes for people.
enum ByteText {
    /// `1.4 GB`: decimal units, two digits that count.
    static func of(_ bytes: Int64) -> String {
        guard bytes >= 1000 else { return "\(max(0, bytes)) B" }
        var value = Double(bytes)
        var unit = 0
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        while value >= 999.5, unit + 1 < units.count {
            value /= 1000
            unit += 1
        }
        return "\(DecimalText.of(value, digits: value < 9.95 ? 1 : 0)) \(units[unit])"
    }
}

/// Durations for people.
enum DurationText {
    /// `45 s`, `12 min 5 s`, `3 h 20 min`, `5 days`: the two greatest units.
    static func of(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "a very long time" }
        if seconds < 10 { return "\(DecimalText.of(max(0, seconds), digits: 1)) s" }
        // Rounded to the lesser of the two units that are shown.
        let unit = seconds < 3599.5 ? 1.0 : seconds < 2 * 86_400 - 30 ? 60 : 3600
        let total = Int((seconds / unit).rounded() * unit)
        let (days, hours, minutes, rest) = (total / 86_400, total % 86_400 / 3600, total % 3600 / 60, total % 60)
        func two(_ first: String, _ second: Int, _ unit: String) -> String {
            second == 0 ? first : "\(first) \(second) \(unit)"
        }
        if days > 1 { return two("\(days) days", hours, "h") }
        if total >= 3600 { return two("\(total / 3600) h", minutes, "min") }
        if minutes > 0 { return two("\(minutes) min", rest, "s") }
        return "\(rest) s"
    }
}

/// Numbers with a point.
enum DecimalText {
    /// The number with so many digits behind the point, 0 to 3.
    static func of(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "0" }
        let scale = [1, 10, 100, 1000][min(max(digits, 0), 3)]
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard scale > 1 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: String(scale).utf8.count - 1 - fraction.utf8.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }
}
