import Glibc
import GroundworkBase

/// How hard a value is to guess.
enum GuessWork {
    /// The least bits: below them a fingerprint could be reversed by trying values, were its key ever lost.
    static let minimumBits = 72.0
    static let minimumLength = 16

    /// Whether a fingerprint may be made of the value. Of a URL only the password counts: the rest is known to many.
    static func isUnguessable(_ value: String) -> Bool {
        let bytes = password(inURL: value) ?? Array(value.utf8)
        return bytes.count >= minimumLength && bits(bytes) >= minimumBits
    }

    /// The Shannon entropy of the bytes times their number: an upper bound of what a guesser has to try.
    static func bits(_ bytes: [UInt8]) -> Double {
        guard bytes.count > 1 else { return 0 }
        var counts = [Int](repeating: 0, count: 256)
        // A run such as `1234` or `aaaa` adds nothing.
        var informative = 1
        for (index, byte) in bytes.enumerated() {
            counts[Int(byte)] += 1
            if index > 0 {
                let step = Int(byte) - Int(bytes[index - 1])
                if abs(step) > 1 { informative += 1 }
            }
        }
        let total = Double(bytes.count)
        let entropy = counts.reduce(0.0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
        return entropy * Double(informative)
    }

    /// The password of a URL, empty when it has none; nil when the text is no URL.
    private static func password(inURL text: String) -> [UInt8]? {
        guard let scheme = text.firstRange(of: "://"), text[..<scheme.lowerBound].utf8.count <= 32 else { return nil }
        let rest = text[scheme.upperBound...]
        let authority = rest.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return [] }
        let user = authority[..<at]
        guard let colon = user.firstIndex(of: UInt8(ascii: ":")) else { return [] }
        return Array(user[user.index(after: colon)...])
    }
}
