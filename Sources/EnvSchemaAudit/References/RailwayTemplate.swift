import GroundworkDotEnv

/// A value with Railway's references, taken apart: literal text and references in turn.
///
///     let template = try RailwayTemplate(parsing: "redis://${{ Redis.RAILWAY_PRIVATE_DOMAIN }}:6379")
///     template.references        // one, to the service Redis
///
/// Its description and mirror show no literal text: a value may be secret.
public struct RailwayTemplate: Sendable, Hashable {
    /// A piece of a value.
    public enum Part: Sendable, Hashable {
        /// Text that stands for itself.
        case literal(String)
        /// A reference.
        case reference(RailwayReference)
        /// A function of deployment templates, such as `secret(32)`, by its name. Railway runs it once when a template is
        /// deployed, and never for an ordinary variable.
        case templateFunction(String)
    }

    /// How many parts a value may have.
    public static let maximumParts = 10_000

    /// The pieces, in order. Two literals never follow each other.
    public let parts: [Part]

    /// Takes a value apart.
    /// - Throws: ``RailwayReferenceError`` for the first reference that is not well formed.
    public init(parsing text: String) throws(RailwayReferenceError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Takes the bytes of a value apart. Bytes that are not UTF-8 are replaced in literals.
    /// - Throws: ``RailwayReferenceError`` for the first reference that is not well formed.
    public init(parsing bytes: [UInt8]) throws(RailwayReferenceError) {
        var parts: [Part] = []
        var literalStart = 0
        var index = 0
        while index < bytes.count {
            guard Self.opens(bytes, at: index) else {
                index += 1
                continue
            }
            if literalStart < index {
                parts.append(.literal(String(decoding: bytes[literalStart..<index], as: UTF8.self)))
            }
            let (part, end) = try Self.reference(bytes, at: index)
            parts.append(part)
            guard parts.count <= Self.maximumParts else { throw RailwayReferenceError(code: .tooMany, offset: index) }
            index = end
            literalStart = end
        }
        if literalStart < bytes.count {
            parts.append(.literal(String(decoding: bytes[literalStart...], as: UTF8.self)))
        }
        self.parts = parts
    }

    /// The references, in order.
    public var references: [RailwayReference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    /// Whether the value is one reference and nothing else.
    public var isSingleReference: Bool {
        if case .reference = parts.first, parts.count == 1 { true } else { false }
    }

    /// The value with each reference replaced; nil when `value` has none for one of them, or a function occurs.
    public func resolved(_ value: (RailwayReference) -> String?) -> String? {
        var result = ""
        for part in parts {
            switch part {
            case .literal(let text): result += text
            case .reference(let reference):
                guard let text = value(reference) else { return nil }
                result += text
            case .templateFunction: return nil
            }
        }
        return result
    }

    private static func opens(_ bytes: [UInt8], at index: Int) -> Bool {
        index + 2 < bytes.count && bytes[index] == 0x24 && bytes[index + 1] == 0x7B && bytes[index + 2] == 0x7B
    }

    private static func reference(
        _ bytes: [UInt8],
        at start: Int
    ) throws(RailwayReferenceError) -> (part: Part, end: Int) {
        var end = start + 3
        var open = 0
        while true {
            guard end + 1 < bytes.count else { throw RailwayReferenceError(code: .unterminated, offset: start) }
            if bytes[end] == 0x7D, bytes[end + 1] == 0x7D, open == 0 { break }
            guard !opens(bytes, at: end) else { throw RailwayReferenceError(code: .nested, offset: start) }
            // The alphabet of `secret(32, "…}}…")` may hold braces.
            if bytes[end] == 0x28 { open += 1 }
            if bytes[end] == 0x29, open > 0 { open -= 1 }
            end += 1
        }
        let content = trimmed(bytes[(start + 3)..<end])
        guard !content.isEmpty else { throw RailwayReferenceError(code: .empty, offset: start) }
        if let parenthesis = content.firstIndex(of: 0x28), content.last == 0x29 {
            let name = trimmed(content[..<parenthesis])
            guard isName(name) else { throw RailwayReferenceError(code: .invalidName, offset: start) }
            return (.templateFunction(String(decoding: name, as: UTF8.self)), end + 2)
        }
        guard let dot = content.lastIndex(of: 0x2E) else {
            guard isName(content) else { throw RailwayReferenceError(code: .invalidName, offset: start) }
            return (.reference(RailwayReference(.sameService, String(decoding: content, as: UTF8.self))), end + 2)
        }
        let space = String(decoding: trimmed(content[..<dot]), as: UTF8.self)
        let name = trimmed(content[(dot + 1)...])
        guard isName(name), !space.isEmpty else { throw RailwayReferenceError(code: .invalidName, offset: start) }
        let namespace: RailwayReference.Namespace = space == "shared" ? .shared : .service(space)
        return (.reference(RailwayReference(namespace, String(decoding: name, as: UTF8.self))), end + 2)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, !first.isDigit else { return false }
        return bytes.allSatisfy(\.isNameByte)
    }
}

extension RailwayTemplate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How many parts there are.
    public var description: String { "\(parts.count) parts, \(references.count) references" }
    /// How many parts there are.
    public var debugDescription: String { description }
    /// Shows no text.
    public var customMirror: Mirror { Mirror(self, children: ["parts": parts.count]) }
}

extension RailwayTemplate.Part: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of the part, and a reference's text.
    public var description: String {
        switch self {
        case .literal(let text): "\(text.utf8.count) bytes of text"
        case .reference(let reference): reference.description
        case .templateFunction(let name): "function \(name)"
        }
    }
    /// The kind of the part, and a reference's text.
    public var debugDescription: String { description }
    /// Shows no literal text.
    public var customMirror: Mirror { Mirror(self, children: ["part": description]) }
}
