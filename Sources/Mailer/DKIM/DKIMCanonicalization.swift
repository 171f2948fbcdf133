/// How what is signed is made the same again after small changes on the way (RFC 6376, section 3.4).
public enum DKIMCanonicalization: String, Sendable, Hashable, CaseIterable {
    /// Nothing may change but empty lines at the end.
    case simple
    /// White space may change, and the case of header names.
    case relaxed
}

extension DKIMCanonicalization {
    /// A header field as it is signed, with its CRLF.
    /// - Parameter field: the field with or without its last CRLF, folded or not.
    func header(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var field = field
        while let last = field.last, last == 0x0A || last == 0x0D { field.removeLast() }
        switch self {
        case .simple: return Array(field) + [0x0D, 0x0A]
        case .relaxed: return Self.relaxed(field)
        }
    }

    private static func relaxed(_ field: ArraySlice<UInt8>) -> [UInt8] {
        guard let colon = field.firstIndex(of: 0x3A) else { return Array(field) + [0x0D, 0x0A] }
        var result: [UInt8] = []
        result.reserveCapacity(field.count + 2)
        for byte in field[..<colon] where !byte.isASCIIWhitespace {
            result.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
        }
        result.append(0x3A)
        let valueStart = result.count
        var needsSpace = false
        for byte in field[(colon + 1)...] {
            if byte.isASCIIWhitespace {
                needsSpace = true
                continue
            }
            if needsSpace, result.count > valueStart { result.append(0x20) }
            needsSpace = false
            result.append(byte)
        }
        result.append(0x0D)
        result.append(0x0A)
        return result
    }
}
