extension POSIXTimeZone {
    /// Reads the rule: `std offset [dst [offset] , start [/time] , end [/time]]`.
    init(_ text: [UInt8]) throws(TZifFault) {
        var parser = POSIXTimeZoneParser(text)
        try parser.name()
        standard = -(try parser.time(hourLimit: 24))
        guard !parser.isAtEnd else {
            summer = nil
            return
        }
        try parser.name()
        let offset = parser.isAt(",") ? standard + 3600 : -(try parser.time(hourLimit: 24))
        try parser.expect(",")
        let begins = try parser.change()
        try parser.expect(",")
        let ends = try parser.change()
        guard parser.isAtEnd else { throw TZifFault("something follows its rule") }
        summer = (offset, begins, ends)
    }
}

private struct POSIXTimeZoneParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    func isAt(_ sign: Unicode.Scalar) -> Bool { position < bytes.count && UInt32(bytes[position]) == sign.value }

    mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard isAt(sign) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ sign: Unicode.Scalar) throws(TZifFault) {
        guard skip(sign) else { throw TZifFault("its rule is malformed at byte \(position)") }
    }

    /// Three letters or more, or anything plain between `<` and `>`.
    mutating func name() throws(TZifFault) {
        let quoted = skip("<")
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let isMore = quoted && ((0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D)
            guard isLetter || isMore else { break }
            position += 1
        }
        guard position - start >= 3 else { throw TZifFault("its rule has no name at byte \(start)") }
        if quoted { try expect(">") }
    }

    private mutating func number(_ range: ClosedRange<Int>) throws(TZifFault) -> Int {
        let start = position
        var value = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]), position - start < 3 {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        guard position > start, range.contains(value) else {
            throw TZifFault("a number of its rule is wrong at byte \(start)")
        }
        return value
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(hourLimit: Int) throws(TZifFault) -> Int {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        var seconds = try number(0...hourLimit) * 3600
        if skip(":") {
            seconds += try number(0...59) * 60
            if skip(":") { seconds += try number(0...59) }
        }
        return isNegative ? -seconds : seconds
    }

    mutating func change() throws(TZifFault) -> POSIXTimeZone.Change {
        let day: POSIXTimeZone.Change.Day
        if skip("J") {
            day = .julian(try number(1...365))
        } else if skip("M") {
            let month = try number(1...12)
            try expect(".")
            let week = try number(1...5)
            try expect(".")
            day = .weekday(month: month, week: week, day: try number(0...6))
        } else {
            day = .zeroBased(try number(0...365))
        }
        return POSIXTimeZone.Change(day: day, time: skip("/") ? try time(hourLimit: 167) : 7200)
    }
}
