/// How what is signed is made the same again after small changes on the way (RFC 6376, section 3.4).
public enum DKIMCanonicalization: String, Sendable, Hashable, CaseIterable {
    /// Nothing may change but empty lines at the end.
    case simple
    /// White space may change, and the case of header names.
    case relaxed
}

extension DKIMCanonicalization {
    /// Appends a header field as it is signed, with its CRLF.
    /// - Parameter field: the field with or without its last CRLF, folded or not.
    func append(_ field: Span<UInt8>, to result: inout [UInt8]) {
        var end = field.count
        while end > 0, field[end - 1] == 0x0A || field[end - 1] == 0x0D { end -= 1 }
        switch self {
        case .simple: result.append(field.extracting(0..<end))
        case .relaxed: Self.appendRelaxed(field.extracting(0..<end), to: &result)
        }
        result.append(0x0D)
        result.append(0x0A)
    }

    private static func appendRelaxed(_ field: Span<UInt8>, to result: inout [UInt8]) {
        var index = 0
        while index < field.count, field[index] != 0x3A {
            let byte = field[index]
            if !byte.isASCIIWhitespace { result.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte) }
            index += 1
        }
        guard index < field.count else { return }
        result.append(0x3A)
        index += 1
        // Words as they are, with one space for what is between them.
        var isFirst = true
        while index < field.count {
            let start = index
            while index < field.count, !field[index].isASCIIWhitespace { index += 1 }
            if index > start {
                if !isFirst { result.append(0x20) }
                isFirst = false
                result.append(field.extracting(start..<index))
            }
            while index < field.count, field[index].isASCIIWhitespace { index += 1 }
        }
    }
}
