/// Canonical base64url without padding (RFC 7515, section 2; RFC 4648, sections 3.5 and 5), on bytes.
///
/// One sequence of bytes has exactly one accepted spelling: no padding, no white space, no `+` or `/`, unused bits zero.
package enum Base64URL {
    private static let table: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()

    /// The bytes that `digits` spells; nil when that is not canonical.
    package static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        var isValid = false
        let result = [UInt8](capacity: digits.count / 4 * 3 + 2) { output in
            isValid = decode(digits.span, into: &output)
        }
        return isValid ? result : nil
    }

    /// Appends the bytes that `digits` spells; false when that is not canonical or there is no room for them.
    static func decode(_ digits: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Bool {
        let count = digits.count
        guard count % 4 != 1, output.freeCapacity >= count / 4 * 3 + 2 else { return false }
        let table = Self.table.span
        var invalid: UInt8 = 0
        var index = 0
        while index + 4 <= count {
            let a = table[Int(digits[index])], b = table[Int(digits[index + 1])]
            let c = table[Int(digits[index + 2])], d = table[Int(digits[index + 3])]
            invalid |= a | b | c | d
            output.append(a << 2 | (b & 0x3F) >> 4)
            output.append(b << 4 | (c & 0x3F) >> 2)
            output.append(c << 6 | d & 0x3F)
            index += 4
        }
        guard count - index >= 2 else { return invalid & 0xC0 == 0 }
        let a = table[Int(digits[index])], b = table[Int(digits[index + 1])]
        let c: UInt8 = count - index == 3 ? table[Int(digits[index + 2])] : 0
        invalid |= a | b | c
        output.append(a << 2 | (b & 0x3F) >> 4)
        // The bits of the last digit that spell nothing must be zero.
        guard count - index == 3 else { return invalid & 0xC0 == 0 && b & 15 == 0 }
        output.append(b << 4 | (c & 0x3F) >> 2)
        return invalid & 0xC0 == 0 && c & 3 == 0
    }
}
