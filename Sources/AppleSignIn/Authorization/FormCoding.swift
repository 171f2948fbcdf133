import GroundworkCore

/// `application/x-www-form-urlencoded` (WHATWG URL, section 5; RFC 6749, appendix B), strictly.
enum FormCoding {
    /// Letters, digits and `-._~` stay; everything else becomes `%XX`, spaces too.
    static func percentEncode(_ text: some StringProtocol) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func encode(_ fields: [(String, String)]) -> [UInt8] {
        Array(fields.map { "\(percentEncode($0.0))=\(percentEncode($0.1))" }.joined(separator: "&").utf8)
    }

    enum Refusal: Error, Hashable {
        case tooLong, tooManyFields, badEscape, notUTF8
        case repeated(String)
    }

    /// Reads a form. A field that stands twice is refused: two readers would see two different forms.
    static func decode(
        _ bytes: [UInt8],
        maximumBytes: Int,
        maximumFields: Int = 32
    ) throws(Refusal) -> [String: String] {
        guard bytes.count <= maximumBytes else { throw .tooLong }
        var fields: [String: String] = [:]
        for (count, field) in bytes.split(separator: UInt8(ascii: "&"), maxSplits: maximumFields).enumerated() {
            guard count < maximumFields else { throw .tooManyFields }
            let equals = field.firstIndex(of: UInt8(ascii: "="))
            let name = try text(field[..<(equals ?? field.endIndex)])
            let value = try equals.map { (index) throws(Refusal) in try text(field[(index + 1)...]) } ?? ""
            guard fields.updateValue(value, forKey: name) == nil else { throw .repeated(String(name.prefix(40))) }
        }
        return fields
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                guard bytes.endIndex - index > 2,
                    let pair = Hex.decode(String(decoding: bytes[index + 1...index + 2], as: UTF8.self)),
                    let byte = pair.first
                else { throw .badEscape }
                result.append(byte)
                index += 2
            default: result.append(bytes[index])
            }
            index += 1
        }
        guard let text = String(validating: result, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}
