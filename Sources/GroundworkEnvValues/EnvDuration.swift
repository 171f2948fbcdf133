public import GroundworkBase
public import GroundworkEnvModel

/// A span of time: `30s`, `5m`, `1h30m`, `250ms`, `1.5h`, or ISO 8601 as in `PT1H30M`.
///
/// Units, from large to small and each at most once: `d h m s ms us ns` (`µs` too). A bare number is refused unless
/// ``EnvLimits/unit`` says what it counts. Of ISO 8601 weeks, days, hours, minutes and seconds are read; years and
/// months have no fixed length and are refused. The range of ``EnvLimits`` is in seconds.
extension Duration: EnvValue {
    /// `duration`.
    public static var envType: EnvTypeDescription {
        EnvTypeDescription(
            name: "duration",
            expected: "a duration such as 30s, 5m, 1h30m, 250ms or PT1H30M",
            example: "30s"
        )
    }

    /// The range in seconds, and the unit of a bare number.
    public static var envLimitFields: Set<EnvLimits.Field> { [.minimum, .maximum, .unit] }

    /// Reads a duration.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Duration {
        var reader = DurationReader(text)
        let value = Duration(attoseconds: try reader.read(bareUnit: limits.unit))
        try limits.check(number: value / .seconds(1), unit: " seconds")
        return value
    }

    /// The largest units that fit, such as `1h30m`, `250ms` or `1.5s`.
    public var envText: String? { DurationReader.text(attoseconds) }
}

extension EnvTimeUnit {
    /// The length in attoseconds.
    var attoseconds: Int128 {
        let second: Int128 = 1_000_000_000_000_000_000
        return switch self {
        case .nanoseconds: second / 1_000_000_000
        case .microseconds: second / 1_000_000
        case .milliseconds: second / 1000
        case .seconds: second
        case .minutes: second * 60
        case .hours: second * 3600
        case .days: second * 86_400
        }
    }
}

/// Reads both ways of writing a duration.
struct DurationReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func read(bareUnit: EnvTimeUnit?) throws(TextParsingError) -> Int128 {
        guard let first = bytes.first else { throw TextParsingError("it is empty") }
        guard bytes.count <= 100 else { throw TextParsingError("it is no duration: it is too long") }
        if first == UInt8(ascii: "-") { throw TextParsingError("it is negative or no duration") }
        if first == UInt8(ascii: "P") || first == UInt8(ascii: "p") { return try iso() }
        return try units(bareUnit: bareUnit)
    }

    private mutating func units(bareUnit: EnvTimeUnit?) throws(TextParsingError) -> Int128 {
        var total: Int128 = 0
        var last: EnvTimeUnit?
        while position < bytes.count {
            let number = try decimal()
            guard let unit = unit() else {
                guard position == bytes.count, last == nil else {
                    throw TextParsingError("it has a unit other than d, h, m, s, ms, us, ns")
                }
                guard let bareUnit else {
                    throw TextParsingError("it is a number without a unit; write s, m, h or ms after it")
                }
                return try number.times(bareUnit.attoseconds)
            }
            if let last, unit.attoseconds >= last.attoseconds {
                throw TextParsingError("its units do not go from large to small")
            }
            last = unit
            total += try number.times(unit.attoseconds)
        }
        return total
    }

    private mutating func unit() -> EnvTimeUnit? {
        let rest = bytes[position...].prefix { !(0x30...0x39).contains($0) && $0 != 0x2E }
        let name = String(decoding: rest, as: UTF8.self)
        guard let unit = EnvTimeUnit(rawValue: name == "µs" || name == "μs" ? "us" : name) else { return nil }
        position += rest.count
        return unit
    }

    private mutating func iso() throws(TextParsingError) -> Int128 {
        position = 1
        var total: Int128 = 0
        var isTime = false
        var isFinal = false
        var last = Int128.max
        var isEmpty = true
        while position < bytes.count {
            if !isTime, bytes[position] | 0x20 == UInt8(ascii: "t") {
                isTime = true
                isEmpty = true
                position += 1
                continue
            }
            guard !isFinal else { throw TextParsingError("only its last number may have a fraction") }
            let number = try decimal()
            isFinal = number.digits > 0
            guard position < bytes.count else { throw TextParsingError("a unit is missing at its end") }
            let length: Int128
            switch (isTime, bytes[position] & 0xDF) {
            case (false, UInt8(ascii: "W")): length = EnvTimeUnit.days.attoseconds * 7
            case (false, UInt8(ascii: "D")): length = EnvTimeUnit.days.attoseconds
            case (true, UInt8(ascii: "H")): length = EnvTimeUnit.hours.attoseconds
            case (true, UInt8(ascii: "M")): length = EnvTimeUnit.minutes.attoseconds
            case (true, UInt8(ascii: "S")): length = EnvTimeUnit.seconds.attoseconds
            case (false, UInt8(ascii: "Y")), (false, UInt8(ascii: "M")):
                throw TextParsingError("years and months have no fixed length")
            default: throw TextParsingError("it is no ISO 8601 duration")
            }
            guard length < last else { throw TextParsingError("its units do not go from large to small") }
            last = length
            position += 1
            total += try number.times(length)
            isEmpty = false
        }
        guard !isEmpty else { throw TextParsingError("it is no ISO 8601 duration: a number is missing") }
        return total
    }

    private struct Decimal {
        var whole: Int128
        var fraction: Int128
        var digits: Int

        /// The product, exact: what is less than an attosecond is cut off.
        func times(_ unit: Int128) throws(TextParsingError) -> Int128 {
            var scale: Int128 = 1
            for _ in 0..<digits { scale *= 10 }
            let total = whole * unit + fraction * unit / scale
            // Duration holds seconds in 64 bits; far below that is far above every use.
            guard total < EnvTimeUnit.days.attoseconds * 36_525_000 else {
                throw TextParsingError("it is longer than 100000 years")
            }
            return total
        }
    }

    private mutating func decimal() throws(TextParsingError) -> Decimal {
        var number = Decimal(whole: 0, fraction: 0, digits: 0)
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            number.whole = number.whole * 10 + Int128(bytes[position] - 0x30)
            guard number.whole < 1_000_000_000_000 else { throw TextParsingError("a number in it is too large") }
            position += 1
        }
        guard position > start else { throw TextParsingError("it is no duration: a number is missing") }
        guard position < bytes.count, bytes[position] == 0x2E else { return number }
        position += 1
        while position < bytes.count, (0x30...0x39).contains(bytes[position]), number.digits < 9 {
            number.fraction = number.fraction * 10 + Int128(bytes[position] - 0x30)
            number.digits += 1
            position += 1
        }
        guard number.digits > 0 else { throw TextParsingError("digits are missing after its dot") }
        return number
    }

    /// The largest units that fit; below a second the largest one that needs no fraction.
    static func text(_ attoseconds: Int128) -> String {
        guard attoseconds != 0 else { return "0s" }
        var text = attoseconds < 0 ? "-" : ""
        var rest = abs(attoseconds)
        for unit in EnvTimeUnit.allCases.reversed() where rest >= unit.attoseconds {
            text += "\(rest / unit.attoseconds)\(unit.rawValue)"
            rest %= unit.attoseconds
        }
        // What is left is less than a nanosecond: no such duration was ever read from a text.
        return text
    }
}
