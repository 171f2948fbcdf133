/// Base64 (RFC 4648, section 4) in one line.
enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The characters of `bytes`, padded.
    static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = alphabet
        var result = [UInt8](repeating: UInt8(ascii: "="), count: (bytes.count + 2) / 3 * 4)
        var place = 0
        var index = bytes.startIndex
        while bytes.endIndex - index >= 3 {
            let number = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            result[place] = alphabet[number >> 18]
            result[place + 1] = alphabet[number >> 12 & 63]
            result[place + 2] = alphabet[number >> 6 & 63]
            result[place + 3] = alphabet[number & 63]
            place += 4
            index += 3
        }
        guard index < bytes.endIndex else { return result }
        let hasTwo = bytes.endIndex - index == 2
        let number = Int(bytes[index]) << 16 | (hasTwo ? Int(bytes[index + 1]) << 8 : 0)
        result[place] = alphabet[number >> 18]
        result[place + 1] = alphabet[number >> 12 & 63]
        if hasTwo { result[place + 2] = alphabet[number >> 6 & 63] }
        return result
    }
}
