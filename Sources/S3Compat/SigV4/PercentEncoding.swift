/// Percent-encoding as SigV4 defines it: everything but `A–Z a–z 0–9 - . _ ~` becomes `%XX` with capital digits.
///
/// Source: Signature Version 4, "Create a canonical request", `UriEncode`.
package enum PercentEncoding {
    /// Encodes a key for a path: slashes stay. It is done once, and the same text is signed and sent.
    package static func path(_ text: String) -> String { encode(text, keepingSlashes: true) }

    /// Encodes a name or value of a query.
    package static func query(_ text: String) -> String { encode(text, keepingSlashes: false) }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func encode(_ text: String, keepingSlashes: Bool) -> String {
        if text.utf8.allSatisfy({ isUnreserved($0) || (keepingSlashes && $0 == UInt8(ascii: "/")) }) { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 24)
        for byte in text.utf8 {
            if isUnreserved(byte) || (keepingSlashes && byte == UInt8(ascii: "/")) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Decodes `%XX`, and `+` as a space where a store lists keys as form values.
    /// - Returns: nil when an escape is malformed or the result is not UTF-8.
    package static func decode(_ text: String, plusIsSpace: Bool) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Hex.nibble), let low = rest.popFirst().flatMap(Hex.nibble)
                else { return nil }
                result.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
}
