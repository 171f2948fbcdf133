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
        let count = digits.count
        guard count % 4 != 1 else { return nil }
        let table = Self.table
        var isValid = true
        let result = unsafe [UInt8](unsafeUninitializedCapacity: count / 4 * 3 + 2) { buffer, written in
            unsafe digits.withUnsafeBufferPointer { digits in
                var invalid: UInt8 = 0
                var index = 0
                var target = 0
                while index + 4 <= count {
                    let a = unsafe table[Int(digits[index])], b = unsafe table[Int(digits[index + 1])]
                    let c = unsafe table[Int(digits[index + 2])], d = unsafe table[Int(digits[index + 3])]
                    invalid |= a | b | c | d
                    unsafe buffer[target] = a << 2 | b >> 4
                    unsafe buffer[target + 1] = b << 4 | c >> 2
                    unsafe buffer[target + 2] = c << 6 | d
                    index += 4
                    target += 3
                }
                if count - index >= 2 {
                    let a = unsafe table[Int(digits[index])], b = unsafe table[Int(digits[index + 1])]
                    let c: UInt8 = count - index == 3 ? unsafe table[Int(digits[index + 2])] : 0
                    invalid |= a | b | c
                    unsafe buffer[target] = a << 2 | (b & 0x3F) >> 4
                    target += 1
                    if count - index == 3 {
                        unsafe buffer[target] = b << 4 | (c & 0x3F) >> 2
                        target += 1
                        isValid = c & 3 == 0
                    } else {
                        isValid = b & 15 == 0
                    }
                }
                isValid = isValid && invalid & 0xC0 == 0
                written = target
            }
        }
        return isValid ? result : nil
    }
}
