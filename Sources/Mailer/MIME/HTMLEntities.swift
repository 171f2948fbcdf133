/// Character references of HTML: numbers, and the names that mails use.
enum HTMLEntities {
    /// What the numbers 0x80 to 0x9F stand for, which are control characters in Unicode: HTML reads them as Windows-1252
    /// (HTML, section 13.2.5.80); zero where that has none.
    private static let windows1252: [UInt32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]
    private static let longestName = 10

    /// The text with its references resolved; what is none stays.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == 0x26, let (text, length) = reference(bytes[index...]) {
                result += Array(text.utf8)
                index += length
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func reference(_ bytes: ArraySlice<UInt8>) -> (String, Int)? {
        let body = bytes.dropFirst().prefix { $0.isAlphanumeric || $0 == 0x23 }
        guard (1...longestName).contains(body.count) else { return nil }
        let end = body.endIndex
        let length = body.count + 1 + (end < bytes.endIndex && bytes[end] == 0x3B ? 1 : 0)
        let name = String(decoding: body, as: UTF8.self)
        guard name.utf8.first == 0x23 else {
            guard end < bytes.endIndex, bytes[end] == 0x3B else { return nil }
            return named[name].map { ($0, length) }
        }
        let digits = name.dropFirst()
        let isHex = digits.utf8.first == 0x78 || digits.utf8.first == 0x58
        guard let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits),
            let scalar = Unicode.Scalar((0x80...0x9F).contains(number) ? windows1252[Int(number - 0x80)] : number)
        else { return nil }
        return (scalar == "\n" || scalar == "\t" || !MailText.isControl(scalar) ? String(scalar) : "\u{FFFD}", length)
    }
}
