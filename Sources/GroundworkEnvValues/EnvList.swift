public import GroundworkBase
public import GroundworkEnvModel

/// A list: elements between commas, or a JSON array when the text begins with `[`.
///
/// White space around an element is dropped. An element that holds a comma, a quote or white space at its ends stands
/// in double quotes, and `""` inside them means one quote, as in RFC 4180. An empty element is an error unless it is
/// quoted. In JSON, strings stand for their contents and everything else for its text. ``EnvLimits/minimumCount`` and
/// ``EnvLimits/maximumCount`` count the elements; all other limits hold for each element.
extension Array: EnvValue where Element: EnvValue {
    /// `list of …`.
    public static var envType: EnvTypeDescription { EnvListText.type(of: Element.self, name: "list") }
    /// As the element.
    public static var envIsSecret: Bool { Element.envIsSecret }
    /// The counts, and what the element honours.
    public static var envLimitFields: Set<EnvLimits.Field> {
        Element.envLimitFields.union([.minimumCount, .maximumCount])
    }

    /// Reads a list.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> [Element] {
        var elementLimits = limits
        elementLimits.minimumCount = nil
        elementLimits.maximumCount = nil
        let texts = try EnvListText.elements(text)
        try limits.check(count: texts.count)
        var result: [Element] = []
        result.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            do throws(TextParsingError) {
                result.append(try Element.parse(envText: text, limits: elementLimits))
            } catch {
                throw TextParsingError("element \(index + 1): \(error.reason)")
            }
        }
        return result
    }

    /// The elements between commas, quoted where they must be; nil when an element has no text.
    public var envText: String? {
        var texts: [String] = []
        for element in self {
            guard let text = element.envText else { return nil }
            texts.append(text)
        }
        return EnvListText.join(texts)
    }
}

/// A list without order in which each element stands once; a repeated element is an error.
extension Set: EnvValue where Element: EnvValue {
    /// `set of …`.
    public static var envType: EnvTypeDescription { EnvListText.type(of: Element.self, name: "set") }
    /// As the element.
    public static var envIsSecret: Bool { Element.envIsSecret }
    /// The counts, and what the element honours.
    public static var envLimitFields: Set<EnvLimits.Field> { [Element].envLimitFields }

    /// Reads a set, written as a list.
    public static func parse(envText text: String, limits: EnvLimits) throws(TextParsingError) -> Set<Element> {
        var result: Set<Element> = []
        for (index, element) in try [Element].parse(envText: text, limits: limits).enumerated() {
            guard result.insert(element).inserted else {
                throw TextParsingError("element \(index + 1) stands there twice")
            }
        }
        return result
    }

    /// The elements between commas, in the order of their text.
    public var envText: String? {
        var texts: [String] = []
        for element in self {
            guard let text = element.envText else { return nil }
            texts.append(text)
        }
        return EnvListText.join(ASCIIText.sorted(texts))
    }
}

/// Splits and joins lists.
enum EnvListText {
    /// No list has more elements.
    static let maximumCount = 100_000

    static func type(of element: any EnvValue.Type, name: String) -> EnvTypeDescription {
        let inner = element.envType
        return EnvTypeDescription(
            name: "\(name) of \(inner.name)",
            expected: "a \(name), separated by commas, of \(inner.expected)",
            jsonType: "array",
            example: inner.example
        )
    }

    static func elements(_ text: String) throws(TextParsingError) -> [String] {
        let trimmed = text.trimmingASCIIWhitespace()
        if trimmed.isEmpty { return [] }
        if trimmed.utf8.first == UInt8(ascii: "[") {
            do throws(JSONReader.Failure) { return try JSONReader.elements(Array(trimmed.utf8)) } catch {
                throw error.error
            }
        }
        return try separated(Array(trimmed.utf8))
    }

    private static func separated(_ bytes: [UInt8]) throws(TextParsingError) -> [String] {
        var result: [String] = []
        var position = 0
        while true {
            guard result.count < maximumCount else {
                throw TextParsingError("it has more than \(maximumCount) elements")
            }
            result.append(try element(bytes, &position, number: result.count + 1))
            if position == bytes.count { return result }
            // Nothing but a comma ends an element before the end.
            position += 1
        }
    }

    /// Reads one element and stops at the comma or the end.
    private static func element(
        _ bytes: [UInt8],
        _ position: inout Int,
        number: Int
    ) throws(TextParsingError) -> String {
        while position < bytes.count, bytes[position].isASCIIWhitespace { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: ",") { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self).trimmingASCIIWhitespace()
            guard !text.isEmpty else { throw TextParsingError("element \(number) is empty") }
            return text
        }
        var contents: [UInt8] = []
        position += 1
        while true {
            guard position < bytes.count else { throw TextParsingError("the quote of element \(number) has no end") }
            if bytes[position] == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
            }
            contents.append(bytes[position])
            position += 1
        }
        while position < bytes.count, bytes[position].isASCIIWhitespace { position += 1 }
        guard position == bytes.count || bytes[position] == UInt8(ascii: ",") else {
            throw TextParsingError("something follows the closing quote of element \(number)")
        }
        return String(decoding: contents, as: UTF8.self)
    }

    static func join(_ texts: [String]) -> String {
        texts.enumerated().map { index, text in
            let edge = text.utf8.first.map(\.isASCIIWhitespace) ?? true || text.utf8.last?.isASCIIWhitespace == true
            // A bracket at the very beginning would make it JSON.
            let bracket = index == 0 && text.utf8.first == UInt8(ascii: "[")
            guard edge || bracket || text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 }) else { return text }
            return "\"" + text.replacing(ascii: "\"", with: "\"\"") + "\""
        }
        .joined(separator: ",")
    }
}
