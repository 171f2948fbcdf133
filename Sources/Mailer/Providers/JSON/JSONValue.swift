/// A JSON value that somebody else wrote: the answer of an API, or the body of a webhook.
///
/// Every question to it has an answer, so that missing and unexpected members need no care: a member of a number is nil.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// Where a name stands twice the last one counts, as in most readers.
    case object([String: JSONValue])

    /// A member of an object.
    subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The text of a string.
    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The elements of an array.
    var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// A whole number, also one that stands in a string.
    var integer: Int? {
        switch self {
        case .number(let text), .string(let text): Int(text)
        default: nil
        }
    }

    /// A number, also one that stands in a string.
    var number: Double? {
        switch self {
        case .number(let text), .string(let text): text.utf8.count <= 40 ? Double(text) : nil
        default: nil
        }
    }

    /// Whether it is `true`.
    var isTrue: Bool { self == .bool(true) }

    /// The text of a string, a number or a word; nil for anything that has members.
    var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// The strings of an array, or the string alone.
    var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.compactMap(\.string)
        default: []
        }
    }
}

/// Why a text is no JSON, or too much of it.
struct JSONFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    let reason: String
    /// At which byte.
    let offset: Int

    var description: String { "\(reason), at byte \(offset)" }
}

/// What a text may hold.
struct JSONBounds: Sendable {
    /// The longest text, in bytes.
    var bytes = 1 << 20
    /// How deep values may be nested.
    var depth = 32
    /// How many values there may be.
    var values = 100_000
}
