/// Punycode (RFC 3492), for labels of at most a few dozen characters.
enum Punycode {
    private static let base = 36
    private static let firstThreshold = 1
    private static let lastThreshold = 26
    private static let initialBias = 72
    private static let initialNumber = 128

    /// The text of section 6.3: basic characters first, then the others as numbers.
    static func encode(_ label: [Unicode.Scalar]) -> String {
        var output = label.filter(\.isASCII).map { UInt8(truncatingIfNeeded: $0.value) }
        let basicCount = output.count
        var handled = basicCount
        if basicCount > 0 { output.append(0x2D) }
        var number = initialNumber
        var delta = 0
        var bias = initialBias
        while handled < label.count {
            guard let next = label.lazy.map({ Int($0.value) }).filter({ $0 >= number }).min() else { break }
            delta += (next - number) * (handled + 1)
            number = next
            for scalar in label {
                if Int(scalar.value) < number { delta += 1 }
                guard Int(scalar.value) == number else { continue }
                append(delta, bias: bias, to: &output)
                bias = adapted(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            number += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The scalars of section 6.2; nil for what no encoder writes.
    static func decode(_ text: String) -> [Unicode.Scalar]? {
        let bytes = Array(text.utf8)
        var result: [Unicode.Scalar] = []
        var position = 0
        if let hyphen = bytes.lastIndex(of: 0x2D) {
            guard hyphen > 0 else { return nil }
            result = bytes[..<hyphen].map { Unicode.Scalar($0) }
            position = hyphen + 1
        }
        var number = initialNumber
        var index = 0
        var bias = initialBias
        while position < bytes.count {
            let before = index
            var weight = 1
            var threshold = base
            while true {
                guard position < bytes.count, let digit = value(of: bytes[position]) else { return nil }
                position += 1
                let step = digit.multipliedReportingOverflow(by: weight)
                let sum = index.addingReportingOverflow(step.partialValue)
                guard !step.overflow, !sum.overflow, sum.partialValue < 1 << 40 else { return nil }
                index = sum.partialValue
                let limit = Self.threshold(threshold, bias)
                if digit < limit { break }
                weight *= base - limit
                guard weight < 1 << 40 else { return nil }
                threshold += base
            }
            bias = adapted(index - before, count: result.count + 1, isFirst: before == 0)
            number += index / (result.count + 1)
            index %= result.count + 1
            guard number <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(number)) else { return nil }
            result.insert(scalar, at: index)
            index += 1
        }
        return result
    }

    private static func append(_ delta: Int, bias: Int, to output: inout [UInt8]) {
        var rest = delta
        var position = base
        while true {
            let limit = threshold(position, bias)
            if rest < limit { break }
            output.append(digit(limit + (rest - limit) % (base - limit)))
            rest = (rest - limit) / (base - limit)
            position += base
        }
        output.append(digit(rest))
    }

    private static func threshold(_ position: Int, _ bias: Int) -> Int {
        min(max(position - bias, firstThreshold), lastThreshold)
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var rest = isFirst ? delta / 700 : delta / 2
        rest += rest / count
        var steps = 0
        while rest > (base - firstThreshold) * lastThreshold / 2 {
            rest /= base - firstThreshold
            steps += base
        }
        return steps + (base - firstThreshold + 1) * rest / (rest + 38)
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26) }

    private static func value(of digit: UInt8) -> Int? {
        switch digit {
        case 0x61...0x7A: Int(digit) - 0x61
        case 0x30...0x39: Int(digit) - 0x30 + 26
        default: nil
        }
    }
}
