import GroundworkCore

/// Forms and HTML of the fake. Its own reader, so that a fault of the library's cannot hide behind itself.
enum FakeForm {
    static func decode(_ bytes: [UInt8]) -> [String: String]? {
        var fields: [String: String] = [:]
        for pair in String(decoding: bytes, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap(unescape), let value = unescape(parts.count > 1 ? parts[1] : "") else {
                return nil
            }
            fields[name] = value
        }
        return fields
    }

    static func encode(_ fields: [(String, String)]) -> [UInt8] {
        Array(fields.map { "\(percent($0.0))=\(percent($0.1))" }.joined(separator: "&").utf8)
    }

    /// Apple's forms use plus for spaces.
    private static func percent(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2A, 0x2D, 0x2E, 0x5F:
                return String(decoding: [byte], as: UTF8.self)
            case 0x20: return "+"
            default: return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    private static func unescape(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x2B {
                bytes.append(0x20)
            } else if byte == 0x25 {
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else {
                    return nil
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    static func escape(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": return "&amp;"
            case "<": return "&lt;"
            case ">": return "&gt;"
            case "\"": return "&quot;"
            default: return String(character)
            }
        }.joined()
    }
}
