import GroundworkCore

/// Percent-encoding as SigV4 and S3 use it (API reference, "Signature calculations: UriEncode").
enum PercentText {
    /// Decodes `%XX`. Nil when a percent sign is not followed by two hexadecimal digits.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> [UInt8]? {
        var result: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case 0x25:
                guard let first = bytes.next().flatMap(Hex.nibble), let second = bytes.next().flatMap(Hex.nibble) else {
                    return nil
                }
                result.append(first << 4 | second)
            case 0x2B where plusIsSpace: result.append(0x20)
            default: result.append(byte)
            }
        }
        return result
    }

    /// Encodes every byte but `A-Z a-z 0-9 - . _ ~` and, if wished, the slash.
    static func encode(_ bytes: some Sequence<UInt8>, keepingSlash: Bool = false) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: text.append(byte)
            case 0x2F where keepingSlash: text.append(byte)
            default:
                text.append(0x25)
                text.append(contentsOf: Hex.encode(CollectionOfOne(byte), uppercase: true).utf8)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
