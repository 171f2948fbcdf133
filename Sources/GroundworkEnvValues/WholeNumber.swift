import GroundworkBase
import GroundworkEnvModel

/// A whole number of any width up to 128 bits: its sign and its size.
struct WholeNumber {
    let isNegative: Bool
    let size: UInt128

    /// The number in two's complement.
    var bits: UInt128 { isNegative ? 0 &- size : size }

    private var words: String { isNegative ? "-\(size)" : "\(size)" }

    /// Decimal digits with an optional sign; nil when there is anything else or more than 128 bits hold.
    private init?(_ text: String) {
        var digits = Array(text.utf8)[...]
        isNegative = digits.first == 0x2D
        if isNegative || digits.first == 0x2B { digits.removeFirst() }
        var size: UInt128 = 0
        for digit in digits {
            let (product, isTooLarge) = size.multipliedReportingOverflow(by: 10)
            let (sum, isAbove) = product.addingReportingOverflow(UInt128(digit &- 0x30))
            if isTooLarge || isAbove { return nil }
            size = sum
        }
        self.size = size
    }

    private init(isNegative: Bool, size: UInt128) { (self.isNegative, self.size) = (isNegative, size) }

    /// Reads a number of a width and within limits.
    static func parse(
        _ text: String,
        bits: Int,
        isSigned: Bool,
        limits: EnvLimits
    ) throws(TextParsingError) -> WholeNumber {
        let hasSign = text.utf8.first == 0x2D || text.utf8.first == 0x2B
        let digits = text.utf8.count - (hasSign ? 1 : 0)
        guard digits > 0, text.utf8.dropFirst(hasSign ? 1 : 0).allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw TextParsingError(NumberText.reason(text, whole: true))
        }
        let half = UInt128(1) << UInt128(bits - 1)
        let greatest = WholeNumber(isNegative: false, size: isSigned ? half - 1 : half - 1 + half)
        let least = WholeNumber(isNegative: isSigned, size: isSigned ? half : 0)
        guard let number = WholeNumber(text), number.size <= (number.isNegative ? least : greatest).size else {
            if !isSigned, text.utf8.first == 0x2D { throw TextParsingError("it is negative") }
            throw TextParsingError("it is outside \(least.words) to \(greatest.words)")
        }
        // Compared as integers: a Double cannot tell large neighbours apart.
        if let minimum = limits.minimum, number.isBelow(minimum.rounded(.up)) {
            throw TextParsingError("it is less than \(EnvLimits.number(minimum))")
        }
        if let maximum = limits.maximum, number.isAbove(maximum.rounded(.down)) {
            throw TextParsingError("it is more than \(EnvLimits.number(maximum))")
        }
        return number
    }

    /// - Parameter bound: a whole number; nothing is above one that is not a number.
    private func isAbove(_ bound: Double) -> Bool {
        guard let size = UInt128(exactly: bound.magnitude) else { return bound < 0 }
        if isNegative { return bound < 0 && self.size < size }
        return bound < 0 || self.size > size
    }

    private func isBelow(_ bound: Double) -> Bool {
        guard let size = UInt128(exactly: bound.magnitude) else { return bound > 0 }
        if isNegative { return bound >= 0 ? self.size > 0 || bound > 0 : self.size > size }
        return bound > 0 && self.size < size
    }
}

/// Why a text is no number, in words that help and do not repeat it.
enum NumberText {
    static func reason(_ text: String, whole: Bool) -> String {
        let what = whole ? "a whole number" : "a number"
        guard let first = text.utf8.first, let last = text.utf8.last else { return "it is empty" }
        if first.isASCIIWhitespace || last.isASCIIWhitespace { return "it has white space around it" }
        if (first == 0x22 && last == 0x22) || (first == 0x27 && last == 0x27) { return "it has quotes around it" }
        if text.utf8.contains(where: { $0 == 0x2C || $0 == 0x5F }) {
            return "it holds a comma or underscore; write digits without grouping"
                + (whole ? "" : " and a dot before the decimals")
        }
        if whole, text.utf8.contains(0x2E) { return "it has a fraction or is no number" }
        return "it is not \(what)"
    }
}
