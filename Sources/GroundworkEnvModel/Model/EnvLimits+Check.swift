package import GroundworkBase

extension EnvLimits {
    /// Checks length and pattern of a text.
    package func check(text: String) throws(TextParsingError) {
        try check(length: text.utf8.count)
        if let pattern {
            guard try EnvPattern.compiled(pattern).matches(text) else {
                throw TextParsingError("it does not match the pattern \(pattern)")
            }
        }
    }

    /// Checks a length in bytes.
    package func check(length: Int) throws(TextParsingError) {
        if let minimumLength, length < minimumLength {
            throw TextParsingError("it is shorter than \(Self.bytes(minimumLength))")
        }
        if let maximumLength, length > maximumLength {
            throw TextParsingError("it is longer than \(Self.bytes(maximumLength))")
        }
    }

    /// Checks a number of elements.
    package func check(count: Int) throws(TextParsingError) {
        if let minimumCount, count < minimumCount {
            throw TextParsingError("it has fewer than \(Self.elements(minimumCount))")
        }
        if let maximumCount, count > maximumCount {
            throw TextParsingError("it has more than \(Self.elements(maximumCount))")
        }
    }

    /// Checks a number against the range; `unit` follows the numbers in the message.
    package func check(number: Double, unit: String = "") throws(TextParsingError) {
        if let minimum, number < minimum {
            throw TextParsingError("it is less than \(Self.number(minimum))\(unit)")
        }
        if let maximum, number > maximum {
            throw TextParsingError("it is more than \(Self.number(maximum))\(unit)")
        }
    }

    /// Checks a host against ``hosts``.
    package func check(host: String?) throws(TextParsingError) {
        guard let hosts else { return }
        guard let host = host?.lowercasedASCII(), hosts.contains(where: { Self.matches(host, $0.lowercasedASCII()) })
        else { throw TextParsingError("its host is none of \(hosts.joined(separator: ", "))") }
    }

    private static func matches(_ host: String, _ allowed: String) -> Bool {
        guard allowed.hasPrefix("*.") else { return host == allowed }
        let suffix = allowed.dropFirst()
        return host.hasSuffix(suffix) && host.utf8.count > suffix.utf8.count
    }

    /// The limits in words that follow the expectation of a type: ", from 1 to 65535, at least 32 bytes".
    public var words: [String] {
        var words: [String] = []
        switch (minimum, maximum) {
        case (let least?, let greatest?): words.append("from \(Self.number(least)) to \(Self.number(greatest))")
        case (let least?, nil): words.append("at least \(Self.number(least))")
        case (nil, let greatest?): words.append("at most \(Self.number(greatest))")
        case (nil, nil): break
        }
        words += Self.range(minimumLength, maximumLength, Self.bytes)
        words += Self.range(minimumCount, maximumCount, Self.elements)
        if let schemes { words.append("with the scheme \(schemes.joined(separator: " or "))") }
        if let hosts { words.append("with the host \(hosts.joined(separator: " or "))") }
        if let pattern { words.append("matching \(pattern)") }
        if let unit { words.append("a bare number counts \(unit.words)") }
        return words
    }

    private static func range(_ least: Int?, _ greatest: Int?, _ name: (Int) -> String) -> [String] {
        switch (least, greatest) {
        case (let least?, let greatest?): [least == greatest ? name(least) : "\(least) to \(name(greatest))"]
        case (let least?, nil): ["at least \(name(least))"]
        case (nil, let greatest?): ["at most \(name(greatest))"]
        case (nil, nil): []
        }
    }

    /// Whole numbers without a fraction.
    package static func number(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? String(value)
    }

    private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
    private static func elements(_ count: Int) -> String { count == 1 ? "1 element" : "\(count) elements" }
}

extension EnvTypeDescription {
    /// What is expected under some limits, in words that complete "expected …".
    public func expectedText(_ limits: EnvLimits) -> String {
        ([expected] + limits.words).joined(separator: ", ")
    }
}

extension EnvTimeUnit {
    /// The unit in words.
    var words: String {
        switch self {
        case .nanoseconds: "nanoseconds"
        case .microseconds: "microseconds"
        case .milliseconds: "milliseconds"
        case .seconds: "seconds"
        case .minutes: "minutes"
        case .hours: "hours"
        case .days: "days"
        }
    }
}
