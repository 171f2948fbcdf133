import Glibc
import GroundworkBase

/// How much a secret can be worth, judged by its text alone.
package enum SecretStrength {
    /// An estimate of the bits of entropy that stays below the truth for random text: the entropy of the frequencies
    /// of its signs, where signs that repeat or continue a sequence count little, and a text that repeats itself counts
    /// once.
    package static func bits(_ text: String) -> Double {
        let bytes = Array(text.utf8.prefix(1024))
        let unit = bytes.prefix(period(bytes))
        guard unit.count > 1 else { return 0 }
        var counts = [Int](repeating: 0, count: 256)
        for byte in unit { counts[Int(byte)] += 1 }
        let total = Double(unit.count)
        var perSign = 0.0
        for count in counts where count > 0 { perSign -= Double(count) / total * log2(Double(count) / total) }
        var weight = 1.0
        var step = 0
        for index in 1..<unit.count {
            let next = Int(unit[index]) - Int(unit[index - 1])
            weight += next == 0 || (next == step && abs(next) == 1) ? 0.25 : 1
            step = next
        }
        return perSign * weight
    }

    /// The length of the part that the text repeats; the whole length when it does not.
    static func period(_ bytes: [UInt8]) -> Int {
        guard bytes.count > 1 else { return bytes.count }
        // The failure function of Knuth, Morris and Pratt.
        var border = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for index in 1..<bytes.count {
            while length > 0, bytes[index] != bytes[length] { length = border[length - 1] }
            if bytes[index] == bytes[length] { length += 1 }
            border[index] = length
        }
        let period = bytes.count - length
        return period * 2 <= bytes.count ? period : bytes.count
    }

    /// The number of key bytes behind a text: those of hexadecimal digits and of marked base64 are decoded, any other
    /// text is counted as it stands.
    package static func keyLength(_ text: String) -> (bytes: Int, encoding: String?) {
        let length = text.utf8.count
        if length >= 16, let hex = Hex.decode(text) { return (hex.count, "hexadecimal") }
        // Letters and digits alone may as well be meant as they stand.
        let isMarked = text.utf8.contains { "+/=".utf8.contains($0) }
        if isMarked, length >= 16, let bytes = Base64.decodePadding(text) { return (bytes.count, "base64") }
        return (length, nil)
    }
}
