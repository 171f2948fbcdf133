/// Numbers as people read them.
public enum Format {
    /// `1.2 GB`, in powers of ten.
    public static func bytes(_ count: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var value = Double(count)
        var unit = 0
        while value >= 999.95, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(decimal(value, places: 1)) \(units[unit])"
    }

    /// `1.2 s`, `3 min 4 s`, `2 h 5 min`.
    public static func duration(_ duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        let seconds = Double(whole) + Double(attoseconds) / 1e18
        if seconds < 60 { return "\(decimal(seconds, places: seconds < 10 ? 2 : 1)) s" }
        let rounded = Int(seconds.rounded())
        if rounded < 3600 { return "\(rounded / 60) min \(rounded % 60) s" }
        return "\(rounded / 3600) h \(rounded % 3600 / 60) min"
    }

    /// `85.3 MB/s`.
    public static func rate(_ count: Int64, in duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        let seconds = Double(whole) + Double(attoseconds) / 1e18
        guard seconds > 0 else { return "-" }
        return "\(bytes(Int64(Double(count) / seconds)))/s"
    }

    /// A number with thousands set apart: `1,234,567`.
    public static func count(_ number: Int64) -> String {
        var digits = Array(String(number.magnitude))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(String(digits), at: 0)
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// A text on one line, whose control characters cannot steer a terminal: keys and names come from others.
    public static func line(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
                let digits = String(scalar.value, radix: 16)
                result += "\\u{\(digits)}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A number with a fixed count of decimal places.
    public static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}
