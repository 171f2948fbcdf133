import FoundationEssentials

/// JSON as the fakes read it: by Foundation's decoder, so that a fault of the library's own writer cannot hide.
enum ProviderJSON: Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([ProviderJSON])
    case object([String: ProviderJSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let elements = try? container.decode([ProviderJSON].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: ProviderJSON].self))
        }
    }

    static func parse(_ bytes: [UInt8]) -> ProviderJSON? {
        try? JSONDecoder().decode(ProviderJSON.self, from: Data(bytes))
    }

    subscript(name: String) -> ProviderJSON? { members?[name] }

    var members: [String: ProviderJSON]? { if case .object(let members) = self { members } else { nil } }
    var array: [ProviderJSON]? { if case .array(let elements) = self { elements } else { nil } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// A string, or an array of strings; nil for anything else.
    var strings: [String]? {
        if let string { return [string] }
        guard let array else { return nil }
        let texts = array.compactMap(\.string)
        return texts.count == array.count ? texts : nil
    }

    /// The members of an object whose values are strings; nil when one is not.
    var texts: [String: String]? {
        guard let members else { return nil }
        let texts = members.compactMapValues(\.string)
        return texts.count == members.count ? texts : nil
    }

    /// A text in quotes.
    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
